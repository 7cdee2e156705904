"""Addresses that a message can be sent to: an e-mail address, a phone number."""

import re
import unicodedata

from issuer.domain.entry import AddressMalformed

# RFC 5321 §4.5.3.1.3 bounds a path at 256 octets, which are two more than an address.
_LONGEST = 254
_MAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+"
    r"[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
)
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")


def clean_mail_address(typed: str, *, field: str) -> str:
    """Return an e-mail address in small letters; raises AddressMalformed.

    ASCII only (RFC 5321 §4.1.2 without quoted parts), so that nothing in it can be
    read as another header or another address.
    """
    address = typed.strip().lower()
    if len(address) > _LONGEST or not _MAIL.fullmatch(address):
        raise AddressMalformed(field=field)
    if len(address.rpartition("@")[0]) > 64:
        raise AddressMalformed(field=field)
    return address


def clean_phone_number(typed: str, *, field: str) -> str:
    """Return a phone number as E.164 writes it; a leading 0 is read as Finnish (+358).

    Raises AddressMalformed.
    """
    digits = "".join(
        c for c in unicodedata.normalize("NFKC", typed) if c not in " ()-.\u2010\u2011"
    )
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif digits.startswith("0"):
        digits = f"+358{digits[1:]}"
    if not _PHONE.fullmatch(digits):
        raise AddressMalformed(field=field)
    return digits
