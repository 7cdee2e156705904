"""`flask certificates` continued: revoke, supersede, give up, publish, name deciders.

`COMMANDS` are added to the group `certificates` where the application is put together.
"""

import click
from flask.cli import with_appcontext

from issuer.cli.speaking import refusals_spoken, wiring
from issuer.clock import now
from issuer.domain.revocation import ReasonCode, parse_reason
from issuer.services import revocation
from issuer.services.giving_up import give_up_certificate
from issuer.services.status import Publishing, publish_due_lists

# `superseded` is said by superseding, which names the successor.
REASONS = [code.value for code in ReasonCode if code is not ReasonCode.SUPERSEDED]

by_person = click.option(
    "--by", "person_id", required=True, type=int, help="Who decided: a person's number."
)


@click.command("revoke")
@click.argument("serial")
@click.option("--reason", required=True, type=click.Choice(REASONS))
@by_person
@with_appcontext
@refusals_spoken
def revoke(serial: str, reason: str, person_id: int) -> None:
    """Revoke the certificate SERIAL, for good; the reason stays in the office."""
    with wiring().sessions() as session:
        actor = revocation.get_actor(session, person_id)
        revocation.revoke_certificate(
            session,
            actor,
            _publishing(),
            certificate_id=revocation.find_by_serial(session, actor, serial=serial),
            reason=parse_reason(reason),
            at=now(),
        )
    click.echo("✓ revoked; the status list says so from now on")


@click.command("supersede")
@click.argument("old_serial")
@click.argument("new_serial")
@by_person
@with_appcontext
@refusals_spoken
def supersede(old_serial: str, new_serial: str, person_id: int) -> None:
    """Revoke OLD_SERIAL as replaced by NEW_SERIAL, a later one of the same person."""
    with wiring().sessions() as session:
        actor = revocation.get_actor(session, person_id)
        revocation.supersede_certificate(
            session,
            actor,
            _publishing(),
            old_id=revocation.find_by_serial(session, actor, serial=old_serial),
            new_id=revocation.find_by_serial(session, actor, serial=new_serial),
            at=now(),
        )
    click.echo("✓ superseded; whoever checks the old one is led to the new one")


@click.command("give-up")
@click.argument("serial")
@by_person
@with_appcontext
@refusals_spoken
def give_up(serial: str, person_id: int) -> None:
    """Give up SERIAL, reserved and never sealed, whose keys may not seal any more."""
    house = wiring()
    with house.sessions() as session:
        actor = revocation.get_actor(session, person_id)
        give_up_certificate(
            session,
            actor,
            house.keys,
            certificate_id=revocation.find_by_serial(session, actor, serial=serial),
            at=now(),
        )
    click.echo("✓ given up; its proposal can be released again, with another number")


@click.command("publish")
@with_appcontext
@refusals_spoken
def publish() -> None:
    """Sign the status lists and public files that need it; safe to run at any time."""
    published, failed = publish_due_lists(wiring().sessions, _publishing(), at=now())
    click.echo(f"✓ published {published}")
    if failed:
        click.echo(f"✗ {failed} could not be published; the log says why", err=True)
        raise SystemExit(1)


@click.command("deciders")
@with_appcontext
@refusals_spoken
def deciders() -> None:
    """List who may revoke and give up: number for --by, organisation and name."""
    with wiring().reading() as session:
        found = revocation.list_deciders(session)
    for person in found:
        click.echo(f"{person.person_id:>4}  {person.organisation}  {person.name}")
    if not found:
        click.echo("Nobody is a signatory or an administrator yet.")


def _publishing() -> Publishing:
    house = wiring()
    return Publishing(house.settings.public_url, house.sealing.contexts, house.keys)


COMMANDS = (revoke, supersede, give_up, publish, deciders)
