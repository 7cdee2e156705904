import json
from datetime import datetime
from hashlib import sha256

import pytest

from issuer.credentials.page_refusals import CharacterUnprintable
from issuer.credentials.sealer import Draft
from issuer.domain.certificates import (
    CertificateState,
    CertificateTaken,
    PageState,
    ProposalNotAccepted,
    ProposalOutOfDate,
    SerialTaken,
)
from issuer.domain.errors import NotAllowed, NotFound
from issuer.domain.forbidden_claims import CLAUSE
from issuer.domain.identifiers import Serial
from issuer.domain.signoffs import Mark
from issuer.domain.verification import Verdict
from issuer.gateways.blobs import BlobMissing, BlobStore
from issuer.records import certificates as rows
from issuer.records.people import PersonRecord
from issuer.services import certificates, proposals, signoffs
from issuer.services.issuance import (
    complete_certificate,
    release_certificate,
    reserve_certificate,
)
from issuer.services.pages import PageMaking, list_unfinished, store_page
from issuer.services.policy import CertificatePolicy, set_policy
from issuer.services.sealing import sealed_forms
from issuer.services.verification import check_published
from tests import cast
from tests.cast import LATER
from tests.services.conftest import PUBLIC_URL
from tests.unsealed_pages import UnsealedPages

SERIAL = Serial.from_bits(0x1234_5678_9ABC_DEF0_1234)


@pytest.fixture
def accepted(session, house):
    cast.map_and_publish(session, house)
    period = cast.open_period(session, house)
    cast.sign_off(session, house, period)
    return cast.propose_and_accept(session, house, period, shows_birth_date=True)


def release(session, house, sealing, proposal_id, *, serial=SERIAL, by=None):
    return release_certificate(
        session,
        by or house.sirpa,
        sealing,
        proposal_id=proposal_id,
        serial=serial,
        at=LATER,
    )


def document_of(session, certificate_id):
    return json.loads(rows.get_certificate(session, certificate_id).credential)


def test_a_certificate_says_what_was_identified_and_what_was_not(
    session, house, sealing, accepted
):
    id_ = release(session, house, sealing, accepted)
    document = document_of(session, id_)
    assert document["id"] == f"https://hiisi.example/v/{SERIAL}"
    subject = document["credentialSubject"]
    assert subject["result"][0]["value"] == "2/5"
    alignments = subject["achievement"]["alignment"]
    assert alignments[0]["targetCode"] == "tutkinnonosat_900001"
    assert [a["targetName"] for a in alignments[1:]] == [
        "suunnittelee työvaiheensa ja valitsee siihen välineet (metsäpihan hoito)",
        "tarkistaa koneiden kunnon ennen töiden aloittamista (metsäpihan hoito)",
    ]
    assert "targetCode" not in alignments[2]  # this requirement has no code
    assert all(a["targetUrl"].startswith("https://eperusteet.") for a in alignments)
    assert "laatii alueelle hoitosuunnitelman" in subject["narrative"]
    assert CLAUSE["fi"] in document["description"]
    names = [i["identityHash"] for i in subject["identifier"]]
    assert names == ["Paula Osallistuja", "1990-05-17"]


def test_the_draft_is_stored_before_the_key_is_touched(
    session, house, sealing, accepted, monkeypatch
):
    def stolen(*_args, **_kwargs):
        raise AssertionError("the key was touched")

    with monkeypatch.context() as patch:
        patch.setattr("issuer.services.issuance.sealed_forms", stolen)
        with pytest.raises(AssertionError):
            release(session, house, sealing, accepted)
    session.rollback()
    row = rows.find_by_serial(session, str(SERIAL))
    assert row.state == CertificateState.RESERVED.value
    assert row.credential is None
    assert sha256(row.draft).hexdigest() == row.draft_sha256


def test_an_interrupted_release_is_finished_with_the_reserved_bytes(
    session, house, sealing, accepted
):
    id_ = reserve_certificate(
        session, house.sirpa, sealing, proposal_id=accepted, serial=SERIAL, at=LATER
    )
    draft = rows.get_certificate(session, id_).draft
    complete_certificate(session, sealing, certificate_id=id_, at=LATER)
    row = rows.get_certificate(session, id_)
    session.refresh(row)
    assert row.draft == draft
    assert row.serial == str(SERIAL)
    again = sealed_forms(Draft.parse(draft), sealing)
    assert (row.credential, row.jwt) == (again.data, again.jwt)
    assert row.digits == again.digits
    before = row.credential
    complete_certificate(session, sealing, certificate_id=id_, at=LATER)
    session.refresh(row)
    assert row.credential == before


def test_one_certificate_per_proposal(session, house, sealing, accepted):
    release(session, house, sealing, accepted)
    with pytest.raises(CertificateTaken):
        release(session, house, sealing, accepted, serial=Serial.from_bits(1))
    session.rollback()
    assert len(certificates.list_certificates(session, house.sirpa)) == 1


def test_a_taken_serial_is_refused_and_nothing_is_stored(session, house, sealing):
    cast.map_and_publish(session, house)
    for once in ("a", "b"):
        period = cast.open_period(session, house)
        cast.sign_off(session, house, period, once=once)
        proposal = cast.propose_and_accept(session, house, period)
        if once == "a":
            release(session, house, sealing, proposal)
    with pytest.raises(SerialTaken):
        release(session, house, sealing, proposal)
    session.rollback()
    assert len(certificates.list_certificates(session, house.sirpa)) == 1
    id_ = release(session, house, sealing, proposal, serial=Serial.from_bits(7))
    related = document_of(session, id_)["credentialSubject"]["achievement"]["related"]
    assert related[0]["id"].startswith(f"https://hiisi.example/v/{SERIAL}")


def test_who_may_release(session, house, sealing, accepted):
    for actor, error in (
        (house.carita, NotAllowed),
        (house.paula, NotAllowed),
        (house.ilkka, NotAllowed),
        (house.vieno, NotFound),
    ):
        with pytest.raises(error):
            release(session, house, sealing, accepted, by=actor)


def test_only_an_accepted_proposal_whose_sign_offs_stand(session, house, sealing):
    cast.map_and_publish(session, house)
    period = cast.open_period(session, house)
    (first, *_) = cast.sign_off(session, house, period)
    waiting = cast.propose(session, house, period)
    with pytest.raises(ProposalNotAccepted):
        release(session, house, sealing, waiting)
    proposals.accept_proposal(
        session, house.paula, proposal_id=waiting, shows_birth_date=False, at=LATER
    )
    signoffs.withdraw_sign_off(
        session, house.ilkka, sign_off_id=first, reason="", at=LATER
    )
    with pytest.raises(ProposalOutOfDate):
        release(session, house, sealing, waiting)


def test_a_newer_mark_puts_the_proposal_out_of_date(session, house, sealing, accepted):
    (line,) = proposals.list_proposals(session, house.carita)
    cast.sign_off(
        session, house, line.period_id, marks={2: Mark.INDEPENDENTLY}, once="new"
    )
    with pytest.raises(ProposalOutOfDate):
        release(session, house, sealing, accepted)


def test_the_page_is_made_once(session, house, sealing, accepted, tmp_path):
    drawn = []

    def render(draft, credential, code):
        drawn.append(draft.serial)
        return b"%PDF-" + credential

    making = PageMaking(
        PUBLIC_URL, render, BlobStore(tmp_path / "blobs"), UnsealedPages()
    )
    id_ = release(session, house, sealing, accepted)
    assert [line.is_reserved for line in list_unfinished(session)] == [False]
    assert store_page(session, making, certificate_id=id_)
    assert not store_page(session, making, certificate_id=id_)
    assert drawn == [str(SERIAL)]
    assert list_unfinished(session) == []
    view = certificates.view_certificate(session, house.paula, certificate_id=id_)
    assert view.page_state is PageState.STORED
    _, page = certificates.read_page(
        session, house.paula, making.blobs, certificate_id=id_
    )
    assert page.startswith(b"%PDF-")
    (blob,) = (tmp_path / "blobs").glob("*/*")
    blob.write_bytes(page + b"\n")
    with pytest.raises(BlobMissing):
        certificates.read_page(session, house.paula, making.blobs, certificate_id=id_)


def test_who_may_read_a_certificate(session, house, sealing, accepted):
    id_ = release(session, house, sealing, accepted)
    for actor, error in (
        (house.vieno, NotFound),
        (house.ilkka, NotAllowed),
        (house.kaarlo, NotAllowed),
    ):
        with pytest.raises(error):
            certificates.read_credential(session, actor, certificate_id=id_)
    serial, data = certificates.read_credential(
        session, house.paula, certificate_id=id_
    )
    assert serial == str(SERIAL)
    assert json.loads(data)["proof"]


def test_names_stored_long_ago_are_stated_without_what_nobody_sees(
    session, house, sealing
):
    """The rows stay as they were; what is sealed from now on does not repeat it."""
    cast.map_and_publish(session, house)
    for actor in (house.paula, house.carita, house.sirpa, house.ilkka):
        row = session.get(PersonRecord, actor.person_id)
        row.name = row.name.replace(" ", "\ufeff \u200b").replace("a", "a\u00ad")
    session.commit()
    period = cast.open_period(session, house)
    cast.sign_off(session, house, period)
    id_ = release(
        session, house, sealing, cast.propose_and_accept(session, house, period)
    )
    row = rows.get_certificate(session, id_)
    statement = Draft.parse(row.draft).statement
    assert statement["holder_name"] == "Paula Osallistuja"
    assert statement["coach"] == "Carita Valmentaja"
    assert statement["signatory"] == "Sirpa Allekirjoittaja"
    assert "Ilkka Ohjaaja" in row.credential.decode()
    for character in "\ufeff\u200b":
        assert character not in row.credential.decode()


def test_a_name_no_font_can_print_is_refused_before_anything_is_stored(
    session, house, sealing
):
    cast.map_and_publish(session, house)
    session.get(PersonRecord, house.paula.person_id).name = "مريم"
    session.commit()
    period = cast.open_period(session, house)
    cast.sign_off(session, house, period)
    proposal = cast.propose_and_accept(session, house, period)
    with pytest.raises(CharacterUnprintable):
        release(session, house, sealing, proposal)
    session.rollback()
    assert certificates.list_certificates(session, house.sirpa) == []


def test_a_certificate_that_replaces_another_ends_it_and_points_both_ways(
    session, house, sealing, inspecting
):
    cast.map_and_publish(session, house)
    ids = []
    for number in (1, 2):
        period = cast.open_period(session, house)
        cast.sign_off(session, house, period, once=str(number))
        proposal = cast.propose_and_accept(session, house, period)
        ids.append(
            release_certificate(
                session,
                house.sirpa,
                sealing,
                proposal_id=proposal,
                serial=Serial.from_bits(number),
                at=LATER,
                supersedes=ids[0] if ids else None,
            )
        )
    old, new = (str(Serial.from_bits(number)) for number in (1, 2))
    report = check_published(session, inspecting, serial=old, at=LATER)
    (status,) = [check for check in report.checks if check.name == "status"]
    assert report.verdict is Verdict.NOT_VALID
    assert status.facts == {"serial": new}
    assert (
        check_published(session, inspecting, serial=new, at=LATER).verdict
        is Verdict.VALID
    )
    document = document_of(session, ids[1])
    assert old in json.dumps(document["credentialSubject"], ensure_ascii=False)
    before, after = (
        certificates.view_certificate(session, house.carita, certificate_id=id_)
        for id_ in ids
    )
    assert (before.status.successor_id, before.status.successor_serial) == (ids[1], new)
    assert before.replaced == ()
    assert [(one.id, one.serial) for one in after.replaced] == [(ids[0], old)]
    assert check_published(session, inspecting, serial=old, at=LATER).replaces == ()
    assert check_published(session, inspecting, serial=new, at=LATER).replaces == (old,)
    assert not after.status.is_revoked
    assert {before.participant_id, after.participant_id} == {house.paula.person_id}


@pytest.mark.parametrize("months", [None, 24])
def test_a_view_says_until_when_exactly_as_the_credential_does(
    session, house, sealing, months
):
    asked = CertificatePolicy(valid_for_months=months)
    set_policy(session, house.anneli, asked, at=LATER)
    cast.map_and_publish(session, house)
    period = cast.open_period(session, house)
    cast.sign_off(session, house, period)
    id_ = cast.release(session, house, sealing, period, serial=SERIAL)
    view = certificates.view_certificate(session, house.paula, certificate_id=id_)
    until = document_of(session, id_).get("validUntil")
    assert (until is None) is (months is None)
    assert view.valid_until == (datetime.fromisoformat(until) if until else None)


def test_only_the_same_persons_issued_certificate_can_be_replaced(
    session, house, sealing, accepted
):
    with pytest.raises(NotFound):
        release_certificate(
            session,
            house.sirpa,
            sealing,
            proposal_id=accepted,
            serial=SERIAL,
            at=LATER,
            supersedes=999,
        )
    session.rollback()
    assert certificates.list_certificates(session, house.sirpa) == []
