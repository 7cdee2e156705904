"""A reserved certificate whose key was revoked is given up, and released anew."""

import threading
from datetime import timedelta

import pytest

from issuer.credentials.key_folder import KeyMayNotSign
from issuer.credentials.public_key import PURPOSES
from issuer.credentials.sealer import Draft
from issuer.database import build_sessions
from issuer.domain.certificates import CertificateState, CertificateTaken
from issuer.domain.errors import NotAllowed, NotFound
from issuer.domain.giving_up import (
    CertificateGivenUp,
    CertificateIssued,
    StillSealable,
)
from issuer.domain.identifiers import Serial
from issuer.domain.proposals import ProposalState
from issuer.domain.revocation import ReasonCode
from issuer.domain.verification import Verdict
from issuer.gateways.blobs import BlobStore
from issuer.jobs import Failures
from issuer.records import certificates as rows
from issuer.records import status
from issuer.records.audit import AuditLineRecord
from issuer.services import certificates, giving_up, issuance, keys, revocation
from issuer.services.due_work import finish_due_work
from issuer.services.issuance import (
    Sealing,
    complete_certificate,
    release_certificate,
    reserve_certificate,
)
from issuer.services.page_progress import list_released
from issuer.services.pages import PageMaking, list_unfinished
from issuer.services.proposal_views import view_proposal
from issuer.services.status import reserve_status_entry
from issuer.services.verification import Inspecting, check_presented, check_published
from tests import cast
from tests.cast import LATER
from tests.services.conftest import DID, PUBLIC_URL, make_keys
from tests.unsealed_pages import UnsealedPages

FIRST, SECOND = Serial.from_bits(1), Serial.from_bits(2)


@pytest.fixture
def own_keys(tmp_path):
    """Keys of this test alone, since it revokes them."""
    return make_keys(tmp_path, DID)


@pytest.fixture
def sealing(sealing, own_keys):
    return Sealing(
        public_url=PUBLIC_URL,
        contexts=sealing.contexts,
        keys=own_keys,
        template=sealing.template,
        random_index=sealing.random_index,
    )


@pytest.fixture
def proposal(session, house):
    cast.map_and_publish(session, house)
    period = cast.open_period(session, house)
    cast.sign_off(session, house, period)
    return cast.propose_and_accept(session, house, period)


@pytest.fixture
def reserved(session, house, sealing, proposal):
    return reserve_certificate(
        session, house.sirpa, sealing, proposal_id=proposal, serial=FIRST, at=LATER
    )


def revoke_key(folder, purpose="credential", *, replace=True):
    """Revoke the key in force, and put another in its place."""
    key_id = folder.key_ring().find_in_force(DID, purpose=purpose).id
    keys.revoke_key(folder, key=key_id, instant=LATER, at=LATER)
    if replace:
        keys.create_signing_key(folder, did=DID, at=LATER, purpose=purpose)
    return key_id


def give_up(session, actor, sealing, certificate_id, *, at=LATER):
    giving_up.give_up_certificate(
        session, actor, sealing.keys, certificate_id=certificate_id, at=at
    )


def deeds(session, certificate_id):
    return [
        (line.deed, line.actor_id)
        for line in session.query(AuditLineRecord).order_by(AuditLineRecord.id)
        if line.subject == f"certificate:{certificate_id}"
    ]


def state(session, certificate_id):
    row = rows.get_certificate(session, certificate_id)
    session.refresh(row)
    return row.state


def release(session, house, sealing, proposal_id, serial=SECOND):
    return release_certificate(
        session,
        house.sirpa,
        sealing,
        proposal_id=proposal_id,
        serial=serial,
        at=LATER + timedelta(minutes=10),
    )


@pytest.mark.parametrize("purpose", PURPOSES)
def test_whichever_key_is_revoked_it_is_given_up_and_released_anew(
    session, house, sealing, proposal, reserved, purpose
):
    revoked = revoke_key(sealing.keys, purpose)
    with pytest.raises(KeyMayNotSign):
        complete_certificate(session, sealing, certificate_id=reserved, at=LATER)
    session.rollback()
    with pytest.raises(CertificateTaken):
        release(session, house, sealing, proposal)
    session.rollback()
    give_up(session, house.sirpa, sealing, reserved)
    given = rows.get_certificate(session, reserved)
    before = (
        given.serial,
        given.draft,
        status.find_entry(session, certificate_id=reserved)[1],
    )
    new = release(session, house, sealing, proposal)
    assert state(session, reserved) == CertificateState.GIVEN_UP.value
    session.refresh(given)
    index = status.find_entry(session, certificate_id=reserved)[1]
    assert (given.serial, given.draft, index) == before
    row = rows.get_certificate(session, new)
    assert row.serial == str(SECOND) != given.serial
    assert status.find_entry(session, certificate_id=new)[1] != index
    draft = Draft.parse(row.draft)
    assert revoked not in {draft.key_id, draft.jwt_key_id, draft.compact_key_id}
    inspecting = Inspecting(PUBLIC_URL, sealing.contexts, sealing.keys.key_ring())
    at = LATER + timedelta(minutes=11)
    for data in (row.credential, row.jwt, row.digits.encode()):
        report = check_presented(session, inspecting, data=data, at=at)
        assert report.verdict is Verdict.VALID


def test_the_deed_is_written_once_with_who_did_it(session, house, sealing, reserved):
    revoke_key(sealing.keys)
    for actor in (house.anneli, house.sirpa, house.anneli):
        give_up(session, actor, sealing, reserved)
    assert deeds(session, reserved) == [
        ("certificate.reserved", house.sirpa.person_id),
        ("certificate.given_up", house.anneli.person_id),
    ]


def test_the_proposal_goes_back_to_where_it_can_be_released(
    session, house, sealing, proposal, reserved
):
    revoke_key(sealing.keys)
    seen = view_proposal(session, house.sirpa, proposal_id=proposal).line
    assert (seen.state, seen.certificate_id) == (ProposalState.RELEASED, reserved)
    give_up(session, house.sirpa, sealing, reserved)
    seen = view_proposal(session, house.sirpa, proposal_id=proposal).line
    assert (seen.state, seen.certificate_id) == (ProposalState.ACCEPTED, None)
    assert not list_released(session, house.sirpa, proposal_ids=[proposal])
    new = release(session, house, sealing, proposal)
    seen = view_proposal(session, house.sirpa, proposal_id=proposal).line
    assert (seen.state, seen.certificate_id) == (ProposalState.RELEASED, new)
    with pytest.raises(CertificateTaken):
        release(session, house, sealing, proposal, Serial.from_bits(3))


def test_it_can_happen_again_and_again(session, house, sealing, proposal, reserved):
    for bits in (2, 3):
        revoke_key(sealing.keys)
        give_up(session, house.sirpa, sealing, reserved)
        reserved = reserve_certificate(
            session,
            house.sirpa,
            sealing,
            proposal_id=proposal,
            serial=Serial.from_bits(bits),
            at=LATER + timedelta(minutes=bits),
        )
    states = [row.state for row in session.query(rows.CertificateRecord)]
    assert states == ["given_up", "given_up", "reserved"]


def test_while_its_keys_may_seal_it_is_refused(session, house, sealing, reserved):
    with pytest.raises(StillSealable):
        give_up(session, house.sirpa, sealing, reserved)
    key = sealing.keys.key_ring().find_in_force(DID, purpose="credential").id
    keys.retire_key(sealing.keys, key=key, at=LATER, leave_none=True)
    with pytest.raises(StillSealable):
        give_up(session, house.sirpa, sealing, reserved)
    assert state(session, reserved) == CertificateState.RESERVED.value
    assert deeds(session, reserved) == [("certificate.reserved", house.sirpa.person_id)]


def test_a_key_that_is_nowhere_bars_too_until_it_is_back(
    session, house, sealing, reserved
):
    key = sealing.keys.key_ring().find_in_force(DID, purpose="jwt")
    file = sealing.keys.folder / "public" / f"{key.kid}.json"
    kept = file.rename(file.with_suffix(".away"))
    (line,) = giving_up.list_barred(session, sealing.keys)
    assert (line.barrier.key_id, line.barrier.is_revoked) == (key.id, False)
    kept.rename(file)
    assert not giving_up.list_barred(session, sealing.keys)
    with pytest.raises(StillSealable):
        give_up(session, house.sirpa, sealing, reserved)


def test_what_was_issued_is_not_given_up_revoked_or_not(
    session, house, sealing, reserved
):
    complete_certificate(session, sealing, certificate_id=reserved, at=LATER)
    revoke_key(sealing.keys)
    with pytest.raises(CertificateIssued):
        give_up(session, house.sirpa, sealing, reserved)
    revocation.revoke_certificate(
        session,
        house.sirpa,
        sealing.publishing,
        certificate_id=reserved,
        reason=ReasonCode.ERROR,
        at=LATER,
    )
    with pytest.raises(CertificateIssued):
        give_up(session, house.sirpa, sealing, reserved)
    assert state(session, reserved) == CertificateState.ISSUED.value


def test_what_was_given_up_is_neither_sealed_nor_revoked(
    session, house, sealing, reserved
):
    revoke_key(sealing.keys)
    give_up(session, house.sirpa, sealing, reserved)
    with pytest.raises(CertificateGivenUp):
        complete_certificate(session, sealing, certificate_id=reserved, at=LATER)
    with pytest.raises(CertificateGivenUp):
        revocation.revoke_certificate(
            session,
            house.sirpa,
            sealing.publishing,
            certificate_id=reserved,
            reason=ReasonCode.ERROR,
            at=LATER,
        )
    assert rows.get_certificate(session, reserved).credential is None


def test_who_may(session, house, sealing, reserved):
    revoke_key(sealing.keys)
    for actor in (house.carita, house.kaarlo, house.ilkka, house.paula):
        with pytest.raises(NotAllowed):
            give_up(session, actor, sealing, reserved)
    with pytest.raises(NotFound):
        give_up(session, house.vieno, sealing, reserved)
    with pytest.raises(NotFound):
        giving_up.find_barrier(
            session, house.vieno, sealing.keys, certificate_id=reserved
        )
    assert state(session, reserved) == CertificateState.RESERVED.value


def test_to_the_public_its_number_was_never_given(session, house, sealing, reserved):
    inspecting = Inspecting(PUBLIC_URL, sealing.contexts, sealing.keys.key_ring())
    never = check_published(session, inspecting, serial=str(SECOND), at=LATER)
    revoke_key(sealing.keys)
    give_up(session, house.sirpa, sealing, reserved)
    assert check_published(session, inspecting, serial=str(FIRST), at=LATER) == never
    assert never.verdict is Verdict.UNKNOWN
    assert not certificates.list_own_certificates(session, house.paula)
    with pytest.raises(NotFound):
        certificates.view_certificate(session, house.paula, certificate_id=reserved)


def test_its_place_and_number_are_never_drawn_again(
    session, house, sealing, proposal, reserved
):
    _, index = status.find_entry(session, certificate_id=reserved)
    revoke_key(sealing.keys)
    give_up(session, house.sirpa, sealing, reserved)
    drawn = iter([index, (index + 1) % 100])
    _, taken = reserve_status_entry(
        session, house.organisation_id, random_index=lambda: next(drawn), at=LATER
    )
    assert taken != index
    session.rollback()
    with pytest.raises(issuance.SerialTaken):
        release(session, house, sealing, proposal, FIRST)


def test_what_it_was_to_replace_stays_in_force(session, house, sealing):
    cast.map_and_publish(session, house)
    made = []
    for once in ("a", "b"):
        period = cast.open_period(session, house)
        cast.sign_off(session, house, period, once=once)
        made.append(cast.propose_and_accept(session, house, period))
    old = release(session, house, sealing, made[0], FIRST)
    new = reserve_certificate(
        session,
        house.sirpa,
        sealing,
        proposal_id=made[1],
        serial=SECOND,
        at=LATER + timedelta(minutes=11),
        supersedes=old,
    )
    revoke_key(sealing.keys, "jwt")
    give_up(session, house.sirpa, sealing, new)
    assert not revocation.status_of(session, old).is_revoked
    again = release_certificate(
        session,
        house.sirpa,
        sealing,
        proposal_id=made[1],
        serial=Serial.from_bits(3),
        at=LATER + timedelta(minutes=12),
        supersedes=old,
    )
    assert revocation.status_of(session, old).successor_id == again


def test_due_work_leaves_it_alone_and_finishes_the_others(
    session, house, sealing, reserved, tmp_path, caplog
):
    revoke_key(sealing.keys)
    period = cast.open_period(session, house)
    cast.sign_off(session, house, period, once="other")
    other = reserve_certificate(
        session,
        house.sirpa,
        sealing,
        proposal_id=cast.propose_and_accept(session, house, period),
        serial=SECOND,
        at=LATER,
    )
    making = PageMaking(
        PUBLIC_URL, lambda *_: b"%PDF-", BlobStore(tmp_path), UnsealedPages()
    )
    failures = Failures()
    sessions = build_sessions(session.get_bind())
    session.rollback()
    for expected in ((1, 1, 0), (0, 0, 0)):
        done = finish_due_work(sessions, sealing, making, at=LATER, tell=failures.note)
        assert done == expected
    assert not failures.counts
    assert not caplog.records
    assert state(session, other) == CertificateState.ISSUED.value
    assert [line.id for line in list_unfinished(session)] == [reserved]
    give_up(session, house.sirpa, sealing, reserved)
    assert not list_unfinished(session)
    assert not giving_up.list_barred(session, sealing.keys)


def test_a_draft_of_another_version_is_left_to_it(session, house, sealing, reserved):
    row = rows.get_certificate(session, reserved)
    row.draft = b"{}"
    session.commit()
    assert not giving_up.list_barred(session, sealing.keys)
    with pytest.raises(StillSealable):
        give_up(session, house.sirpa, sealing, reserved)


def test_who_seals_while_it_is_given_up_issues_nothing(
    session, house, sealing, reserved, monkeypatch
):
    """The key was opened before it was revoked, and the row read before it changed."""
    real = issuance.require_sound

    def slow(books, *args, **more):
        real(books, *args, **more)
        revoke_key(sealing.keys)
        books.commit()  # lets the other in, as a database with several writers does
        with build_sessions(books.get_bind())() as another:
            give_up(another, house.anneli, sealing, reserved)

    monkeypatch.setattr(issuance, "require_sound", slow)
    with pytest.raises(CertificateGivenUp):
        complete_certificate(session, sealing, certificate_id=reserved, at=LATER)
    session.rollback()
    row = rows.get_certificate(session, reserved)
    session.refresh(row)
    assert (row.state, row.credential, row.issued_at) == ("given_up", None, None)
    assert [deed for deed, _ in deeds(session, reserved)] == [
        "certificate.reserved",
        "certificate.given_up",
    ]


def test_who_gives_up_what_is_sealed_meanwhile_is_told(
    session, house, sealing, reserved, monkeypatch
):
    """It looked reserved, and its key revoked, a moment ago."""
    real = giving_up._barrier_of

    def slow(*args):
        session.commit()
        with build_sessions(session.get_bind())() as another:
            complete_certificate(another, sealing, certificate_id=reserved, at=LATER)
        revoke_key(sealing.keys)
        return real(*args)

    monkeypatch.setattr(giving_up, "_barrier_of", slow)
    with pytest.raises(CertificateIssued):
        give_up(session, house.sirpa, sealing, reserved)
    assert state(session, reserved) == CertificateState.ISSUED.value
    assert [deed for deed, _ in deeds(session, reserved)][-1] == "certificate.issued"


@pytest.mark.parametrize("round_", range(4))
def test_at_the_same_instant_exactly_one_wins(
    session, house, sealing, reserved, monkeypatch, round_
):
    barrier = giving_up.Barrier("did:web:hiisi.example#k", is_revoked=True)
    monkeypatch.setattr(giving_up, "_barrier_of", lambda *_: barrier)
    session.rollback()
    sessions, both, told = build_sessions(session.get_bind()), threading.Barrier(2), {}

    def at_once(name, deed):
        with sessions() as books:
            both.wait()
            try:
                deed(books)
                told[name] = True
            except (CertificateIssued, CertificateGivenUp):
                told[name] = False

    deeds_of = {
        "issued": lambda books: complete_certificate(
            books, sealing, certificate_id=reserved, at=LATER
        ),
        "given_up": lambda books: give_up(books, house.sirpa, sealing, reserved),
    }
    threads = [threading.Thread(target=at_once, args=item) for item in deeds_of.items()]
    for thread in threads[:: 1 if round_ % 2 else -1]:
        thread.start()
    for thread in threads:
        thread.join()
    won = [name for name, has_won in told.items() if has_won]
    assert len(told) == 2
    assert won == [state(session, reserved)]
