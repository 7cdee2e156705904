"""Revoking a certificate and superseding it by a corrected one: rules and refusals.

Both are final. A revoked certificate is not deleted: it stays in the books, sealed as
it was, and every later check finds it revoked. Why it was revoked stays in the office.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from issuer.domain.certificates import CertificateState
from issuer.domain.errors import IssuerError, sentence
from issuer.domain.giving_up import CertificateGivenUp


class ReasonCode(StrEnum):
    """Why a certificate was revoked; seen in the office and nowhere else."""

    ERROR = "error"
    HOLDER_REQUEST = "holder_request"
    FRAUD = "fraud"
    SUPERSEDED = "superseded"
    OTHER = "other"


class ReasonUnknown(IssuerError):
    """The text is no reason code."""

    code = "revocation.reason_unknown"
    sentence = sentence("Choose why the certificate is revoked.")


class NotIssuedYet(IssuerError):
    """Only an issued certificate can be revoked or supersede another."""

    code = "revocation.not_issued"
    sentence = sentence("This certificate has not been issued yet.")


class AlreadyRevoked(IssuerError):
    """A certificate is revoked once, for good."""

    code = "revocation.already_revoked"
    sentence = sentence("This certificate has been revoked already. That is final.")


class SuccessorMissing(IssuerError):
    """`superseded` is a reason only together with the certificate that replaces it."""

    code = "revocation.successor_missing"
    sentence = sentence("Name the certificate that replaces this one.")


class SuccessorOfAnother(IssuerError):
    """The certificate that would replace it is about somebody else."""

    code = "revocation.successor_of_another"
    sentence = sentence(
        "A certificate can only be replaced by one of the same participant."
    )


class SuccessorNotLater(IssuerError):
    """The certificate that would replace it is not newer."""

    code = "revocation.successor_not_later"
    sentence = sentence("A certificate can only be replaced by one issued after it.")


class SuccessorRevoked(IssuerError):
    """The certificate that would replace it is itself revoked."""

    code = "revocation.successor_revoked"
    sentence = sentence(
        "The certificate that should replace this one has itself been revoked."
    )


class StatusListCrowded(IssuerError):
    """No free place was drawn: the indexes are not random, or the list is overfull."""

    code = "revocation.list_crowded"
    sentence = sentence("No free place was found in the status list. Try again.")


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rules look at in a certificate."""

    participant_id: int
    state: CertificateState
    issued_at: datetime | None
    is_revoked: bool


def parse_reason(text: str) -> ReasonCode:
    """Return the reason code written as `text`; raises ReasonUnknown."""
    try:
        return ReasonCode(text)
    except ValueError:
        raise ReasonUnknown from None


def require_revocable(certificate: Standing) -> None:
    """Raise unless it can be revoked now.

    CertificateGivenUp, NotIssuedYet or AlreadyRevoked says why.
    """
    if certificate.state is CertificateState.GIVEN_UP:
        raise CertificateGivenUp
    if certificate.state is not CertificateState.ISSUED:
        raise NotIssuedYet
    if certificate.is_revoked:
        raise AlreadyRevoked


def require_successor(new: Standing, *, of: Standing) -> None:
    """Raise unless `new` may replace `of`.

    CertificateGivenUp, NotIssuedYet, AlreadyRevoked, SuccessorRevoked,
    SuccessorOfAnother or SuccessorNotLater says why.
    """
    require_revocable(of)
    if new.issued_at is None or of.issued_at is None:
        raise NotIssuedYet
    if new.participant_id != of.participant_id:
        raise SuccessorOfAnother
    if new.issued_at <= of.issued_at:
        raise SuccessorNotLater
    if new.is_revoked:
        raise SuccessorRevoked
