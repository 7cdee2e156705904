"""`flask certificates`: check a file, finish what a crash interrupted."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from issuer.cli.speaking import refusals_spoken, wiring
from issuer.clock import now
from issuer.domain.verification import Verdict
from issuer.i18n import report_as_json
from issuer.services.due_work import finish_due_work
from issuer.services.pages import list_unfinished

certificates = AppGroup("certificates", help="Certificates: check and finish.")

EXIT_CODES = {Verdict.VALID: 0, Verdict.NOT_VALID: 1, Verdict.UNKNOWN: 2}
LARGEST_FILE = 20 * 1024 * 1024


@certificates.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--language", default="fi", type=click.Choice(["fi", "sv", "en"]))
@refusals_spoken
def verify(file: Path, language: str) -> None:
    """Check a certificate FILE (JSON or PDF); print the report as JSON.

    Exits with 0 if valid, 1 if not valid, 2 if it could not be decided.
    """
    if file.stat().st_size > LARGEST_FILE:
        click.echo("✗ The file is larger than 20 MB: no certificate is.", err=True)
        raise SystemExit(1)
    house = wiring()
    with house.reading() as session:
        report = house.check_presented(session, file.read_bytes(), now())
    click.echo(
        json.dumps(report_as_json(report, language), ensure_ascii=False, indent=2)
    )
    raise SystemExit(EXIT_CODES[report.verdict])


@certificates.command("finish")
@refusals_spoken
def finish() -> None:
    """Complete reserved certificates and draw pending pages: same serial and bytes."""
    house = wiring()
    sealed, drawn, failed = finish_due_work(
        house.sessions, house.sealing, house.making, at=now()
    )
    click.echo(f"✓ sealed {sealed}, drawn {drawn}")
    if failed:
        click.echo(f"✗ {failed} could not be finished; the log says why", err=True)
        raise SystemExit(1)


@certificates.command("unfinished")
@refusals_spoken
def unfinished() -> None:
    """List certificates that a crash or a missing page left unfinished."""
    house = wiring()
    with house.reading() as session:
        found = list_unfinished(session)
    for line in found:
        click.echo(f"{'reserved' if line.is_reserved else 'no page':<9} {line.serial}")
    if not found:
        click.echo("✓ nothing is unfinished")
