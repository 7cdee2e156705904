"""`flask people`: the first administrator, and a way back in for who lost theirs."""

import uuid
from secrets import token_urlsafe

import click
from flask.cli import AppGroup

from issuer.cli.speaking import refusals_spoken, wiring
from issuer.clock import now
from issuer.domain.entry import Channel
from issuer.domain.people import OFFICE_ROLES
from issuer.services.enrolment import add_administrator, make_enrolment_link
from issuer.services.people import list_cast

people = AppGroup("people", help="People who work in the office.")

LINK_BYTES = 24


@people.command("add-administrator")
@click.argument("name")
@click.option("--organisation", required=True, help="Its short name (slug).")
@click.option("--email", default="", help="Where messages reach the person.")
@refusals_spoken
def add(name: str, organisation: str, email: str) -> None:
    """Add an administrator and print the link that registers their passkey."""
    token = token_urlsafe(LINK_BYTES)
    with wiring().sessions() as session:
        person_id = add_administrator(
            session,
            name=name,
            organisation=organisation,
            mail=email,
            pseudonym=uuid.uuid4(),
            token=token,
            at=now(),
        )
    click.echo(f"✓ person {person_id}")
    _print_link(token)


@people.command("enrolment-link")
@click.argument("number", type=int)
@refusals_spoken
def link(number: int) -> None:
    """Print a new link for somebody of the office; it ends their earlier ones."""
    token = token_urlsafe(LINK_BYTES)
    with wiring().sessions() as session:
        make_enrolment_link(
            session,
            person_id=number,
            channel=Channel.SCREEN,
            token=token,
            language="",
            at=now(),
            by=None,
        )
    _print_link(token)


@people.command("list")
@refusals_spoken
def list_() -> None:
    """List who works in the office: number, organisation, name and roles."""
    with wiring().reading() as session:
        found = list_cast(session)
    for organisation, lines in found:
        for person in lines:
            if roles := sorted(person.roles & OFFICE_ROLES):
                told = ", ".join(roles)
                click.echo(
                    f"{person.id:>5}  {organisation.name}  {person.name}  {told}"
                )


def _print_link(token: str) -> None:
    click.echo(f"  {wiring().settings.public_url}/enrol/{token}")
    click.echo(
        "  Works once, for 24 hours. Open it on the device that is to sign in, "
        "and let nobody else see it."
    )
