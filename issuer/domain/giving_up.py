"""Giving up a certificate that was reserved and can never be sealed: the refusals.

Its draft names keys. If one is revoked before it has sealed, nothing seals the draft
any more, and its bytes never change. Given up, it stays in the books with its number
and its place in the status list, and its proposal can be released again.
"""

from issuer.domain.errors import IssuerError, sentence


class CertificateGivenUp(IssuerError):
    """The certificate was never sealed and never will be."""

    code = "certificate.given_up"
    sentence = sentence(
        "This certificate was given up before it was sealed. It was never issued."
    )


class CertificateIssued(IssuerError):
    """An issued certificate ends by being revoked or superseded only."""

    code = "certificate.issued"
    sentence = sentence(
        "This certificate has been issued, so it cannot be given up. If it should not "
        "be in force, revoke it."
    )


class StillSealable(IssuerError):
    """The keys that the draft names may seal it still."""

    code = "certificate.still_sealable"
    sentence = sentence(
        "This certificate can still be sealed, so it is not given up. It is sealed by "
        "itself, or by: flask certificates finish"
    )
