import json
import logging
import threading
from datetime import timedelta

import pytest
from sqlalchemy import event, func, select

from issuer.credentials.bitstring_status import ENTRIES, StatusBits
from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.signed_file import UNIT_NAMES, read_file
from issuer.credentials.status_list import peek_bits, read_status
from issuer.database import build_engine, build_sessions
from issuer.domain.certificates import CertificateState
from issuer.domain.errors import NotFound
from issuer.domain.revocation import StatusListCrowded
from issuer.domain.verification import Outcome
from issuer.records import status as rows
from issuer.records.base import Record
from issuer.records.public_files import PublicFileRecord
from issuer.services import status as status_service
from issuer.services.public_files import (
    publish_unit_names,
    read_successors,
    read_unit_names,
)
from issuer.services.status import (
    Publishing,
    give_status_entry,
    publish_due_lists,
    publish_list,
    publish_list_of,
    read_status_list,
    reserve_status_entry,
    status_list_url,
)
from tests import cast
from tests.cast import LATER
from tests.services.conftest import DID, PUBLIC_URL, make_keys
from tests.services.publishing import draw, make_certificate

DAY = timedelta(days=1)


@pytest.fixture
def publishing(keys):
    return Publishing(PUBLIC_URL, ContextLibrary.load(), keys)


@pytest.fixture
def mapped(session, house):
    cast.map_and_publish(session, house)
    return house


def reserve(session, house, **changes):
    parts = {"random_index": draw(), "at": LATER, **changes}
    return reserve_status_entry(session, house.organisation_id, **parts)


def count(session, record):
    return session.scalar(select(func.count()).select_from(record))


def test_the_first_place_begins_the_first_list(session, house):
    number, index = reserve(session, house)
    assert number == 1
    assert 0 <= index < ENTRIES


def test_a_place_is_never_given_twice(session, house):
    drawn = iter([5, 5, 5, 6, 6, 7])
    places = [reserve(session, house, random_index=lambda: next(drawn)) for _ in "abc"]
    assert places == [(1, 5), (1, 6), (1, 7)]


def test_each_organisation_has_lists_of_its_own(session, house):
    own = reserve(session, house, random_index=lambda: 5)
    other = reserve_status_entry(
        session, house.other_organisation_id, random_index=lambda: 5, at=LATER
    )
    assert own == other == (1, 5)
    assert count(session, rows.StatusListRecord) == 2


def test_the_next_list_begins_when_four_fifths_are_taken(session, house, monkeypatch):
    monkeypatch.setattr(status_service, "FULL", 3)
    source = draw()
    numbers = [reserve(session, house, random_index=source)[0] for _ in range(7)]
    assert numbers == [1, 1, 1, 2, 2, 2, 3]


def test_four_fifths_of_the_list_are_104857_places():
    assert status_service.FULL == 104_857


def test_indexes_that_are_not_random_are_found_out(session, house):
    reserve(session, house, random_index=lambda: 5)
    with pytest.raises(StatusListCrowded):
        reserve(session, house, random_index=lambda: 5)
    for outside in (-1, ENTRIES):
        with pytest.raises(ValueError, match="outside"):
            reserve(session, house, random_index=lambda: outside)  # noqa: B023


def test_a_place_goes_back_with_the_transaction(session, house):
    reserve(session, house, random_index=lambda: 5)
    session.rollback()
    assert count(session, rows.StatusListRecord) == 0
    assert reserve(session, house, random_index=lambda: 5) == (1, 5)


def test_nobody_reserves_for_an_organisation_that_is_not_there(session):
    with pytest.raises(NotFound):
        reserve_status_entry(session, 999, random_index=draw(), at=LATER)


def test_a_list_begun_meanwhile_by_another_process_is_used(session, house, monkeypatch):
    """As on PostgreSQL, where another transaction's row is not seen yet."""
    reserve(session, house, random_index=lambda: 5)
    monkeypatch.setattr(rows, "count_entries", lambda *_, **__: ENTRIES)
    newest = rows.find_newest_list(session, organisation_id=house.organisation_id)
    session.add(
        rows.StatusListRecord(
            organisation_id=house.organisation_id, number=2, created_at=LATER
        )
    )
    session.flush()
    answers = iter(
        [
            newest,
            rows.find_list(session, organisation_id=house.organisation_id, number=2),
        ]
    )
    monkeypatch.setattr(rows, "find_newest_list", lambda *_, **__: next(answers))
    assert reserve(session, house, random_index=lambda: 8) == (2, 8)


def test_a_reserved_place_is_given_once(session, mapped):
    first = make_certificate(session, mapped, bits=1)
    second = make_certificate(session, mapped, bits=2)
    list_, index = rows.find_entry(session, certificate_id=first)
    for number, place in ((list_.number, index), (1, 77), (2, index)):
        with pytest.raises(NotFound):
            give_status_entry(
                session,
                mapped.organisation_id,
                number=number,
                index=place,
                certificate_id=second,
            )


def test_eight_threads_reserve_at_once_and_share_no_place(tmp_path):
    """On one SQLite file; indexes from 0 to 99, so that they collide all the time."""
    url = f"sqlite:///{tmp_path}/issuer.db"
    engine = build_engine(url)
    Record.metadata.create_all(engine)
    sessions = build_sessions(engine)
    with sessions() as session:
        house = cast.make_house(session)
    taken, failures, lock = [], [], threading.Lock()

    def take(seed):
        source = draw(seed)
        try:
            for _ in range(10):
                with sessions() as session:
                    place = reserve(session, house, random_index=lambda: source() % 100)
                    session.commit()
                with lock:
                    taken.append(place)
        except Exception as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=take, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
    assert failures == []
    assert len(taken) == len(set(taken)) == 80
    assert {number for number, _ in taken} == {1}


def test_a_list_is_published_as_a_sealed_credential(session, mapped, publishing):
    certificate_id = make_certificate(session, mapped, bits=1)
    list_, index = rows.find_entry(session, certificate_id=certificate_id)
    with pytest.raises(NotFound):
        read_status_list(session, slug="hiisi", number=1)
    assert publish_list(session, publishing, list_id=list_.id, at=LATER)
    session.commit()
    found = read_status_list(session, slug="hiisi", number=1)
    url = status_list_url(
        session, mapped.organisation_id, public_url=PUBLIC_URL, number=1
    )
    assert url == f"{PUBLIC_URL}/org/hiisi/status/1"
    check = read_status(
        found.data,
        key_ring=publishing.keys.key_ring(),
        contexts=publishing.contexts,
        issuer_did=DID,
        url=url,
        index=index,
        at=LATER,
    )
    assert check.outcome is Outcome.PASSED
    assert found.valid_until == LATER + timedelta(days=7)
    for slug, number in (("hiisi", 2), ("naapuri", 1), ("nobody", 1)):
        with pytest.raises(NotFound):
            read_status_list(session, slug=slug, number=number)


def test_nothing_is_signed_while_nothing_changed(session, mapped, publishing):
    make_certificate(session, mapped, bits=1)
    assert publish_list(session, publishing, list_id=1, at=LATER)
    assert not publish_list(session, publishing, list_id=1, at=LATER)
    still = LATER + 4 * DAY - timedelta(seconds=1)
    assert not publish_list(session, publishing, list_id=1, at=still)
    assert count(session, rows.StatusPublicationRecord) == 1
    assert count(session, PublicFileRecord) == 1
    first = read_status_list(session, slug="hiisi", number=1)
    assert publish_list(session, publishing, list_id=1, at=LATER + 4 * DAY)
    second = read_status_list(session, slug="hiisi", number=1)
    assert second.sha256 != first.sha256
    assert second.valid_until == LATER + 11 * DAY
    assert count(session, rows.StatusPublicationRecord) == 2
    assert count(session, PublicFileRecord) == 2


def test_another_key_signs_the_list_anew(session, mapped, publishing, tmp_path):
    """A list under a key that was revoked since would make every check unknown."""
    make_certificate(session, mapped, bits=1)
    publish_list(session, publishing, list_id=1, at=LATER)
    other = Publishing(PUBLIC_URL, publishing.contexts, make_keys(tmp_path, DID))
    assert publish_list(session, other, list_id=1, at=LATER)
    assert not publish_list(session, other, list_id=1, at=LATER)
    publications = session.scalars(select(rows.StatusPublicationRecord)).all()
    assert len({row.key_id for row in publications}) == 2


def test_a_certificate_without_a_place_has_no_list(session, mapped, publishing):
    assert not publish_list_of(session, publishing, certificate_id=1, at=LATER)
    certificate_id = make_certificate(session, mapped, bits=1)
    assert publish_list_of(session, publishing, certificate_id=certificate_id, at=LATER)


def test_a_list_that_is_not_there_is_not_published(session, publishing):
    with pytest.raises(NotFound):
        publish_list(session, publishing, list_id=9, at=LATER)


@pytest.fixture
def sessions(session):
    return build_sessions(session.get_bind())


def test_due_work_publishes_every_list_and_unit_file(
    session, sessions, mapped, publishing
):
    make_certificate(session, mapped, bits=1)
    assert publish_due_lists(sessions, publishing, at=LATER) == (2, 0)
    assert publish_due_lists(sessions, publishing, at=LATER) == (0, 0)
    assert publish_due_lists(sessions, publishing, at=LATER + 4 * DAY) == (2, 0)
    assert read_status_list(session, slug="hiisi", number=1)
    assert read_unit_names(session, slug="hiisi")


def test_an_issuer_without_a_key_stops_no_other(
    session, sessions, mapped, publishing, caplog
):
    reserve_status_entry(
        session, mapped.other_organisation_id, random_index=draw(), at=LATER
    )
    session.commit()
    make_certificate(session, mapped, bits=1)
    with caplog.at_level(logging.WARNING):
        assert publish_due_lists(sessions, publishing, at=LATER) == (2, 1)
    assert "signer.key_missing" in caplog.text
    assert read_status_list(session, slug="hiisi", number=1)
    with pytest.raises(NotFound):
        read_status_list(session, slug="naapuri", number=1)


def test_a_failure_halfway_leaves_nothing_half_published(
    session, sessions, mapped, publishing, monkeypatch
):
    def fail(*_, **__):
        raise NotFound

    make_certificate(session, mapped, bits=1)
    monkeypatch.setattr(status_service, "publish_successors", fail)
    assert publish_due_lists(sessions, publishing, at=LATER) == (1, 1)
    with pytest.raises(NotFound):
        read_status_list(session, slug="hiisi", number=1)


def test_what_is_published_is_one_commit(session, sessions, mapped, publishing):
    """No reader ever sees a list without its successors' file."""
    make_certificate(session, mapped, bits=1)
    commits = []
    event.listen(session.get_bind(), "commit", lambda _: commits.append(1))
    publish_list(session, publishing, list_id=1, at=LATER)
    assert commits == []
    session.commit()
    assert commits == [1]


def test_unit_names_of_issued_certificates_in_every_language(
    session, mapped, publishing
):
    def publish(at=LATER):
        return publish_unit_names(
            session, publishing, organisation_id=mapped.organisation_id, at=at
        )

    make_certificate(session, mapped, bits=1, state=CertificateState.RESERVED)
    assert not publish()
    with pytest.raises(NotFound):
        read_unit_names(session, slug="hiisi")
    make_certificate(session, mapped, bits=2)
    assert publish()
    make_certificate(session, mapped, bits=3)
    assert not publish(), "the same units once more"
    found = read_unit_names(session, slug="hiisi")
    content = read_file(
        found.data,
        kind=UNIT_NAMES,
        key_ring=publishing.keys.key_ring(),
        issuer_did=DID,
        url=f"{PUBLIC_URL}/org/hiisi/units",
        at=LATER,
    )
    assert content == {
        "tutkinnonosat_900001": {
            "fi": "Metsäpihan hoito",
            "sv": "Metsäpihan hoito (på svenska)",
        }
    }
    with pytest.raises(NotFound):
        publish_unit_names(session, publishing, organisation_id=999, at=LATER)
    with pytest.raises(NotFound):
        read_unit_names(session, slug="nobody")


def test_a_new_list_has_no_successors_yet(session, mapped, publishing):
    make_certificate(session, mapped, bits=1)
    publish_list(session, publishing, list_id=1, at=LATER)
    found = read_successors(session, slug="hiisi", number=1)
    assert json.loads(found.data)["content"] == {}
    with pytest.raises(NotFound):
        read_successors(session, slug="hiisi", number=2)


def test_an_unrevoked_list_has_no_bit_set(session, mapped, publishing):
    make_certificate(session, mapped, bits=1)
    publish_list(session, publishing, list_id=1, at=LATER)
    found = read_status_list(session, slug="hiisi", number=1)
    assert peek_bits(found.data) == StatusBits.empty()
