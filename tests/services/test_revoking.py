from datetime import timedelta

import pytest
from sqlalchemy import event, select

from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.signed_file import SUCCESSORS, read_file
from issuer.credentials.signer import SigningKeyMissing
from issuer.credentials.status_list import peek_bits
from issuer.database import build_sessions
from issuer.domain.certificates import CertificateState
from issuer.domain.errors import NotAllowed, NotFound
from issuer.domain.identifiers import Serial, SerialMalformed
from issuer.domain.people import Role
from issuer.domain.revocation import (
    AlreadyRevoked,
    NotIssuedYet,
    ReasonCode,
    SuccessorMissing,
    SuccessorNotLater,
    SuccessorOfAnother,
    SuccessorRevoked,
)
from issuer.domain.verification import Outcome, Reason
from issuer.records import status as rows
from issuer.records.audit import AuditLineRecord
from issuer.records.certificates import CertificateRecord
from issuer.services.public_files import read_successors
from issuer.services.revocation import (
    CertificateStatus,
    check_books,
    find_by_serial,
    get_actor,
    revoke_certificate,
    status_of,
    supersede_at_issue,
    supersede_certificate,
    view_revocation,
)
from issuer.services.status import Publishing, publish_list_of, read_status_list
from tests import cast
from tests.cast import LATER
from tests.services.conftest import DID, PUBLIC_URL, make_keys
from tests.services.publishing import make_certificate

NOW = LATER + timedelta(days=1)
OLD, NEW = 1, 2


@pytest.fixture
def publishing(keys):
    return Publishing(PUBLIC_URL, ContextLibrary.load(), keys)


@pytest.fixture
def issued(session, house, publishing):
    """Two certificates of Paula's, the second issued a second later."""
    cast.map_and_publish(session, house)
    ids = [make_certificate(session, house, bits=bits) for bits in (OLD, NEW)]
    publish_list_of(session, publishing, certificate_id=ids[0], at=LATER)
    session.commit()
    return ids


def revoke(session, actor, publishing, certificate_id, reason=ReasonCode.ERROR):
    revoke_certificate(
        session, actor, publishing, certificate_id=certificate_id, reason=reason, at=NOW
    )


def supersede(session, actor, publishing, old_id, new_id):
    supersede_certificate(
        session, actor, publishing, old_id=old_id, new_id=new_id, at=NOW
    )


def published(session):
    return read_status_list(session, slug="hiisi", number=1)


def is_set(session, certificate_id):
    _, index = rows.find_entry(session, certificate_id=certificate_id)
    return peek_bits(published(session).data).is_set(index)


def revocations(session):
    return session.scalars(select(rows.RevocationRecord)).all()


@pytest.mark.parametrize("who", ["sirpa", "anneli"])
def test_signatory_and_administrator_revoke(session, house, publishing, issued, who):
    old, new = issued
    assert status_of(session, old) == CertificateStatus(is_revoked=False)
    assert check_books(session, old).outcome is Outcome.PASSED
    revoke(session, getattr(house, who), publishing, old)
    assert status_of(session, old) == CertificateStatus(is_revoked=True, revoked_at=NOW)
    assert check_books(session, old).outcome is Outcome.FAILED
    assert is_set(session, old)
    assert not is_set(session, new)
    assert check_books(session, new).outcome is Outcome.PASSED


@pytest.mark.parametrize("who", ["paula", "ilkka", "carita", "kaarlo"])
def test_nobody_else_does(session, house, publishing, issued, who):
    actor = getattr(house, who)
    with pytest.raises(NotAllowed):
        revoke(session, actor, publishing, issued[0])
    with pytest.raises(NotAllowed):
        supersede(session, actor, publishing, *issued)
    with pytest.raises(NotAllowed):
        view_revocation(session, actor, certificate_id=issued[0])
    with pytest.raises(NotAllowed):
        find_by_serial(session, actor, serial=str(Serial.from_bits(OLD)))
    assert revocations(session) == []


def test_another_organisation_finds_nothing(session, house, publishing, issued):
    """Vieno has every role, elsewhere."""
    with pytest.raises(NotFound):
        revoke(session, house.vieno, publishing, issued[0])
    with pytest.raises(NotFound):
        supersede(session, house.vieno, publishing, *issued)
    with pytest.raises(NotFound):
        view_revocation(session, house.vieno, certificate_id=issued[0])
    with pytest.raises(NotFound):
        find_by_serial(session, house.vieno, serial=str(Serial.from_bits(OLD)))
    assert revocations(session) == []


def test_revoking_is_final(session, house, publishing, issued):
    revoke(session, house.sirpa, publishing, issued[0])
    for again in ReasonCode:
        with pytest.raises(AlreadyRevoked):
            revoke(session, house.anneli, publishing, issued[0], again)
    with pytest.raises(AlreadyRevoked):
        supersede(session, house.sirpa, publishing, *issued)
    assert len(revocations(session)) == 1


def test_two_who_revoke_at_once_revoke_once(
    session, house, publishing, issued, monkeypatch
):
    """As on PostgreSQL, where the other's row is not seen until it is committed."""
    revoke(session, house.sirpa, publishing, issued[0])
    monkeypatch.setattr(rows, "find_revocation", lambda *_, **__: None)
    with pytest.raises(AlreadyRevoked):
        revoke(session, house.anneli, publishing, issued[0])


def test_a_reserved_certificate_cannot_be_revoked(session, house, publishing, issued):
    reserved = make_certificate(session, house, bits=3, state=CertificateState.RESERVED)
    with pytest.raises(NotIssuedYet):
        revoke(session, house.sirpa, publishing, reserved)
    with pytest.raises(NotIssuedYet):
        supersede(session, house.sirpa, publishing, issued[0], reserved)


def test_revoked_is_not_deleted(session, house, publishing, issued):
    before = session.get(CertificateRecord, issued[0]).credential
    revoke(session, house.sirpa, publishing, issued[0])
    session.expire_all()
    row = session.get(CertificateRecord, issued[0])
    assert row.state == CertificateState.ISSUED.value
    assert row.credential == before


def test_the_new_certificate_replaces_the_old(session, house, publishing, issued):
    old, new = issued
    supersede(session, house.sirpa, publishing, old, new)
    assert status_of(session, old) == CertificateStatus(
        is_revoked=True,
        revoked_at=NOW,
        successor_id=new,
        successor_serial=str(Serial.from_bits(NEW)),
    )
    check = check_books(session, old)
    assert check.outcome is Outcome.FAILED
    assert check.reason is Reason.SUPERSEDED
    assert str(Serial.from_bits(NEW)) in check.text % check.facts
    assert is_set(session, old)
    assert not is_set(session, new)
    assert check_books(session, new).outcome is Outcome.PASSED


def test_a_chain_of_successors_is_followed_link_by_link(
    session, house, publishing, issued
):
    old, new = issued
    newest = make_certificate(session, house, bits=3)
    supersede(session, house.sirpa, publishing, old, new)
    supersede(session, house.sirpa, publishing, new, newest)
    assert status_of(session, old).successor_id == new
    assert status_of(session, new).successor_id == newest


def test_only_a_later_certificate_of_the_same_person_replaces(
    session, house, publishing, issued
):
    old, new = issued
    with pytest.raises(SuccessorNotLater):
        supersede(session, house.sirpa, publishing, new, old)
    with pytest.raises(SuccessorNotLater):
        supersede(session, house.sirpa, publishing, old, old)
    of_another = make_certificate(
        session, house, bits=3, participant_id=house.carita.person_id
    )
    with pytest.raises(SuccessorOfAnother):
        supersede(session, house.sirpa, publishing, old, of_another)
    revoke(session, house.sirpa, publishing, new)
    with pytest.raises(SuccessorRevoked):
        supersede(session, house.sirpa, publishing, old, new)
    assert len(revocations(session)) == 1


def test_superseded_needs_a_successor(session, house, publishing, issued):
    with pytest.raises(SuccessorMissing):
        revoke(session, house.sirpa, publishing, issued[0], ReasonCode.SUPERSEDED)


def test_only_who_has_the_old_serial_reads_the_new_one(
    session, house, publishing, issued
):
    old, new = issued
    supersede(session, house.sirpa, publishing, old, new)
    file = read_successors(session, slug="hiisi", number=1)
    content = read_file(
        file.data,
        kind=SUCCESSORS,
        key_ring=publishing.keys.key_ring(),
        issuer_did=DID,
        url=f"{PUBLIC_URL}/org/hiisi/successors/1",
        at=NOW,
    )
    _, index = rows.find_entry(session, certificate_id=old)
    assert list(content) == [str(index)]
    assert content[str(index)] == str(Serial.from_bits(NEW))
    assert str(Serial.from_bits(OLD)).encode() not in file.data


def test_reasons_never_leave_the_office(session, house, publishing, issued):
    old, new = issued
    supersede(session, house.sirpa, publishing, old, new)
    revoke(session, house.sirpa, publishing, new, ReasonCode.FRAUD)
    for file in (published(session), read_successors(session, slug="hiisi", number=1)):
        for code in ReasonCode:
            assert code.value.encode() not in file.data.lower()
    audit = session.scalars(select(AuditLineRecord)).all()
    assert "fraud" not in str([(line.deed, line.subject) for line in audit])
    assert "fraud" not in str(check_books(session, new))
    assert "FRAUD" not in str(status_of(session, new))


def test_the_office_sees_who_and_why(session, house, publishing, issued):
    assert view_revocation(session, house.anneli, certificate_id=issued[0]) is None
    revoke(session, house.sirpa, publishing, issued[0], ReasonCode.HOLDER_REQUEST)
    view = view_revocation(session, house.anneli, certificate_id=issued[0])
    assert view.reason is ReasonCode.HOLDER_REQUEST
    assert view.revoked_by == "Sirpa Allekirjoittaja"
    assert (view.revoked_at, view.successor_id) == (NOW, None)


def test_each_end_is_an_audit_line(session, house, publishing, issued):
    old, new = issued
    supersede(session, house.sirpa, publishing, old, new)
    revoke(session, house.anneli, publishing, new)
    lines = session.scalars(select(AuditLineRecord)).all()
    assert [(line.deed, line.subject, line.actor_id) for line in lines[-2:]] == [
        ("certificate.superseded", f"certificate:{old}", house.sirpa.person_id),
        ("certificate.revoked", f"certificate:{new}", house.anneli.person_id),
    ]


def test_revocation_and_list_are_one_commit(session, house, publishing, issued):
    commits = []
    event.listen(session.get_bind(), "commit", lambda _: commits.append(1))
    session.commit()
    commits.clear()
    revoke(session, house.sirpa, publishing, issued[0])
    assert commits == [1]


def test_what_cannot_be_published_is_not_recorded(
    session, house, publishing, issued, tmp_path
):
    keyless = Publishing(PUBLIC_URL, publishing.contexts, make_keys(tmp_path))
    with pytest.raises(SigningKeyMissing):
        revoke(session, house.sirpa, keyless, issued[0])
    session.commit()
    with build_sessions(session.get_bind())() as another:
        assert revocations(another) == []
        assert not status_of(another, issued[0]).is_revoked


def test_a_certificate_from_before_the_lists_is_revoked_in_our_books(
    session, house, publishing, issued
):
    before = make_certificate(session, house, bits=3, has_place=False)
    list_before = published(session)
    revoke(session, house.sirpa, publishing, before)
    assert check_books(session, before).outcome is Outcome.FAILED
    assert published(session) == list_before


@pytest.fixture
def replacement(session, house, issued):
    """A certificate released to replace the first one."""
    return make_certificate(session, house, bits=3, supersedes_id=issued[0])


def at_issue(session, publishing, certificate_id):
    supersede_at_issue(
        session, publishing, session.get(CertificateRecord, certificate_id), at=NOW
    )
    session.commit()


def test_what_a_certificate_replaces_ends_with_its_issue(
    session, house, publishing, issued, replacement
):
    old = issued[0]
    at_issue(session, publishing, replacement)
    assert status_of(session, old).successor_id == replacement
    assert is_set(session, old)
    assert not is_set(session, replacement)
    view = view_revocation(session, house.anneli, certificate_id=old)
    assert view.reason is ReasonCode.SUPERSEDED
    assert view.revoked_by == "Sirpa Allekirjoittaja"
    at_issue(session, publishing, replacement)
    assert len(revocations(session)) == 1, "finishing twice does it once"


def test_what_was_revoked_before_the_issue_stays_as_it_was(
    session, house, publishing, issued, replacement
):
    revoke(session, house.sirpa, publishing, issued[0], ReasonCode.FRAUD)
    at_issue(session, publishing, replacement)
    assert status_of(session, issued[0]).successor_id is None


def test_a_certificate_that_replaces_none_ends_none(session, publishing, issued):
    at_issue(session, publishing, issued[1])
    assert revocations(session) == []


def test_certificates_are_found_by_their_typed_serial(session, house, issued):
    typed = str(Serial.from_bits(OLD)).lower().replace("-", " ")
    assert find_by_serial(session, house.sirpa, serial=typed) == issued[0]
    with pytest.raises(NotFound):
        find_by_serial(session, house.sirpa, serial=str(Serial.from_bits(99)))
    with pytest.raises(SerialMalformed):
        find_by_serial(session, house.sirpa, serial="0000")


def test_a_command_acts_as_the_person_it_names(session, house):
    actor = get_actor(session, house.sirpa.person_id)
    assert actor.organisation_id == house.organisation_id
    assert actor.roles == {Role.SIGNATORY}
    with pytest.raises(NotFound):
        get_actor(session, 999)
