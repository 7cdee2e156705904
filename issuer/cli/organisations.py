"""`flask organisations`: each organisation is an issuer with keys of its own."""

import uuid
from pathlib import Path

import click
from flask.cli import AppGroup

from issuer.cli.keys import write_deeds
from issuer.cli.speaking import refusals_spoken, wiring
from issuer.clock import now
from issuer.services.keys import create_keys
from issuer.services.look import READ_AT_MOST, set_logo_by_command
from issuer.services.people import add_organisation, list_cast
from issuer.services.x509_keys import PublicKeyUnfit, create_pdf_seal

organisations = AppGroup("organisations", help="Organisations that issue.")


@organisations.command("add")
@click.option("--name", required=True, help="As it stands on certificates.")
@click.option("--slug", required=True, help="Short name in addresses, e.g. lieksa.")
@click.option("--business-id", required=True, help="Y-tunnus, e.g. 1234567-1.")
@click.option("--town", required=True)
@click.option("--department", default="", help="The unit that issues.")
@click.option(
    "--is-host",
    is_flag=True,
    help="This issuer is the host itself: did:web:<host>. One organisation may be.",
)
@refusals_spoken
def add(
    name: str, slug: str, business_id: str, town: str, department: str, *, is_host: bool
) -> None:
    """Add an organisation; draw its three keys and the X.509 seal of its PDFs."""
    house = wiring()
    host = house.settings.host_did
    did = host if is_host else f"{host}:org:{slug}"
    with house.sessions() as session:
        add_organisation(
            session,
            name=name,
            slug=slug,
            did=did,
            department=department,
            business_id=business_id,
            town=town,
            url=house.settings.public_url,
            pseudonym=uuid.uuid4(),
            at=now(),
        )
    for key in create_keys(house.keys, did=did, at=now()):
        click.echo(f"✓ {key.purpose:<10} {key.id}")
    with house.reading() as session:
        try:
            seal = create_pdf_seal(
                session, house.seals, did=did, algorithm="p256", at=now()
            )
            click.echo(f"✓ {'PDF seal':<10} {seal.name}")
        except PublicKeyUnfit as error:
            click.echo(f"✗ {error} Its PDFs wait until you import a seal.", err=True)
    write_deeds(did)
    click.echo("  Back up the key folder and the passphrase, apart from each other.")


@organisations.command("logo")
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--alt", required=True, help="What the logo shows, in words.")
@refusals_spoken
def logo(slug: str, file: Path, alt: str) -> None:
    """Put a logo (PNG or SVG) on an organisation's certificates from now on."""
    house = wiring()
    with file.open("rb") as opened, house.sessions() as session:
        look = set_logo_by_command(
            session,
            house.blobs,
            slug=slug,
            data=opened.read(READ_AT_MOST),
            alt=alt,
            at=now(),
        )
    click.echo(f"✓ {look.logo_type}, SHA-256 {look.logo_sha256}")


@organisations.command("list")
@refusals_spoken
def list_() -> None:
    """List the organisations with their DIDs."""
    with wiring().reading() as session:
        found = [organisation for organisation, _ in list_cast(session)]
    for organisation in found:
        click.echo(f"{organisation.did}  {organisation.name}")
    if not found:
        click.echo("No organisation yet. Add one: flask organisations add --help")
