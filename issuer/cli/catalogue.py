"""`flask catalogue`: bring qualifications in, list them, see what changed."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from issuer.cli.speaking import refusals_spoken, wiring
from issuer.clock import now
from issuer.domain.catalogue_refusals import CatalogueTooLarge
from issuer.domain.errors import IssuerError
from issuer.services import catalogue as editions
from issuer.services.catalogue import ImportOutcome

LARGEST_FILE = 64 * 1024 * 1024
OLDER_AND_NEWER = 2

catalogue = AppGroup("catalogue", help="Qualifications as ePerusteet publishes them.")
as_json = click.option(
    "--json", "prints_json", is_flag=True, help="End with one line of JSON per file."
)


@catalogue.command("import")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=True)
)
@as_json
def import_files(files: tuple[Path, ...], prints_json: bool) -> None:
    """Read qualifications from FILES and store each as a catalogue edition."""
    outcomes: list[ImportOutcome] = []
    for file in files:
        try:
            with wiring().sessions() as session:
                outcome = editions.import_edition(
                    session, _read(file), name=_shown(file), at=now()
                )
        except (IssuerError, OSError) as error:
            click.echo(f"✗ {_sentence(file, error)}", err=True)
            continue
        outcomes.append(outcome)
        click.echo(_said(outcome, _shown(file)))
    if prints_json:
        for outcome in outcomes:
            click.echo(json.dumps(outcome.counts, ensure_ascii=False))
    if len(outcomes) < len(files):
        raise SystemExit(1)


@catalogue.command("fetch")
@click.argument("record_number")
@as_json
@refusals_spoken
def fetch(record_number: str, prints_json: bool) -> None:
    """Fetch the qualification RECORD_NUMBER from ePerusteet and store it."""
    house = wiring()
    client = editions.connect_eperusteet(
        house.settings.eperusteet_url, caller_id=house.settings.caller_id
    )
    with house.sessions() as session:
        outcome = editions.fetch_edition(session, client, record_number, at=now())
    _tell(outcome, record_number, prints_json)


@catalogue.command("starter")
@as_json
@refusals_spoken
def starter(prints_json: bool) -> None:
    """Store the starter catalogue: three units, unofficial summaries of ours."""
    with wiring().sessions() as session:
        outcome = editions.import_starter(session, at=now())
    _tell(outcome, "the starter catalogue", prints_json)


@catalogue.command("list")
@refusals_spoken
def list_all() -> None:
    """List the editions, the latest of each qualification first."""
    with wiring().reading() as session:
        lines = editions.list_editions(session)
    if not lines:
        click.echo("There is no catalogue yet. Begin with `flask catalogue starter`.")
    for line in lines:
        marks = ["latest" if line.is_latest else "older"]
        if not line.is_official:
            marks.append("unofficial")
        click.echo(
            f"{line.id:>4}  {line.record_number:<15}  {line.name.in_language('fi')}  "
            f"({line.units} units, {line.requirements} requirements; "
            f"{', '.join(marks)}; imported {line.imported_at:%Y-%m-%d})"
        )


@catalogue.command("diff")
@click.argument("editions_or_number", nargs=-1, required=True)
@refusals_spoken
def diff(editions_or_number: tuple[str, ...]) -> None:
    """Say what changed: RECORD_NUMBER, or the ids of the OLDER and NEWER edition."""
    with wiring().reading() as session:
        if len(editions_or_number) == 1:
            older, newer, changes = editions.compare_latest_editions(
                session, editions_or_number[0]
            )
            click.echo(f"From edition {older.id} to edition {newer.id}:")
        else:
            changes = editions.compare_editions(session, *_ids(editions_or_number))
    for change in changes:
        click.echo(f"• {change.in_words()}")
    if not changes:
        click.echo("✓ Nothing that a certificate cites has changed.")


def _tell(outcome: ImportOutcome, name: str, prints_json: bool) -> None:
    click.echo(_said(outcome, name))
    if prints_json:
        click.echo(json.dumps(outcome.counts, ensure_ascii=False))


def _read(file: Path) -> bytes:
    """Read no more of the file than can be a qualification."""
    with file.open("rb") as opened:
        raw = opened.read(LARGEST_FILE + 1)
    if len(raw) > LARGEST_FILE:
        raise CatalogueTooLarge(file=_shown(file), limit=LARGEST_FILE // 1024 // 1024)
    return raw


def _shown(file: Path) -> str:
    """Return the path as it can be printed; names need not be UTF-8."""
    return str(file).encode(errors="replace").decode()


def _said(outcome: ImportOutcome, name: str) -> str:
    counts = outcome.counts
    if not outcome.is_new:
        return (
            f"✓ {name}: nothing to do, these bytes are edition {outcome.edition_id} "
            f"of {counts['record_number']} already."
        )
    said = (
        f"✓ {name}: stored {counts['record_number']} as edition {outcome.edition_id} "
        f"with {counts['units']} units, {counts['target_areas']} target areas and "
        f"{counts['requirements']} requirements ({counts['coded']} with a code)."
    )
    if outcome.previous_edition_id is not None:
        both = f"{outcome.previous_edition_id} {outcome.edition_id}"
        said += f" See what changed with `flask catalogue diff {both}`."
    return said


def _ids(words: tuple[str, ...]) -> tuple[int, int]:
    if len(words) != OLDER_AND_NEWER or not all(
        word.isascii() and word.isdigit() and len(word) < 10 for word in words
    ):
        raise click.UsageError(
            "give one record number, or the ids of two editions (flask catalogue list)"
        )
    return int(words[0]), int(words[1])


def _sentence(file: Path, error: Exception) -> str:
    if isinstance(error, OSError):
        return f"“{_shown(file)}” cannot be read: {error.strerror or error}."
    return str(error)
