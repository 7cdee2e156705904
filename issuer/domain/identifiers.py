"""The serial of a certificate, as it is printed, typed and looked up.

80 random bits as sixteen characters of Crockford's Base32 alphabet in groups of four,
then a Luhn mod 32 check character, which catches any one wrong character and nearly
every swap of neighbours: `XXXX-XXXX-XXXX-XXXX-C`.
"""

from dataclasses import dataclass
from typing import Self

from issuer.domain.errors import IssuerError, sentence

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"})
SERIAL_BITS = 80
_LENGTH = 17


class SerialMalformed(IssuerError):
    """The text is no serial: wrong length, alphabet or check character."""

    code = "serial.malformed"
    sentence = sentence("This is not a certificate number. Check each character.")


@dataclass(frozen=True, slots=True)
class Serial:
    """The unguessable, public number of one certificate; `str()` gives its print."""

    characters: str

    @classmethod
    def from_bits(cls, bits: int) -> Self:
        """Return the serial of 80 random `bits` (0 <= bits < 2**80)."""
        if not 0 <= bits < 1 << SERIAL_BITS:
            raise ValueError("a serial has 80 bits")
        body = "".join(ALPHABET[bits >> shift & 31] for shift in range(75, -1, -5))
        return cls(body + _check_character(body))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a serial as a person types it: any case, O for 0, I and L for 1.

        Raises SerialMalformed.
        """
        if len(text) > 64:
            raise SerialMalformed
        typed = "".join(c for c in text.upper() if c not in " -\u2010\u2011\u2013")
        characters = typed.translate(_LOOKALIKES)
        if len(characters) != _LENGTH or any(c not in ALPHABET for c in characters):
            raise SerialMalformed
        if _check_character(characters[:-1]) != characters[-1]:
            raise SerialMalformed
        return cls(characters)

    def __str__(self) -> str:
        c = self.characters
        return f"{c[:4]}-{c[4:8]}-{c[8:12]}-{c[12:16]}-{c[16:]}"


def _check_character(body: str) -> str:
    """Luhn mod N with N = 32 (ISO/IEC 7812-1 Annex B, generalised)."""
    total = 0
    for position, character in enumerate(reversed(body)):
        value = ALPHABET.index(character) * (2 if position % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]
