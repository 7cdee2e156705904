"""Finding a Finnish personal identity code (henkilötunnus) in a text.

The date and the check character decide (Väestötietojärjestelmä, Decree 128/2010 §2,
century signs as extended in 2023), so a phone number or a date range passes.
"""

import re
import unicodedata
from datetime import date

_CHECK_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY"
_CENTURIES = {
    "+": 1800,
    **dict.fromkeys("-UVWXY", 1900),
    **dict.fromkeys("ABCDEF", 2000),
}
_CANDIDATE = re.compile(
    r"(?<!\d)(?=(\d{2})(\d{2})(\d{2}) ?([-+A-FU-Y]) ?(\d{3}) ?"
    r"([0-9A-FHJ-NPR-Y])(?!(?<=\d)\d))"
)


def holds_personal_identity_code(text: str) -> bool:
    """Tell whether `text` holds a valid personal identity code in any spelling."""
    return any(
        _is_valid(*match.groups()) for match in _CANDIDATE.finditer(_plain(text))
    )


def _plain(text: str) -> str:
    """Fold look-alike digits, dashes and invisible characters that could hide one."""
    folded = []
    for character in unicodedata.normalize("NFKC", text):
        category = unicodedata.category(character)
        if category == "Cf":
            continue
        if category == "Pd" or character == "\u2212":
            folded.append("-")
        elif category == "Nd":
            folded.append(str(unicodedata.digit(character)))
        elif category == "Zs":
            folded.append(" ")
        else:
            folded.append(character.upper() if character.isascii() else character)
    return re.sub(r"[ \t\n]+", " ", "".join(folded))


def _is_valid(
    day: str, month: str, year: str, century: str, individual: str, check: str
) -> bool:
    try:
        date(_CENTURIES[century] + int(year), int(month), int(day))
    except ValueError:
        return False
    number = int(day + month + year + individual)
    return _CHECK_CHARACTERS[number % 31] == check
