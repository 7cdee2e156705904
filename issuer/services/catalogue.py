"""The catalogue: import a qualification, fetch it, compare its editions, look at it.

Public data: nothing here is scoped by organisation.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from issuer.domain.catalogue import CatalogueEdition, GradingLevel
from issuer.domain.catalogue_diff import Change, changes_between
from issuer.domain.catalogue_refusals import (
    CatalogueTooLarge,
    EditionMissing,
    NothingToCompare,
)
from issuer.domain.coverage import UnitOutline
from issuer.gateways.eperusteet import EperusteetClient
from issuer.gateways.eperusteet_json import LARGEST_FILE
from issuer.gateways.eperusteet_reading import read_qualification
from issuer.gateways.eperusteet_refusals import QualificationMissing
from issuer.gateways.eperusteet_starter import STARTER_NAME, read_starter
from issuer.records import catalogue
from issuer.records.catalogue import EditionLine, UnitLine

__all__ = [
    "Change",
    "EditionLine",
    "EditionView",
    "EperusteetClient",
    "ImportOutcome",
    "UnitLine",
    "UnitView",
    "compare_editions",
    "compare_latest_editions",
    "connect_eperusteet",
    "fetch_edition",
    "import_edition",
    "import_starter",
    "list_editions",
    "view_edition",
    "view_unit",
]


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What an import did; `previous_edition_id` was the latest of that number before.

    `counts` is the account of `CatalogueEdition.counts()`, also when the same bytes
    were there already and `is_new` is False.
    """

    edition_id: int
    counts: dict[str, str | int]
    is_new: bool
    previous_edition_id: int | None


@dataclass(frozen=True, slots=True)
class EditionView:
    """An edition with its units in file order and its grading criteria."""

    edition: EditionLine
    units: tuple[UnitLine, ...]
    grading: tuple[GradingLevel, ...]


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit with its requirements, and the edition it belongs to."""

    edition: EditionLine
    unit: UnitLine
    outline: UnitOutline
    grading: tuple[GradingLevel, ...]


def import_edition(
    session: Session, raw: bytes, *, name: str, at: datetime, by: int | None = None
) -> ImportOutcome:
    """Store the qualification in `raw`, which people call `name`, as a new edition.

    The same bytes again change nothing. Raises a CatalogueRefused that names the
    place; then nothing is stored.
    """
    if len(raw) > LARGEST_FILE:
        raise CatalogueTooLarge(file=name, limit=LARGEST_FILE // 1024 // 1024)
    known = catalogue.find_edition_by_sha256(session, hashlib.sha256(raw).hexdigest())
    if known is not None:
        session.commit()
        return _known(known)
    session.commit()
    return _store(session, read_qualification(raw, name=name), len(raw), at, by)


def import_starter(session: Session, *, at: datetime) -> ImportOutcome:
    """Store the starter catalogue, an unofficial summary that comes with us."""
    return import_edition(session, read_starter(), name=STARTER_NAME, at=at)


def connect_eperusteet(base_url: str, *, caller_id: str) -> EperusteetClient:
    """Return a client of the ePerusteet API; nothing is sent yet."""
    return EperusteetClient(base_url.rstrip("/"), caller_id)


def fetch_edition(
    session: Session, client: EperusteetClient, record_number: str, *, at: datetime
) -> ImportOutcome:
    """Fetch the qualification of `record_number` and store it as `import_edition`.

    Raises an EperusteetFailed or a CatalogueRefused; then nothing is stored.
    """
    fetched = client.fetch(record_number)
    edition = read_qualification(fetched.raw, name=fetched.url)
    if edition.record_number.casefold() != record_number.strip().casefold():
        raise QualificationMissing(record_number=record_number.strip())
    known = catalogue.find_edition_by_sha256(session, edition.sha256)
    session.commit()
    if known is not None:
        return _known(known)
    return _store(session, edition, len(fetched.raw), at, None)


def compare_editions(session: Session, older: int, newer: int) -> tuple[Change, ...]:
    """Return what changed between two editions, by id. Raises EditionMissing."""
    return changes_between(
        catalogue.load_edition(session, older), catalogue.load_edition(session, newer)
    )


def compare_latest_editions(
    session: Session, record_number: str
) -> tuple[EditionLine, EditionLine, tuple[Change, ...]]:
    """Return the last two editions of a record number and what changed.

    Raises EditionMissing if there is none, NothingToCompare if there is one.
    """
    lines = catalogue.list_editions_of(session, record_number)
    if not lines:
        raise EditionMissing(edition=record_number)
    if len(lines) == 1:
        raise NothingToCompare(record_number=record_number)
    newer, older = lines[0], lines[1]
    return older, newer, compare_editions(session, older.id, newer.id)


def list_editions(session: Session) -> list[EditionLine]:
    """Return every edition, by record number, the latest of each first."""
    return catalogue.list_editions(session)


def view_edition(session: Session, edition_id: int) -> EditionView:
    """Return an edition with its units. Raises EditionMissing."""
    return EditionView(
        edition=catalogue.get_edition_line(session, edition_id),
        units=tuple(catalogue.list_units(session, edition_id)),
        grading=tuple(catalogue.list_grading(session, edition_id)),
    )


def view_unit(session: Session, unit_id: int) -> UnitView:
    """Return a unit with its requirements. Raises NotFound."""
    unit = catalogue.get_unit_line(session, unit_id)
    return UnitView(
        edition=catalogue.get_edition_line(session, unit.edition_id),
        unit=unit,
        outline=catalogue.get_unit_outline(session, unit_id),
        grading=tuple(catalogue.list_grading(session, unit.edition_id)),
    )


def _store(
    session: Session,
    edition: CatalogueEdition,
    raw_size: int,
    at: datetime,
    by: int | None,
) -> ImportOutcome:
    before = catalogue.find_latest_edition(session, edition.record_number)
    try:
        edition_id = catalogue.add_edition(
            session, edition, raw_size=raw_size, at=at, by=by
        )
        session.commit()
    except IntegrityError:
        # Another process imported the same bytes between our look and our insert.
        session.rollback()
        known = catalogue.find_edition_by_sha256(session, edition.sha256)
        session.commit()
        if known is None:
            raise
        return _known(known)
    return ImportOutcome(
        edition_id=edition_id,
        counts=edition.counts(),
        is_new=True,
        previous_edition_id=before.id if before else None,
    )


def _known(line: EditionLine) -> ImportOutcome:
    counts: dict[str, str | int] = {
        "record_number": line.record_number,
        "units": line.units,
        "target_areas": line.target_areas,
        "requirements": line.requirements,
        "coded": line.coded,
    }
    return ImportOutcome(line.id, counts, is_new=False, previous_edition_id=None)
