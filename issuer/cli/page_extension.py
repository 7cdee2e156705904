"""`flask certificates extend`: give stored PDFs long-term data and a time-stamp."""

import click

from issuer.cli.speaking import refusals_spoken, wiring
from issuer.clock import now
from issuer.services.page_extension import extend_due_pages


@click.command("extend")
@click.option("--at-most", type=click.IntRange(1), help="Extend so many and stop.")
@refusals_spoken
def extend(at_most: int | None) -> None:
    """Extend the PDFs that are due to level B-LTA, or renew them.

    The serving process does the same by itself; a PDF stays as it was under its seal.
    """
    house = wiring()
    extended, failed = extend_due_pages(
        house.sessions, house.extending, at=now(), at_most=at_most
    )
    click.echo(f"✓ extended {extended}")
    if failed:
        click.echo(f"✗ {failed} could not be extended; the log says why", err=True)
        raise SystemExit(1)
