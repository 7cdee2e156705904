import json
import random
import time
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from issuer.database import build_engine, build_sessions
from issuer.domain.catalogue_refusals import (
    CatalogueRefused,
    CatalogueTooLarge,
    EditionMissing,
    NothingToCompare,
)
from issuer.domain.errors import IssuerError, NotFound
from issuer.gateways.eperusteet_reading import read_qualification
from issuer.gateways.eperusteet_refusals import EperusteetFailed, QualificationMissing
from issuer.records import catalogue as records
from issuer.records.base import Record
from issuer.services import catalogue
from tests.gateways.eperusteet_server import Answer, replaying, serving
from tests.gateways.qualifications import (
    REAL_FILES,
    as_bytes,
    gardening,
    older,
    requirement,
)
from tests.gateways.test_eperusteet_refusals import mutate

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TABLES = [
    "catalogue_edition",
    "grading_level",
    "unit",
    "sub_area",
    "target_area",
    "requirement",
]


@pytest.fixture
def session(tmp_path):
    engine = build_engine(f"sqlite:///{tmp_path}/catalogue.db")
    tables = [Record.metadata.tables[name] for name in TABLES]
    Record.metadata.create_all(engine, tables=tables)
    with build_sessions(engine)() as opened:
        yield opened
    engine.dispose()


def bring_in(session: Session, given) -> catalogue.ImportOutcome:
    return catalogue.import_edition(session, as_bytes(given), name="x", at=AT)


def rows(session: Session) -> dict[str, int | None]:
    return {
        name: session.scalar(
            select(func.count()).select_from(Record.metadata.tables[name])
        )
        for name in TABLES
    }


def reworded():
    given = gardening()
    area = given["tutkinnonOsat"][0]["ammattitaitovaatimukset2019"]["kohdealueet"][0]
    area["vaatimukset"].append(requirement("tunnistaa vieraslajin", code="13"))
    return given


def test_an_edition_comes_out_as_it_went_in(session):
    outcome = bring_in(session, gardening())
    session.expire_all()

    assert outcome.is_new
    assert outcome.previous_edition_id is None
    assert outcome.counts["requirements"] == 4
    assert records.load_edition(session, outcome.edition_id) == read_qualification(
        as_bytes(gardening()), name="x"
    )


def test_the_same_bytes_change_nothing(session):
    first = bring_in(session, gardening())
    before = rows(session)
    again = bring_in(session, gardening())

    assert not again.is_new
    assert again.edition_id == first.edition_id
    assert again.counts == first.counts
    assert rows(session) == before


def test_other_bytes_of_the_same_number_are_a_new_edition(session):
    first = bring_in(session, gardening())
    second = bring_in(session, reworded())

    assert second.is_new
    assert second.previous_edition_id == first.edition_id
    lines = catalogue.list_editions(session)
    assert [(line.id, line.is_latest) for line in lines] == [
        (second.edition_id, True),
        (first.edition_id, False),
    ]
    assert lines[0].imported_at == AT
    older_line, newer_line, changes = catalogue.compare_latest_editions(
        session, "OPH-1-2099"
    )
    assert (older_line.id, newer_line.id) == (first.edition_id, second.edition_id)
    assert [change.in_words() for change in changes] == [
        "Pihatyöt (tutkinnonosat_101) has a new requirement: “tunnistaa vieraslajin”."
    ]


def test_there_must_be_two_editions_to_compare(session):
    with pytest.raises(EditionMissing):
        catalogue.compare_latest_editions(session, "OPH-1-2099")
    bring_in(session, gardening())
    with pytest.raises(NothingToCompare):
        catalogue.compare_latest_editions(session, "OPH-1-2099")
    with pytest.raises(EditionMissing):
        catalogue.compare_editions(session, 1, 99)


def test_an_official_edition_is_the_latest_whenever_it_came(session):
    official = bring_in(session, gardening())
    bring_in(session, gardening() | {"epavirallinen": True})
    latest = records.find_latest_edition(session, "OPH-1-2099")

    assert latest is not None
    assert latest.id == official.edition_id
    assert latest.is_official


def test_a_refused_file_leaves_nothing(session):
    for raw in (b"{", b"{}", as_bytes(older("")), as_bytes(gardening())[:-1]):
        with pytest.raises(CatalogueRefused):
            catalogue.import_edition(session, raw, name="x", at=AT)
    assert set(rows(session).values()) == {0}


def test_a_huge_file_is_refused_before_it_is_hashed(session, monkeypatch):
    monkeypatch.setattr(catalogue, "LARGEST_FILE", 10)
    with pytest.raises(CatalogueTooLarge):
        bring_in(session, gardening())


def test_two_who_import_the_same_bytes_at_once_get_one_edition(session, monkeypatch):
    first = bring_in(session, gardening())
    look = records.find_edition_by_sha256
    blind = iter([None])
    monkeypatch.setattr(
        records,
        "find_edition_by_sha256",
        lambda *args: next(blind, look(*args)),
    )
    second = bring_in(session, gardening())
    assert (second.edition_id, second.is_new) == (first.edition_id, False)


def test_the_database_itself_refuses_the_same_bytes_twice(session):
    edition = read_qualification(as_bytes(gardening()), name="x")
    records.add_edition(session, edition, raw_size=1, at=AT)
    with pytest.raises(IntegrityError):
        records.add_edition(session, edition, raw_size=1, at=AT)


def test_what_the_web_shows(session):
    outcome = bring_in(session, gardening())
    view = catalogue.view_edition(session, outcome.edition_id)

    assert view.edition.name.sv == "Grundexamen inom prov"
    assert [
        (u.code, u.name.fi, u.scope, u.scope_unit, u.areas, u.requirements)
        for u in view.units
    ] == [
        ("tutkinnonosat_101", "Pihatyöt", "15", "osp", 2, 3),
        ("tutkinnonosat_102", "Lumityöt", "15", "osp", 1, 1),
    ]
    shown = catalogue.view_unit(session, view.units[0].id)
    assert shown.edition.id == outcome.edition_id
    assert [(name.fi, len(found)) for name, found in shown.outline.areas] == [
        ("Nurmikot", 1),
        ("Polut", 2),
    ]
    with pytest.raises(NotFound):
        catalogue.view_unit(session, 999)
    with pytest.raises(NotFound):
        catalogue.view_edition(session, 999)
    with pytest.raises(NotFound):
        records.get_unit_outline(session, 999)


def test_requirements_know_their_place(session):
    outcome = bring_in(session, gardening())
    units = records.list_units(session, outcome.edition_id)
    outlines = records.list_unit_outlines(session, [u.id for u in reversed(units)])
    ids = [id_ for o in outlines for _, area in o.areas for id_, *_ in area]
    places = records.list_requirement_places(session, [*ids, 999])

    assert [o.unit_id for o in outlines] == [u.id for u in units]
    assert list(places) == ids
    place = places[ids[0]]
    assert place.unit_id == units[0].id
    assert place.edition_id == outcome.edition_id
    assert (place.unit_code, place.code) == (
        "tutkinnonosat_101",
        "ammattitaitovaatimukset_11",
    )
    assert (place.text.fi, place.text.sv) == ("leikkaa nurmikon", "LEIKKAA NURMIKON")
    assert records.list_requirement_places(session, []) == {}


def test_the_starter_catalogue_is_stored_as_unofficial(session):
    outcome = catalogue.import_starter(session, at=AT)
    line = records.get_edition_line(session, outcome.edition_id)

    assert not line.is_official
    assert records.list_units(session, outcome.edition_id)[0].name.fi == (
        "Viheralueiden kunnossapito"
    )


def test_a_fetched_qualification_is_stored_like_a_file(session):
    raw = as_bytes(gardening())
    with serving(replaying(raw, "OPH-1-2099")) as server:
        client = catalogue.connect_eperusteet(server.url + "/", caller_id="tests")
        first = catalogue.fetch_edition(session, client, "oph-1-2099", at=AT)
        again = catalogue.fetch_edition(session, client, "OPH-1-2099", at=AT)

    assert first.is_new
    assert not again.is_new
    assert again.edition_id == first.edition_id
    assert catalogue.import_edition(session, raw, name="x", at=AT) == again


def test_a_fetch_that_fails_leaves_nothing_and_holds_no_lock_meanwhile(session):
    in_transaction = []

    def answers(*_):
        in_transaction.append(session.in_transaction())
        return Answer(status=500)

    with serving(answers) as server:
        client = catalogue.connect_eperusteet(server.url, caller_id="tests")
        with pytest.raises(EperusteetFailed):
            catalogue.fetch_edition(session, client, "OPH-1-2099", at=AT)
    assert in_transaction == [False]
    assert set(rows(session).values()) == {0}


def test_an_answer_about_another_qualification_is_refused(session):
    raw = as_bytes(gardening() | {"diaarinumero": "OPH-2-2099"})
    with serving(replaying(raw, "OPH-1-2099")) as server:
        client = catalogue.connect_eperusteet(server.url, caller_id="tests")
        with pytest.raises(QualificationMissing):
            catalogue.fetch_edition(session, client, "OPH-1-2099", at=AT)
    assert set(rows(session).values()) == {0}


def test_what_can_be_read_can_be_stored(session):
    randomly = random.Random(11)
    original = json.dumps(gardening())
    stored = 0
    for number in range(150):
        given = json.loads(original) | {"id": number + 1}
        mutate(given, randomly)
        with suppress(IssuerError):
            raw = json.dumps(given).encode()
            catalogue.import_edition(session, raw, name="x", at=AT)
            stored += 1
    assert stored > 20


@pytest.mark.shared
@pytest.mark.parametrize("file", REAL_FILES)
def test_real_files_come_out_as_they_went_in_and_in_time(session, shared_data, file):
    raw = (shared_data / "eperusteet" / file).read_bytes()
    begun = time.monotonic()
    outcome = catalogue.import_edition(session, raw, name=file, at=AT)
    took = time.monotonic() - begun
    session.expire_all()

    assert took < 5
    edition = read_qualification(raw, name=file)
    assert records.load_edition(session, outcome.edition_id) == edition
    units = records.list_units(session, outcome.edition_id)
    outlines = records.list_unit_outlines(session, [u.id for u in units])
    for unit, line, outline in zip(edition.units, units, outlines, strict=True):
        wanted = [r.text for area in unit.all_areas for r in area.requirements]
        assert [t for _, area in outline.areas for *_, t in area] == wanted
        assert line.requirements == len(wanted)
        assert line.areas == len(unit.all_areas)
        assert line.scope is None or Decimal(line.scope) == unit.scope


@pytest.mark.shared
def test_a_large_edition_takes_few_statements(session, shared_data):
    file = "eperusteet/OPH-5410-2021_ajoneuvoalan-perustutkinto.json"
    raw = (shared_data / file).read_bytes()
    statements: list[str] = []
    engine = session.get_bind()
    event.listen(
        engine,
        "before_cursor_execute",
        lambda _c, _cu, statement, *_: statements.append(statement),
    )
    outcome = catalogue.import_edition(session, raw, name="x", at=AT)
    assert len(statements) < 40
    statements.clear()
    units = records.list_units(session, outcome.edition_id)
    records.list_unit_outlines(session, [u.id for u in units])
    assert len([s for s in statements if s.startswith("SELECT")]) == 4
