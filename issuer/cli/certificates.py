"""`flask certificates`: check a file, finish what a crash interrupted."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from issuer.cli.progress import showing_progress
from issuer.cli.speaking import refusals_spoken, wiring
from issuer.clock import now
from issuer.domain.verification import Verdict
from issuer.i18n import report_as_json
from issuer.services.due_work import finish_due_work
from issuer.services.giving_up import list_barred
from issuer.services.page_seals import list_waiting_for_seal
from issuer.services.pages import list_unfinished
from issuer.wiring import Wiring

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
    """Complete reserved certificates and draw pending pages: same serial and bytes.

    Interrupt it at any time: what is done is stored, and it goes on where it was.
    """
    house = wiring()
    with showing_progress() as progress:
        sealed, drawn, failed = finish_due_work(
            house.sessions,
            house.sealing,
            house.making,
            at=now(),
            threads=house.settings.render_workers + 1,
            tell=progress.tell,
        )
    house.renderer.close()
    click.echo(f"✓ sealed {sealed}, drawn {drawn}")
    is_left = _say_what_is_barred(house) | _say_what_waits(house)
    if failed:
        click.echo(f"✗ {failed} could not be finished; the log says why", err=True)
    if failed or is_left:
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
    _say_what_is_barred(house)
    _say_what_waits(house)


def _say_what_is_barred(house: Wiring) -> bool:
    with house.reading() as session:
        found = list_barred(session, house.keys)
    for line in found:
        why = "is revoked" if line.barrier.is_revoked else "is not in the key folder"
        click.echo(
            f"✗ {line.serial} cannot be sealed: the key {line.barrier.key_id} {why}. "
            f"Give it up: flask certificates give-up {line.serial} --by NUMBER",
            err=True,
        )
    return bool(found)


def _say_what_waits(house: Wiring) -> bool:
    with house.reading() as session:
        found = list_waiting_for_seal(session, house.making.sealing)
    for did in found:
        click.echo(
            f"✗ the PDFs of {did} wait for a seal. "
            f"Make one: flask keys x509 create --did {did}",
            err=True,
        )
    return bool(found)
