"""`flask keys`: make, list, rotate, retire and revoke the keys that seal.

The deed comes first and is told; then its line is written into the audit trail. Where
that fails the deed stands, so the command has succeeded and says what is still to do.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

import click
from flask.cli import AppGroup

from issuer.cli.speaking import refusals_spoken, wiring
from issuer.clock import now
from issuer.domain.errors import IssuerError
from issuer.services.key_deeds import (
    KeyDeedsUnwritten,
    list_issuers,
    record_key_deeds,
)
from issuer.services.keys import (
    PURPOSES,
    KeyLine,
    create_keys,
    create_signing_key,
    list_keys,
    retire_key,
    revoke_key,
    rotate_key,
)

if TYPE_CHECKING:
    from issuer.credentials.key_folder import KeyFolder

C = TypeVar("C", bound=Callable[..., object])

keys = AppGroup("keys", help="Keys that seal certificates.")

BACK_UP = "Back up the key folder and the passphrase, apart from each other."
USES = {
    "next": "published ahead; `flask keys rotate` takes it into use",
    "in force": "seals from now on",
}


def issuer_option(command: C) -> C:
    """Add `--did`."""
    text = "The issuer's DID; default: that of PUBLIC_URL."
    return click.option("--did", default=None, help=text)(command)


def purpose_option(command: C) -> C:
    """Add `--purpose`."""
    text = "What the key is for; default: every purpose."
    option = click.option(
        "--purpose", default=None, type=click.Choice(PURPOSES), help=text
    )
    return option(command)


@keys.command("create")
@issuer_option
@purpose_option
@refusals_spoken
def create(did: str | None, purpose: str | None) -> None:
    """Draw the keys an issuer lacks; if it lacks none, publish the next ones ahead."""
    house = wiring()
    did = did or house.settings.host_did
    if purpose:
        made = [create_signing_key(house.keys, did=did, at=now(), purpose=purpose)]
    else:
        made = create_keys(house.keys, did=did, at=now())
    for key in made:
        click.echo(f"✓ {key.purpose:<10} {key.id}  {USES[key.state]}")
    click.echo(f"  {BACK_UP}")
    write_deeds(did)


@keys.command("list")
@issuer_option
@purpose_option
@refusals_spoken
def list_(did: str | None, purpose: str | None) -> None:
    """List the public keys known, of every issuer unless --did is given."""
    found = list_keys(wiring().keys, did=did, purpose=purpose)
    if not found:
        click.echo("No keys yet. Make them: flask keys create")
    for key in found:
        click.echo(
            f"{key.created:%Y-%m-%d}  {key.purpose:<10}  {key.state:<8}  {key.id}"
            f"{_remarks(key)}"
        )


@keys.command("rotate")
@issuer_option
@purpose_option
@refusals_spoken
def rotate(did: str | None, purpose: str | None) -> None:
    """Take the next key into use and retire the one in force; no restart is needed."""
    house = wiring()
    did = did or house.settings.host_did
    is_refused = False
    for each in [purpose] if purpose else _purposes_to_rotate(house.keys, did):
        try:
            used, former = rotate_key(house.keys, did=did, purpose=each, at=now())
        except IssuerError as error:
            is_refused = True
            click.echo(f"✗ {error}", err=True)
            continue
        click.echo(f"✓ {used.purpose:<10} {used.id}  {USES['in force']}")
        for key in former:
            click.echo(f"  retired    {key.id}  what it sealed stays valid")
    write_deeds(did)
    if is_refused:
        raise SystemExit(1)


@keys.command("retire")
@click.argument("key")
@click.option("--leave-none", is_flag=True, help="Retire even the key in force.")
@refusals_spoken
def retire(key: str, leave_none: bool) -> None:
    """Let KEY (its kid or id) seal no more; what it sealed stays valid."""
    line = retire_key(wiring().keys, key=key, at=now(), leave_none=leave_none)
    click.echo(f"✓ retired    {line.id}  what it sealed stays valid")
    write_deeds(line.issuer)


@keys.command("revoke-from")
@click.argument("key")
@click.argument("instant", type=click.DateTime(["%Y-%m-%dT%H:%M:%SZ"]))
@refusals_spoken
def revoke_from(key: str, instant: datetime) -> None:
    """Let what KEY (its kid or id) sealed at INSTANT or later fail.

    INSTANT, like 2026-11-24T09:30:00Z, is the first at which somebody else may have
    had the key. It can be moved to an earlier one, not to a later one.
    """
    house = wiring()
    line = revoke_key(
        house.keys, key=key, instant=instant.replace(tzinfo=UTC), at=now()
    )
    click.echo(f"✓ revoked    {line.id}  from {line.revoked_from:%Y-%m-%dT%H:%M:%SZ}")
    click.echo("  What it sealed since then no longer verifies: issue it anew.")
    if line.purpose == "credential":
        click.echo(
            "  Status lists that it sealed are disbelieved until they are sealed anew, "
            "by another key: flask certificates publish"
        )
    seals = any(
        other.state == "in force"
        for other in list_keys(house.keys, did=line.issuer, purpose=line.purpose)
    )
    if not seals:
        click.echo(
            f"  No {line.purpose} key is in force now. Take the next one into use "
            "(flask keys rotate), or make one (flask keys create)."
        )
    write_deeds(line.issuer)


@keys.command("record")
@refusals_spoken
def record() -> None:
    """Write the lines that the audit trail lacks; only needed if it could not be."""
    house = wiring()
    with house.reading() as session:
        dids = dict.fromkeys([house.settings.host_did, *list_issuers(session)])
    with house.sessions() as session:
        written = [
            record_key_deeds(session, house.keys, did=did, at=now()) for did in dids
        ]
    click.echo(f"✓ {sum(written)} lines written")


def write_deeds(did: str) -> None:
    """Write the audit lines of deeds that are done; a failure undoes none of them."""
    house = wiring()
    try:
        with house.sessions() as session:
            record_key_deeds(session, house.keys, did=did, at=now())
    except KeyDeedsUnwritten as error:
        click.echo(f"! {error}", err=True)
        click.echo("  Do not run this command again for it.", err=True)


def _purposes_to_rotate(folder: "KeyFolder", did: str) -> list[str]:
    """Return those with a next key, or with one that a crash left; else all."""
    waiting = {
        key.purpose
        for key in list_keys(folder, did=did)
        if key.state in {"next", "replaced"}
    }
    return [purpose for purpose in PURPOSES if purpose in waiting] or list(PURPOSES)


def _remarks(key: KeyLine) -> str:
    remarks = [
        f"{name} {instant:%Y-%m-%dT%H:%M:%SZ}"
        for name, instant in (
            ("retired", key.retired),
            ("revoked from", key.revoked_from),
        )
        if instant
    ]
    if key.is_demo:
        remarks.append("made by the demo")
    return f"  ({', '.join(remarks)})" if remarks else ""
