"""A seal that holds is not enough: under our number it must be what we sealed.

Whoever has stolen a key can seal anything, date it back to before the theft and give it
the number of a certificate that we really issued.
"""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from issuer.credentials import eddsa_jcs_2022, eddsa_rdfc_2022, vc_jwt
from issuer.credentials.badge_picture import badge_picture
from issuer.credentials.baked_png import bake
from issuer.credentials.compact_proof import build_digits, kid_of, read_digits
from issuer.domain.identifiers import Serial
from issuer.domain.verification import Outcome, Verdict
from issuer.records.certificates import CertificateRecord
from issuer.services.revocation import supersede_certificate
from issuer.services.verification import check_presented
from tests import cast
from tests.cast import LATER
from tests.credentials.test_pdf_attachment import pdf_with
from tests.services.conftest import DID

FORMS = ("JSON", "PNG", "PDF", "JWT", "digits")


@pytest.fixture
def issued(session, house, sealing):
    cast.map_and_publish(session, house)
    period = cast.open_period(session, house)
    cast.sign_off(session, house, period)
    id_ = cast.release(session, house, sealing, period, serial=Serial.from_bits(99))
    return session.get(CertificateRecord, id_)


@pytest.fixture
def look(session, inspecting):
    def checks(data):
        report = check_presented(session, inspecting, data=data, at=LATER)
        found = {check.name: check.outcome for check in report.checks}
        return report.verdict, found

    return checks


def resealed(document, sealing):
    """Return every form of a document of our shape, made with our real keys."""
    bare = {name: value for name, value in document.items() if name != "proof"}
    signer = sealing.keys.signer_in_force(DID)
    created = bare["validFrom"]
    proofs = [
        eddsa_rdfc_2022.build_proof(
            bare, signer=signer, created=created, contexts=sealing.contexts
        ),
        eddsa_jcs_2022.build_proof(bare, signer=signer, created=created),
    ]
    data = json.dumps({**bare, "proof": proofs}).encode()
    return {
        "JSON": data,
        "PNG": bake(badge_picture(), data),
        "PDF": pdf_with(("credential.json", data)),
        "JWT": vc_jwt.build_jwt(bare, signer=sealing.keys.signer_in_force(DID, "jwt")),
    }


def resigned(digits, sealing, **changes):
    signer = sealing.keys.signer_in_force(DID, "compact")
    claims, _, _ = read_digits(digits, public_key_of=lambda _: None)
    return build_digits(
        replace(claims, **changes), kid=kid_of(signer.key_id), sign=signer.sign
    ).encode()


@pytest.mark.parametrize("form", FORMS)
def test_another_name_under_a_number_of_ours_is_not_valid(form, issued, sealing, look):
    document = json.loads(issued.credential)
    document["credentialSubject"]["identifier"][0]["identityHash"] = "Vilppi Varas"
    forged = resealed(document, sealing) | {
        "digits": resigned(issued.digits, sealing, name="Vilppi Varas")
    }

    verdict, found = look(forged[form])

    assert found["signature"] is found["key"] is Outcome.PASSED
    assert found["issued"] is Outcome.FAILED
    assert verdict is Verdict.NOT_VALID


@pytest.mark.parametrize("form", ["JSON", "JWT", "digits"])
def test_another_place_in_the_list_is_not_valid(form, issued, sealing, look):
    """It would be in force, whatever became of the certificate with this number."""
    document = json.loads(issued.credential)
    status = document["credentialStatus"]
    index = (int(status["statusListIndex"]) + 1) % 131_072
    status["statusListIndex"] = str(index)
    status["id"] = f"{status['statusListCredential']}#{index}"
    forged = resealed(document, sealing) | {
        "digits": resigned(issued.digits, sealing, status_index=index)
    }

    verdict, found = look(forged[form])

    assert found["status"] is Outcome.PASSED
    assert (verdict, found["issued"]) == (Verdict.NOT_VALID, Outcome.FAILED)


def test_what_we_sealed_is_known_in_every_form_and_spelling(issued, look):
    document = json.loads(issued.credential)
    for data in (
        issued.credential,
        json.dumps(document, indent=2, sort_keys=True).encode(),
        bake(badge_picture(), issued.credential),
        issued.jwt,
        issued.jwt + b"\n",
        issued.digits.encode(),
        f"https://hiisi.example/q#{issued.digits}".encode(),
    ):
        assert look(data)[0] is Verdict.VALID


def test_a_form_that_was_never_made_is_not_in_our_books(issued, session, sealing, look):
    forms = {"JWT": issued.jwt, "digits": issued.digits.encode()}
    kept = CertificateRecord(
        **{
            column: getattr(issued, column)
            for column in CertificateRecord.__table__.columns.keys()  # noqa: SIM118
            if column not in {"jwt", "digits"}
        }
    )
    session.expunge_all()
    with session.no_autoflush, pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "issuer.services.verification.rows.find_by_serial", lambda *_: kept
        )
        for data in forms.values():
            verdict, found = look(data)
            assert (verdict, found["issued"]) == (Verdict.UNKNOWN, Outcome.UNKNOWN)


def test_what_it_replaced_is_told_of_the_real_one_only(
    issued, session, house, sealing, inspecting
):
    period = cast.open_period(session, house)
    cast.sign_off(session, house, period, once="later")
    at = LATER + timedelta(hours=1)
    id_ = cast.release(
        session, house, sealing, period, serial=Serial.from_bits(100), at=at
    )
    new = session.get(CertificateRecord, id_)
    supersede_certificate(
        session, house.sirpa, sealing.publishing, old_id=issued.id, new_id=id_, at=at
    )

    def replaces(data):
        return check_presented(session, inspecting, data=data, at=at).replaces

    for data in (new.credential, new.jwt, new.digits.encode()):
        assert replaces(data) == (issued.serial,)
    assert replaces(issued.credential) == ()
    document = json.loads(new.credential)
    document["credentialSubject"]["identifier"][0]["identityHash"] = "Vilppi Varas"
    for data in resealed(document, sealing).values():
        assert replaces(data) == ()
