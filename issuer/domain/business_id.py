"""The Finnish business id (Y-tunnus): seven digits, a dash and a check digit."""

import re

from issuer.domain.errors import IssuerError, sentence

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2)
_FORM = re.compile(r"(\d{7})-(\d)")


class BusinessIdMalformed(IssuerError):
    """The text is no business id, or its check digit is wrong."""

    code = "business_id.malformed"
    sentence = sentence("“%(given)s” is not a business id. It looks like 1234567-1.")


def require_business_id(text: str) -> str:
    """Return the business id; raises BusinessIdMalformed.

    The check digit is 11 less the weighted sum modulo 11 (domain.md §3.1).
    """
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise BusinessIdMalformed(given=text[:20])
    digits, check = match.groups()
    total = sum(w * int(d) for w, d in zip(_WEIGHTS, digits, strict=True))
    rest = total % 11
    if rest == 1 or (0 if rest == 0 else 11 - rest) != int(check):
        raise BusinessIdMalformed(given=text[:20])
    return match.group(0)
