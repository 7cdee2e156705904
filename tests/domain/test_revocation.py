from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from issuer.domain.certificates import CertificateState
from issuer.domain.revocation import (
    AlreadyRevoked,
    NotIssuedYet,
    ReasonCode,
    ReasonUnknown,
    Standing,
    SuccessorNotLater,
    SuccessorOfAnother,
    SuccessorRevoked,
    parse_reason,
    require_revocable,
    require_successor,
)

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
OLD = Standing(7, CertificateState.ISSUED, AT, is_revoked=False)
NEW = replace(OLD, issued_at=AT + timedelta(microseconds=1))
RESERVED = Standing(7, CertificateState.RESERVED, None, is_revoked=False)


def test_an_issued_certificate_is_revoked_once():
    require_revocable(OLD)
    with pytest.raises(AlreadyRevoked):
        require_revocable(replace(OLD, is_revoked=True))
    with pytest.raises(NotIssuedYet):
        require_revocable(RESERVED)


def test_a_later_certificate_of_the_same_person_may_replace_it():
    require_successor(NEW, of=OLD)


@pytest.mark.parametrize(
    ("new", "old", "error"),
    [
        (replace(NEW, participant_id=8), OLD, SuccessorOfAnother),
        (OLD, OLD, SuccessorNotLater),
        (OLD, NEW, SuccessorNotLater),
        (replace(NEW, is_revoked=True), OLD, SuccessorRevoked),
        (NEW, replace(OLD, is_revoked=True), AlreadyRevoked),
        (RESERVED, OLD, NotIssuedYet),
        (NEW, RESERVED, NotIssuedYet),
    ],
)
def test_no_other_certificate_may(new, old, error):
    with pytest.raises(error):
        require_successor(new, of=old)


def test_reasons_are_a_closed_list():
    assert {parse_reason(code.value) for code in ReasonCode} == set(ReasonCode)
    for text in ("", "ERROR", "because"):
        with pytest.raises(ReasonUnknown):
            parse_reason(text)
