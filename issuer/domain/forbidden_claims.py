"""What a workplace's certificate may never claim (domain.md §1.7).

Only an education provider grants a qualification or a unit, awards competence points
and grades. The patterns allow for Finnish and Swedish inflection. The required clause
itself and verbatim catalogue text are exempt: they speak of these things rightly.
"""

import re
from collections.abc import Iterable

CLAUSE = {
    "fi": "Tämä osaamistodistus ei ole tutkintotodistus eikä todistus suoritetusta "
    "tutkinnon osasta. Osaamisen tunnustamisesta päättää koulutuksen järjestäjä.",
    "sv": "Detta kompetensintyg är inte ett examensbetyg och inte ett betyg över en "
    "avlagd examensdel. Utbildningsanordnaren beslutar om erkännande av kunnandet.",
    "en": "This competence certificate is not a qualification certificate and does not "
    "certify a completed qualification unit. Recognition of competence is decided by "
    "the education provider.",
}

_PATTERNS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"suori[a-zäö]*\s+(?:\w+\s+){0,3}(?:tutkinno\w*\s+os\w+|osatutkin\w+|tutkin(?:non|not|to)\b)",
        r"(?:tutkinnon\s+os\w+|osatutkin\w+|tutkinto)\s+(?:on\s+|tuli\s+)?"
        r"(?:suorit\w+|hyväksyt\w+|myönnet\w+)",
        r"(?:osaamispiste\w*|\bosp\b)\W+(?:\w+\W+){0,2}"
        r"(?:myönn\w+|saatu|saanut|sai|ansait\w+|kertyn\w+|suorit\w+)",
        r"(?:myönn\w+|saatu|saanut|sai|ansait\w+|suorit\w+)\W+(?:\w+\W+){0,2}"
        r"(?:osaamispiste\w*|osp\b)",
        r"näyt\w+\s+(?:on\s+|tuli\s+)?(?:hyväksyt\w+|suorit\w+|läpäis\w+)",
        r"hyväksyt\w+\s+näyt\w+",
        r"\barvosan\w+",
        r"tutkintotodistu\w*",
        r"pätevyy\w*|pätevyys\w*",
        r"kelpoisuu\w*",
        r"avlag\w+\s+(?:\w+\s+){0,2}(?:examensdel\w*|examen)\b",
        r"examensdel\w*\s+(?:är\s+)?avlag\w+",
        r"kompetenspoäng\w*\s+(?:\w+\s+)?(?:bevilja\w*|tilldela\w*)",
        r"yrkesprov\w*\s+(?:\w+\s+)?godkän\w+|godkän\w+\s+yrkesprov\w*",
        r"examensbetyg\w*|behörighet\w*|vitsord\w*",
        r"qualification certificate\w*",
        r"qualification (?:was |is )?(?:awarded|completed)",
        r"(?:completed|awarded|granted)\s+(?:\w+\s+){0,2}(?:qualification|unit)s?\b",
        r"(?:credits?|competence points?)\s+(?:\w+\s+){0,2}(?:awarded|granted|earned)",
        r"(?:awarded|granted|earned)\s+(?:\w+\s+){0,2}(?:credits?|competence points?)",
        r"\bgrade[ds]?\s*[:=]?\s*[0-5A-F]\b",
    )
]


def find_forbidden_claim(text: str, *, exempt: Iterable[str] = ()) -> str | None:
    """Return the first forbidden words in `text`, or None.

    `exempt` holds verbatim catalogue texts; they and the required clause are not
    searched. Longer exempt texts are set aside before shorter ones.
    """
    for known in sorted((*CLAUSE.values(), *exempt), key=len, reverse=True):
        if known:
            text = text.replace(known, " \u2016 ")
    for pattern in _PATTERNS:
        if match := pattern.search(text):
            return match.group(0)
    return None
