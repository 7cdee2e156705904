"""`flask keys`: make and list the keys that seal certificates."""

import click
from flask.cli import AppGroup

from issuer.cli.speaking import refusals_spoken, wiring
from issuer.clock import now
from issuer.services.keys import create_signing_key, list_keys

keys = AppGroup("keys", help="Keys that seal certificates.")


@keys.command("create")
@click.option("--did", default=None, help="Issuer's DID; default: that of PUBLIC_URL.")
@refusals_spoken
def create(did: str | None) -> None:
    """Draw a new sealing key, encrypted with the passphrase file."""
    house = wiring()
    key = create_signing_key(house.keys, did=did or house.settings.host_did, at=now())
    click.echo(f"✓ {key.id}")
    click.echo("  Back up the key folder and the passphrase, apart from each other.")


@keys.command("list")
@refusals_spoken
def list_() -> None:
    """List every public key known, oldest first."""
    found = list_keys(wiring().keys)
    if not found:
        click.echo("No keys yet. Make one: flask keys create")
    for key in found:
        click.echo(f"{key.created:%Y-%m-%d} {key.state:<8} {key.id}")
