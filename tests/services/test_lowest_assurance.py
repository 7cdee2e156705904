"""An organisation issues on sign-offs as strong as it says, or on none."""

import json

import pytest

from issuer.domain.assurance import AssuranceTooLow
from issuer.domain.entry import Proof
from issuer.domain.identifiers import Serial
from issuer.domain.signoffs import Assurance
from issuer.records.certificates import get_certificate
from issuer.records.signoffs import SignOffRecord
from issuer.services import issuance, signoffs
from issuer.services.policy import CertificatePolicy, set_policy, view_policy
from tests import cast
from tests.cast import LATER, OBSERVED_ON
from tests.services.signing_fixtures import Phone, register


@pytest.fixture
def phone(session, house, keys):
    cast.map_and_publish(session, house)
    phone = Phone(session, house, keys, cast.open_period(session, house))
    register(session, house, phone.device)
    return phone


def ask_for(session, house, lowest):
    policy = CertificatePolicy(lowest_assurance=lowest)
    set_policy(session, house.anneli, policy, at=cast.AT)
    assert view_policy(session, house.anneli) == policy


def by_pin(session, phone, place, *, proof=Proof.PIN, once="p" * 32):
    return signoffs.record_sign_offs(
        session,
        phone.house.ilkka,
        period_id=phone.period_id,
        marks=phone.marks(place),
        observed_on=OBSERVED_ON,
        one_time_id=once,
        proof=proof,
        at=LATER,
    )


@pytest.mark.parametrize(
    ("proof", "level"),
    [
        (Proof.NONE, "none"),
        (Proof.CODE, "S1"),
        (Proof.PIN, "S1"),
        (Proof.PASSKEY, "S1"),
    ],
)
def test_without_a_signature_the_way_in_decides(session, phone, proof, level):
    (id_,) = by_pin(session, phone, 0, proof=proof)
    assert session.get(SignOffRecord, id_).assurance == level


def test_a_proposal_on_weaker_sign_offs_is_refused_and_names_them(
    session, house, phone
):
    ask_for(session, house, Assurance.S2)
    phone.sign(0)
    by_pin(session, phone, 1)
    with pytest.raises(AssuranceTooLow, match=r"Ilkka Ohjaaja, S1\)\.") as refused:
        cast.propose(session, house, phone.period_id)
    assert str(refused.value.facts["skills"]).count("Ilkka") == 1
    session.rollback()
    phone.sign(1, nonce="3" * 32)  # signed again, with the passkey
    assert cast.propose(session, house, phone.period_id)


def test_a_policy_that_became_stricter_holds_at_release_too(
    session, house, phone, sealing
):
    by_pin(session, phone, 0)
    proposal = cast.propose_and_accept(session, house, phone.period_id)
    ask_for(session, house, Assurance.S3)
    given = {
        "proposal_id": proposal,
        "serial": Serial.from_bits(7),
        "at": LATER,
    }
    with pytest.raises(AssuranceTooLow):
        issuance.release_certificate(session, house.sirpa, sealing, **given)
    session.rollback()
    ask_for(session, house, Assurance.S1)
    assert issuance.release_certificate(session, house.sirpa, sealing, **given)


def test_the_evidence_of_the_certificate_names_each_level(
    session, house, phone, sealing
):
    phone.sign(0)
    by_pin(session, phone, 1)
    id_ = issuance.release_certificate(
        session,
        house.sirpa,
        sealing,
        proposal_id=cast.propose_and_accept(session, house, phone.period_id),
        serial=Serial.from_bits(7),
        at=LATER,
    )
    credential = json.loads(get_certificate(session, id_).credential)
    told = " ".join(each["narrative"] for each in credential["evidence"])
    assert "S1, henkilökohtainen linkki, kertakoodi ja PIN-koodi" in told
    assert "S3, ohjaajan laitteeseen sidottu pääsyavain" in told
