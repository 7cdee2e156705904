"""Signing with one's own device: what is refused, and how long a page may wait."""

from datetime import timedelta
from typing import Final

from issuer.domain.errors import IssuerError, sentence

SIGNING_LIFETIME: Final = timedelta(hours=1)


class SigningPageSpent(IssuerError):
    """The page waited too long, was signed already, or belongs to another browser."""

    code = "sign_off.page_spent"
    sentence = sentence(
        "This page was open too long to be signed. Nothing was recorded, and "
        "everything is still here: read it and sign once more."
    )


class SignatureRefused(IssuerError):
    """The device's signature does not hold over what it was said to sign."""

    code = "sign_off.signature_refused"
    sentence = sentence(
        "The signature of your device does not fit what is on this page. "
        "Nothing was recorded. Read the page again and sign once more."
    )
