"""Pages are sealed before they are stored, and their proof outlives certificates."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from itertools import pairwise
from types import SimpleNamespace

import pytest
from asn1crypto import tsp
from sqlalchemy.orm import sessionmaker

from issuer.credentials.page import render_page
from issuer.credentials.seal_folder import SealFolder, SealMissing
from issuer.credentials.sealer import Draft
from issuer.domain.certificates import PageState
from issuer.domain.identifiers import Serial
from issuer.domain.verification import Reason, Verdict
from issuer.gateways.blobs import BlobStore
from issuer.records import certificates as rows
from issuer.records.page_seals import find_page_seal
from issuer.services import certificates, pages
from issuer.services.due_work import finish_due_work
from issuer.services.issuance import release_certificate
from issuer.services.page_extension import (
    PageExtending,
    TimestampAuthorityMissing,
    extend_due_pages,
    extend_page,
)
from issuer.services.page_seals import PageSealing, list_waiting_for_seal
from issuer.services.pages import PageMaking, store_page
from issuer.services.verification import Inspecting, check_presented
from issuer.services.x509_keys import create_pdf_seal, revoke_pdf_seal
from tests import cast
from tests.cast import LATER
from tests.credentials.printed_pages import TEMPLATE
from tests.credentials.sealed_pdfs import authority
from tests.credentials.test_pades_inspection import with_bomb, with_note
from tests.services.conftest import DID, PUBLIC_URL, make_keys

AT = LATER + timedelta(minutes=3)
SINCE = datetime(2025, 1, 1, tzinfo=UTC)


@cache
def drawn(statement: str, credential: bytes, code: str) -> bytes:
    return render_page(
        json.loads(statement),
        template=TEMPLATE,
        check_url=code,
        credential=credential,
        created=LATER,
    )


def render(draft, credential, code):
    return drawn(json.dumps(draft.statement), credential, code)


def unsealed_page(session, certificate_id):
    row = rows.get_certificate(session, certificate_id)
    return render(
        Draft.parse(row.draft), row.credential, f"{PUBLIC_URL}/q#{row.digits}"
    )


@pytest.fixture
def clock():
    return SimpleNamespace(now=AT)


@pytest.fixture
def seals(tmp_path):
    folder = tmp_path / "seals"
    folder.mkdir()
    keys = make_keys(folder)
    keys.public_url = PUBLIC_URL
    return SealFolder(keys)


@pytest.fixture
def stamping():
    """A time-stamp authority that may be down, and counts who asks."""
    return SimpleNamespace(is_down=False, asked=0, root=authority(3653, SINCE).root)


@pytest.fixture
def making(tmp_path, seals, clock, stamping):
    def stamp(request: bytes) -> bytes:
        stamping.asked += 1
        if stamping.is_down:
            raise ConnectionRefusedError("nobody answers")
        return authority(3653, SINCE).at(clock.now)(request)

    sealing = PageSealing(
        seals, lambda: clock.now, timestamp=stamp, timestamp_roots=(stamping.root,)
    )
    return PageMaking(PUBLIC_URL, render, BlobStore(tmp_path / "blobs"), sealing)


@pytest.fixture
def quiet(making):
    """The same house without a time-stamp authority."""
    sealing = PageSealing(making.sealing.seals, making.sealing.clock)
    return PageMaking(PUBLIC_URL, render, making.blobs, sealing)


@pytest.fixture
def extending(making):
    def nobody(url):
        raise ConnectionRefusedError(url)

    return PageExtending(making.blobs, making.sealing, nobody)


@pytest.fixture
def sessions(session):
    return sessionmaker(session.get_bind())


@pytest.fixture
def issued(session, house, sealing) -> int:
    cast.map_and_publish(session, house)
    period = cast.open_period(session, house)
    cast.sign_off(session, house, period)
    proposal = cast.propose_and_accept(session, house, period)
    return release_certificate(
        session,
        house.sirpa,
        sealing,
        proposal_id=proposal,
        serial=Serial.from_bits(7),
        at=LATER,
    )


@pytest.fixture
def seal(session, house, seals):
    return create_pdf_seal(session, seals, did=DID, algorithm="p256", at=LATER)


def page_in(session, house, making, id_) -> bytes:
    _, page = certificates.read_page(
        session, house.paula, making.blobs, certificate_id=id_
    )
    session.rollback()
    return page


def level_of(session, id_) -> str | None:
    level = find_page_seal(session, id_).level
    session.rollback()
    return level


def report(session, sealing, making, data, at=AT):
    inspecting = Inspecting(
        PUBLIC_URL, sealing.contexts, sealing.keys.key_ring(), making.sealing
    )
    found = check_presented(session, inspecting, data=data, at=at)
    session.rollback()
    return found


def outcomes(found) -> dict[str, str]:
    return {check.name: check.outcome.value for check in found.checks}


def of_the_page(found) -> list[str]:
    """Return the two outcomes that are about the PDF, whatever became of the rest."""
    return [outcomes(found)[name] for name in ("page", "pdf_seal")]


def test_without_a_seal_the_page_waits_and_says_for_what(
    session, house, sealing, quiet, seals, issued, sessions
):
    with pytest.raises(SealMissing, match="flask keys x509 create"):
        store_page(session, quiet, certificate_id=issued)
    session.rollback()
    assert list_waiting_for_seal(session, quiet.sealing) == [DID]
    # It is no failure, and takes up neither time nor the log.
    assert finish_due_work(sessions, sealing, quiet, at=AT) == (0, 0, 0)
    view = certificates.view_certificate(session, house.paula, certificate_id=issued)
    assert view.page_state is PageState.PENDING
    session.rollback()

    create_pdf_seal(session, seals, did=DID, algorithm="rsa3072", at=LATER)
    assert finish_due_work(sessions, sealing, quiet, at=AT) == (0, 1, 0)
    assert list_waiting_for_seal(session, quiet.sealing) == []


def test_a_page_is_sealed_and_verifies(session, house, sealing, quiet, seal, issued):
    assert store_page(session, quiet, certificate_id=issued)
    assert not store_page(session, quiet, certificate_id=issued)
    row = find_page_seal(session, issued)
    assert (row.seal, row.level, row.sealed_at) == (seal.name, "B-B", AT)

    pdf = page_in(session, house, quiet, issued)
    found = report(session, sealing, quiet, pdf)
    assert found.verdict is Verdict.VALID, outcomes(found)
    assert outcomes(found)["pdf_seal"] == outcomes(found)["page"] == "passed"


def test_a_crash_before_the_row_repeats_the_very_page(
    session, quiet, clock, seal, issued, monkeypatch, tmp_path
):
    def killed(*_args, **_kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(pages.rows, "mark_page_stored", killed)
        with pytest.raises(KeyboardInterrupt):
            store_page(session, quiet, certificate_id=issued)
    session.rollback()
    (before,) = (tmp_path / "blobs").glob("??/*")
    clock.now += timedelta(hours=5)
    assert store_page(session, quiet, certificate_id=issued)
    assert [before] == list((tmp_path / "blobs").glob("??/*"))


def test_a_seal_that_ended_meanwhile_is_chosen_anew(
    session, quiet, clock, seals, seal, issued, monkeypatch
):
    with monkeypatch.context() as patch:
        patch.setattr(quiet.sealing.__class__, "seal", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            store_page(session, quiet, certificate_id=issued)
    session.rollback()
    revoke_pdf_seal(seals, name=seal.name, since=AT, at=AT)
    clock.now += timedelta(days=1)
    other = create_pdf_seal(session, seals, did=DID, algorithm="p256", at=clock.now)
    assert store_page(session, quiet, certificate_id=issued)
    row = find_page_seal(session, issued)
    assert (row.seal, row.sealed_at) == (other.name, clock.now)


def test_an_authority_that_is_down_delays_nothing(
    session, house, sealing, making, extending, clock, stamping, seal, issued, sessions
):
    stamping.is_down = True
    assert store_page(session, making, certificate_id=issued)
    assert level_of(session, issued) == "B-B"
    first = page_in(session, house, making, issued)

    assert extend_due_pages(sessions, extending, at=AT) == (0, 1)
    assert extend_due_pages(sessions, extending, at=AT) == (0, 0)  # not at once again
    stamping.is_down = False
    clock.now += timedelta(hours=2)
    assert extend_due_pages(sessions, extending, at=clock.now) == (1, 0)
    session.expire_all()
    longer = page_in(session, house, making, issued)
    assert longer.startswith(first)
    for pdf in (first, longer):
        assert report(session, sealing, making, pdf).verdict is Verdict.VALID


def with_broken_signature(answer: bytes) -> bytes:
    token = tsp.TimeStampResp.load(answer)["time_stamp_token"]
    signature = token["content"]["signer_infos"][0]["signature"].native
    return answer.replace(signature, bytes([signature[0] ^ 1]) + signature[1:])


def lying(lie: str, request: bytes) -> bytes:
    """Answer as an authority that nobody would believe."""
    if lie == "stranger":
        return authority(3000, SINCE).at(AT)(request)
    # An hour ago the seal was not made yet, which must not stop the page either.
    moments = {"past": AT - timedelta(hours=1), "future": AT + timedelta(days=9)}
    answer = authority(3653, SINCE).at(moments.get(lie, AT))(request)
    return with_broken_signature(answer) if lie == "broken" else answer


@pytest.mark.parametrize("lie", ["stranger", "broken", "past", "future"])
def test_a_timestamp_that_nobody_would_believe_counts_as_none(
    session, making, extending, seal, issued, sessions, lie
):
    sealing = replace(making.sealing, timestamp=partial(lying, lie))
    assert store_page(session, replace(making, sealing=sealing), certificate_id=issued)
    assert level_of(session, issued) == "B-B"
    to_be_extended = replace(extending, sealing=sealing)
    assert extend_due_pages(sessions, to_be_extended, at=AT) == (0, 1)
    assert find_page_seal(session, issued).extended_sha256 is None


@pytest.fixture
def stamped(session, making, seal, issued) -> int:
    assert store_page(session, making, certificate_id=issued)
    return issued


def test_a_stamped_page_is_extended_a_day_later_and_before_the_authority_ends(
    session, house, sealing, making, extending, clock, stamped, sessions
):
    assert level_of(session, stamped) == "B-T"
    assert extend_due_pages(sessions, extending, at=AT) == (0, 0)
    forms = [page_in(session, house, making, stamped)]
    clock.now += timedelta(days=1, hours=1)
    while clock.now < SINCE + timedelta(days=3653):
        session.rollback()
        assert extend_due_pages(sessions, extending, at=clock.now) == (1, 0)
        assert extend_due_pages(sessions, extending, at=clock.now) == (0, 0)
        session.expire_all()
        forms.append(page_in(session, house, making, stamped))
        clock.now = find_page_seal(session, stamped).extend_at
        session.rollback()
        if len(forms) == 4:
            break
    assert len(forms) == 4
    end = SINCE + timedelta(days=3653)
    assert end - timedelta(days=90) <= clock.now < end
    for form, longer in pairwise(forms):
        assert longer.startswith(form)
    # The seal's certificate has ended four years ago; its time-stamp has not.
    for form in forms:
        assert of_the_page(report(session, sealing, making, form, at=clock.now)) == [
            "passed",
            "passed",
        ]


def test_a_page_that_others_extended_is_still_the_page(
    session, house, sealing, making, extending, clock, stamped
):
    first = page_in(session, house, making, stamped)
    extend_page(session, extending, certificate_id=stamped, at=AT)
    theirs = page_in(session, house, making, stamped)
    row = find_page_seal(session, stamped)
    row.extended_sha256 = None
    session.commit()
    for pdf in (first, theirs):
        found = report(session, sealing, making, pdf)
        assert found.verdict is Verdict.VALID, outcomes(found)


@pytest.mark.parametrize(
    "change",
    [
        with_note,
        lambda pdf: pdf + b"\n",
        lambda pdf: pdf + b" " * 5_000_000,
        lambda pdf: with_bomb(pdf, size=200_000_000),
        lambda pdf: pdf[:-1],
        lambda pdf: pdf.replace(b"/ByteRange", b"/ByteRanga"),
        lambda pdf: pdf[:9000] + bytes([pdf[9000] ^ 1]) + pdf[9001:],
    ],
    ids=["note", "line", "large", "bomb", "cut", "no range", "flipped"],
)
def test_what_was_added_or_changed_is_never_settled_by_our_books(
    session, house, sealing, making, stamped, change
):
    pdf = change(page_in(session, house, making, stamped))
    found = report(session, sealing, making, pdf)
    assert found.verdict is not Verdict.VALID, outcomes(found)
    why = {check.name: check.reason for check in found.checks}
    # What is too large to be read is compared with nothing.
    is_read = why["well_formed"] is None
    assert why.get("page") is (Reason.ALTERED if is_read else None)
    assert is_read or why["well_formed"] is Reason.UNREADABLE


def test_a_page_that_our_books_lack_is_left_open(session, sealing, quiet, issued):
    found = report(session, sealing, quiet, unsealed_page(session, issued))
    by_name = {check.name: check for check in found.checks}
    assert by_name["page"].reason is Reason.PAGE_UNKNOWN
    assert by_name["pdf_seal"].reason is Reason.SEAL_ABSENT
    assert found.verdict is Verdict.UNKNOWN


def test_our_books_settle_what_the_seal_leaves_open(
    session, house, sealing, quiet, seals, seal, issued
):
    store_page(session, quiet, certificate_id=issued)
    pdf = page_in(session, house, quiet, issued)
    years = AT + timedelta(days=4000)
    for revoked, outcome in ((None, "passed"), (9, "passed"), (-9, "failed")):
        if revoked:
            since = AT + timedelta(days=revoked)
            revoke_pdf_seal(seals, name=seal.name, since=since, at=years)
        found = report(session, sealing, quiet, pdf, at=years)
        assert of_the_page(found) == ["passed", outcome]


def test_a_page_from_before_there_were_seals_is_vouched_for_by_our_books(
    session, house, sealing, quiet, seal, issued
):
    plain = unsealed_page(session, issued)
    rows.mark_page_stored(session, issued, sha256=quiet.blobs.put(plain))
    session.commit()
    assert report(session, sealing, quiet, plain).verdict is Verdict.VALID


def test_long_term_data_need_an_authority(session, sessions, quiet, extending):
    without = PageExtending(quiet.blobs, quiet.sealing, extending.fetch_list)
    with pytest.raises(TimestampAuthorityMissing):
        extend_due_pages(sessions, without, at=AT)


def test_two_processes_that_extend_record_one(session, making, extending, stamped):
    row = find_page_seal(session, stamped)
    assert extend_page(session, extending, certificate_id=stamped, at=AT)
    from issuer.records.page_seals import mark_extended  # noqa: PLC0415

    assert not mark_extended(
        session, stamped, former=None, sha256="0" * 64, at=AT, extend_at=AT
    )
    session.refresh(row)
    assert making.blobs.get(row.extended_sha256)
