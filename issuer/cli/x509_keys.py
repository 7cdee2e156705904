"""`flask keys x509`: the X.509 seals that PDFs carry."""

from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from issuer.cli.speaking import refusals_spoken, wiring
from issuer.clock import now
from issuer.services.x509_keys import (
    ALGORITHMS,
    SealLine,
    create_pdf_seal,
    import_pdf_seal,
    list_pdf_seals,
    revoke_pdf_seal,
)
from issuer.services.x509_lists import publish_lists

x509 = AppGroup("x509", help="X.509 seals of PDFs.")

_DID = click.option(
    "--did", default=None, help="The organisation's DID; default: that of PUBLIC_URL."
)


@x509.command("create")
@_DID
@click.option(
    "--algorithm",
    default="p256",
    type=click.Choice(list(ALGORITHMS)),
    help="Kind of the keys that are drawn.",
)
@click.option("--new-authority", is_flag=True, help="Draw a new authority as well.")
@refusals_spoken
def create(did: str | None, algorithm: str, *, new_authority: bool) -> None:
    """Draw a seal, and with the first one the organisation's own authority."""
    house = wiring()
    with house.reading() as session:
        made = create_pdf_seal(
            session,
            house.seals,
            did=did or house.settings.host_did,
            algorithm=algorithm,
            at=now(),
            draws_authority=new_authority,
        )
    _say(made)
    click.echo("  Back up the key folder and the passphrase, apart from each other.")
    click.echo("  Pages that have waited for a seal: flask certificates finish")


@x509.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@_DID
@click.password_option(
    "--password", confirmation_prompt=False, help="The file's; asked for if not given."
)
@refusals_spoken
def import_(file: Path, did: str | None, password: str) -> None:
    """Keep the seal in FILE, a PKCS#12 file (.p12) of a trust service provider."""
    house = wiring()
    added = import_pdf_seal(
        house.seals,
        did=did or house.settings.host_did,
        file=file,
        password=password.encode(),
        at=now(),
    )
    _say(added)


@x509.command("list")
@_DID
@refusals_spoken
def list_(did: str | None) -> None:
    """List the seals, of every organisation unless --did is given."""
    found = list_pdf_seals(wiring().seals, did=did, at=now())
    if not found:
        click.echo("No X.509 seals yet. Make one: flask keys x509 create")
    for seal in found:
        remark = "  (made by the demo)" if seal.is_demo else ""
        click.echo(
            f"{seal.added:%Y-%m-%d}  {seal.state:<8}  {seal.algorithm:<8}  "
            f"until {seal.expires:%Y-%m-%d}  {seal.name}  {seal.did}{remark}"
        )


@x509.command("revoke-from")
@click.argument("seal")
@click.argument("instant", type=click.DateTime(["%Y-%m-%dT%H:%M:%SZ"]))
@refusals_spoken
def revoke_from(seal: str, instant: datetime) -> None:
    """Let what SEAL (its name) sealed at INSTANT or later fail.

    INSTANT, like 2026-11-24T09:30:00Z, is the first at which somebody else may have
    had the key. The authority's key must be in the key folder.
    """
    house = wiring()
    line = revoke_pdf_seal(
        house.seals, name=seal, since=instant.replace(tzinfo=UTC), at=now()
    )
    click.echo(f"✓ revoked    {line.name}  {line.did}")
    click.echo("  Make another: flask keys x509 create")


@x509.command("publish-crl")
@_DID
@refusals_spoken
def publish_crl(did: str | None) -> None:
    """Sign the authorities' next revocation lists; each is the newest for a year.

    The serving process does so at half of that time, where the authority's key is in
    the key folder.
    """
    made = publish_lists(wiring().seals, did=did, at=now())
    for each in made:
        click.echo(
            f"✓ {each.authority}.crl  {each.revoked} revoked, "
            f"until {each.ends:%Y-%m-%d}  {each.did}"
        )
    if not made:
        click.echo("No authority of our own yet. Make one: flask keys x509 create")


def _say(seal: SealLine) -> None:
    click.echo(f"✓ {seal.name}  {seal.algorithm}  seals PDFs of {seal.did}")
    click.echo(f"  {seal.subject}, until {seal.expires:%Y-%m-%d}")
