"""`flask signoffs`: check every signature again, take evidence out for others."""

import json

import click
from flask.cli import AppGroup

from issuer.cli.speaking import refusals_spoken, wiring
from issuer.clock import now
from issuer.services import signoff_evidence

signoffs = AppGroup("signoffs", help="Sign-offs: their signatures and evidence.")


@signoffs.command("recheck")
@refusals_spoken
def recheck() -> None:
    """Check every stored signature again from its bytes; exits with 1 if one fails."""
    house = wiring()
    signed = unsigned = failed = 0
    with house.reading() as session:
        for found in signoff_evidence.recheck_sign_offs(session, house.keys.key_ring()):
            signed += found.is_signed
            unsigned += not found.is_signed
            if found.flaw:
                failed += 1
                click.echo(f"✗ sign-off {found.sign_off_id}: {found.flaw}", err=True)
        for signature_id in signoff_evidence.list_orphans(session):
            failed += 1
            click.echo(f"✗ signature {signature_id}: its sign-offs are gone", err=True)
    click.echo(
        f"{'✗' if failed else '✓'} signed {signed}, without signature {unsigned}"
    )
    if failed:
        click.echo(f"✗ {failed} do not hold", err=True)
        raise SystemExit(1)


@signoffs.command("export")
@click.argument("wanted", metavar="SERIAL|ID")
@refusals_spoken
def export(wanted: str) -> None:
    """Print the evidence behind a certificate (SERIAL) or of one sign-off (ID)."""
    house = wiring()
    with house.reading() as session:
        evidence = signoff_evidence.build_evidence_file(
            session,
            house.keys.every_key(),
            ids=signoff_evidence.find_ids_of(session, wanted),
            at=now(),
        )
    click.echo(json.dumps(evidence, ensure_ascii=False, indent=1))
