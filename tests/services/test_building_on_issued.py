"""A certificate builds on certificates that exist: not on one only reserved."""

import json
from datetime import timedelta

from issuer.domain.identifiers import Serial
from issuer.records.certificates import CertificateRecord
from issuer.services.issuance import complete_certificate, reserve_certificate
from tests import cast
from tests.cast import LATER


def test_a_reserved_certificate_is_not_built_on(session, house, sealing):
    cast.map_and_publish(session, house)
    period = cast.open_period(session, house)
    cast.sign_off(session, house, period)
    reserved = reserve_certificate(
        session,
        house.sirpa,
        sealing,
        proposal_id=cast.propose_and_accept(session, house, period),
        serial=Serial.from_bits(5),
        at=LATER,
    )

    def built_on(bits):
        serial, at = Serial.from_bits(bits), LATER + timedelta(minutes=bits)
        id_ = cast.release(session, house, sealing, period, serial=serial, at=at)
        document = json.loads(session.get(CertificateRecord, id_).credential)
        related = document["credentialSubject"]["achievement"].get("related", [])
        return [each["id"].rpartition("/")[2] for each in related]

    assert built_on(6) == []
    complete_certificate(
        session,
        sealing,
        certificate_id=reserved,
        at=LATER + timedelta(minutes=7),
    )
    assert sorted(built_on(8)) == sorted(str(Serial.from_bits(n)) for n in (5, 6))
