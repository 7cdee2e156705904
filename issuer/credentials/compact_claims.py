"""From a certificate's statement to what its QR code says, and what that means."""

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from issuer.credentials.compact_proof import CompactClaims, shorten_name
from issuer.domain.identifiers import ALPHABET, Serial

UNIT_CODES = "tutkinnonosat_"
_LONGEST_NUMBER = 15  # digits that every reader holds exactly


def build_claims(
    statement: Mapping[str, Any], *, credential_sha256: bytes
) -> CompactClaims:
    """Return the claims of the code; `statement` is the dict of a draft's statement."""
    number = str(statement["status_list_url"] or "/0").rpartition("/")[2]
    return CompactClaims(
        serial=_bits(statement["serial"]).to_bytes(10, "big"),
        name=shorten_name(unicodedata.normalize("NFC", statement["holder_name"])),
        units=tuple(
            (_code(unit["code"]), unit["identified"], unit["total"])
            for unit in statement["units"]
        ),
        issued=_seconds(statement["issued_at"]),
        valid_until=(
            _seconds(statement["valid_until"]) if statement["valid_until"] else None
        ),
        status_list=int(number),
        status_index=statement["status_index"] or 0,
        credential_sha256=credential_sha256,
    )


def serial_of(claims: CompactClaims) -> str:
    """Return the serial in its printed form."""
    return str(Serial.from_bits(int.from_bytes(claims.serial, "big")))


def unit_code(code: int | str) -> str:
    """Return the unit's code as the credential writes it; may be empty."""
    return f"{UNIT_CODES}{code}" if isinstance(code, int) else code


def _code(code: str | None) -> int | str:
    if code is None:
        return ""
    number = code.removeprefix(UNIT_CODES)
    is_plain = number.isascii() and number.isdecimal() and not number.startswith("0")
    if is_plain and number != code and len(number) <= _LONGEST_NUMBER:
        return int(number)
    return code


def _bits(serial: str) -> int:
    bits = 0
    for character in Serial.parse(serial).characters[:16]:
        bits = bits << 5 | ALPHABET.index(character)
    return bits


def _seconds(instant: str) -> int:
    return int(datetime.fromisoformat(instant).timestamp())
