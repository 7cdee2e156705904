"""A signatory releases several certificates at once."""

import re

import pytest

from issuer.domain.signoffs import Mark
from issuer.records import certificates as rows
from issuer.services import certificates
from tests import cast
from tests.web.office_fixtures import books, desk, make_keys, words


@pytest.fixture
def sirpa(app, house):
    make_keys(app)
    return desk(app, house.sirpa)


@pytest.fixture
def periods(app, house) -> list[int]:
    with books(app) as session:
        opened = [cast.open_period(session, house) for _ in range(3)]
        for period_id in opened:
            cast.sign_off(session, house, period_id, once=str(period_id))
        return opened


@pytest.fixture
def waiting(app, house, periods) -> list[int]:
    with books(app) as session:
        return [cast.propose_and_accept(session, house, id_) for id_ in periods]


@pytest.fixture
def drawn(app):
    def mark(certificate_id: int) -> None:
        address = app.extensions["issuer"].blobs.put(b"%PDF-1.7 drawn elsewhere")
        with books(app) as session:
            assert rows.mark_page_stored(session, certificate_id, sha256=address)
            session.commit()

    return mark


def issued(app, house):
    with books(app) as session:
        return certificates.list_certificates(session, house.sirpa)


def test_what_is_ticked_is_released_and_nothing_else(app, house, sirpa, waiting):
    page = sirpa.get("/office/release")
    assert re.findall(r'name="proposal" value="(\d+)"', page.text) == [
        str(id_) for id_ in waiting
    ]
    assert " checked" not in page.text
    assert sirpa.get("/office/release?all").text.count(" checked") == 3
    answer = sirpa.post("/office/release", {"proposal": waiting[:2]})
    assert answer.status_code == 303
    result = sirpa.get(answer.headers["Location"])
    assert "2 of 2 have been released." in words(result)
    assert "0 of 2 PDFs are ready." in words(result)
    assert len(issued(app, house)) == 2
    left = sirpa.get("/office/release")
    assert re.findall(r'name="proposal" value="(\d+)"', left.text) == [str(waiting[2])]


def test_sent_twice_it_releases_once_and_shows_the_same(app, house, sirpa, waiting):
    first = sirpa.post("/office/release", {"proposal": waiting})
    again = sirpa.post("/office/release", {"proposal": waiting})
    assert first.headers["Location"] == again.headers["Location"]
    result = words(sirpa.get(again.headers["Location"]))
    assert "3 of 3 have been released." in result
    assert len(issued(app, house)) == 3


def test_one_that_cannot_be_released_stops_no_other(
    app, house, sirpa, periods, waiting
):
    with books(app) as session:
        cast.sign_off(
            session, house, periods[1], once="later", marks={2: Mark.INDEPENDENTLY}
        )
    answer = sirpa.post("/office/release", {"proposal": waiting})
    result = words(sirpa.get(answer.headers["Location"]))
    assert "2 of 3 have been released." in result
    assert "Not released" in result
    assert "Paula Osallistuja:" in result, "why is not told"
    assert len(issued(app, house)) == 2


def test_nothing_ticked_says_so(sirpa, waiting):
    refused = sirpa.post("/office/release", {})
    assert refused.status_code == 400
    assert "Tick at least one to release." in words(refused)


@pytest.mark.parametrize("ids", ["", "x", "999999", "²", "9" * 400])
def test_a_result_of_nothing_is_no_page(sirpa, waiting, ids):
    assert sirpa.get(f"/office/released?ids={ids}").status_code == 404


def test_only_a_signatory_of_this_organisation_releases(app, house, sirpa, waiting):
    carita = desk(app, house.carita)
    for answer in (
        carita.get("/office/release"),
        carita.post("/office/release", {"proposal": waiting}),
        carita.get(f"/office/released?ids={waiting[0]}"),
    ):
        assert answer.status_code == 403
    assert issued(app, house) == []


def test_the_lists_tell_how_many_pdfs_are_ready(app, house, sirpa, waiting, drawn):
    answer = sirpa.post("/office/release", {"proposal": waiting})
    views = issued(app, house)
    drawn(views[0].id)
    result = sirpa.get(answer.headers["Location"])
    assert "1 of 3 PDFs are ready." in words(result)
    assert "data-awaits" in result.text
    assert "1 of 3 PDFs are ready." in words(sirpa.get("/office/certificates"))
    for view in views[1:]:
        drawn(view.id)
    for path in (answer.headers["Location"], "/office/certificates"):
        done = sirpa.get(path)
        assert "data-awaits" not in done.text
        assert "http-equiv" not in done.text


@pytest.mark.parametrize("has_seal", [False, True])
def test_an_organisation_without_a_seal_reads_why_its_pdfs_wait(
    app, house, sirpa, waiting, has_seal
):
    if not has_seal:
        for file in app.extensions["issuer"].settings.keys_dir.glob("public/x509/*"):
            file.unlink()
    answer = sirpa.post("/office/release", {"proposal": waiting[:2]})
    id_ = issued(app, house)[0].id
    for address in (
        answer.headers["Location"],
        "/office/certificates",
        f"/office/certificates/{id_}",
    ):
        page = words(sirpa.get(address))
        assert ("flask keys x509 create" in page) is not has_seal, address
