import pytest
from sqlalchemy import update

from issuer.domain.identifiers import Serial
from issuer.domain.verification import Outcome, Verdict
from issuer.records.certificates import CertificateRecord
from issuer.services.issuance import release_certificate, reserve_certificate
from issuer.services.verification import check_presented, check_published
from tests import cast
from tests.cast import LATER

SERIAL = Serial.from_bits(99)


@pytest.fixture
def accepted(session, house):
    cast.map_and_publish(session, house)
    period = cast.open_period(session, house)
    cast.sign_off(session, house, period)
    return cast.propose_and_accept(session, house, period)


@pytest.fixture
def credential(session, house, sealing, accepted):
    id_ = release_certificate(
        session, house.sirpa, sealing, proposal_id=accepted, serial=SERIAL, at=LATER
    )
    return session.get(CertificateRecord, id_).credential


def outcomes(report):
    return {check.name: check.outcome for check in report.checks}


def test_an_issued_certificate_is_valid_by_serial_and_by_file(
    session, inspecting, credential
):
    typed = str(SERIAL).lower().replace("-", "")
    published = check_published(session, inspecting, serial=typed, at=LATER)
    assert published.verdict is Verdict.VALID
    assert published.serial == str(SERIAL)
    presented = check_presented(session, inspecting, data=credential, at=LATER)
    assert presented.verdict is Verdict.VALID


def test_unknown_malformed_and_reserved_look_alike(
    session, house, sealing, inspecting, accepted
):
    reserved = Serial.from_bits(5)
    reserve_certificate(
        session, house.sirpa, sealing, proposal_id=accepted, serial=reserved, at=LATER
    )
    reports = [
        check_published(session, inspecting, serial=serial, at=LATER)
        for serial in (
            "nonsense",
            str(Serial.from_bits(6)),
            str(reserved),
            "",
            "x" * 500,
        )
    ]
    assert len({str(report) for report in reports}) == 1
    assert reports[0].verdict is Verdict.UNKNOWN


def test_a_changed_character_in_a_file_is_not_valid(session, inspecting, credential):
    changed = credential.replace(b"Paula", b"Paulo")
    assert changed != credential
    report = check_presented(session, inspecting, data=changed, at=LATER)
    assert report.verdict is Verdict.NOT_VALID
    assert outcomes(report)["signature"] is Outcome.FAILED


def test_a_changed_stored_copy_is_not_valid(session, inspecting, credential):
    session.execute(
        update(CertificateRecord).values(
            credential=credential.replace(b"Paula", b"Paulo")
        )
    )
    report = check_published(session, inspecting, serial=str(SERIAL), at=LATER)
    assert report.verdict is Verdict.NOT_VALID
    assert outcomes(report)["stored_copy"] is Outcome.FAILED


def test_a_sealed_file_missing_from_our_books_is_unknown(
    session, house, sealing, inspecting, credential, tmp_path
):
    report = check_presented(session, inspecting, data=credential, at=LATER)
    assert outcomes(report)["issued"] is Outcome.PASSED
    session.execute(update(CertificateRecord).values(credential=None))
    report = check_presented(session, inspecting, data=credential, at=LATER)
    assert report.verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"%PDF-1.7", b"\xff" * 100, b"[" * 99_999]
)
def test_what_is_no_certificate_is_never_valid(session, inspecting, data):
    report = check_presented(session, inspecting, data=data, at=LATER)
    assert report.verdict is not Verdict.VALID
