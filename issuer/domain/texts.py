"""Texts people write, made safe to store: NFC, nothing unseen, bounded."""

import unicodedata
from dataclasses import dataclass

from issuer.domain.errors import (
    ForbiddenClaim,
    PersonalIdentityCodeRefused,
    TextMissing,
    TextTooLong,
    TextUnprintable,
)
from issuer.domain.forbidden_claims import find_forbidden_claim
from issuer.domain.personal_identity_code import holds_personal_identity_code
from issuer.domain.unseen import without_unseen

LANGUAGES = ("fi", "sv", "en")


@dataclass(frozen=True, slots=True)
class LocalText:
    """One text in the languages it was given in; any of them may be missing."""

    fi: str | None = None
    sv: str | None = None
    en: str | None = None

    def in_language(self, language: str) -> str:
        """Return the text in `language`, else in Finnish, Swedish or English."""
        wanted: str | None = getattr(self, language, None)
        return wanted or self.fi or self.sv or self.en or ""

    def language_of(self, language: str) -> str:
        """Return the language in which `in_language(language)` answers."""
        for candidate in (language, *LANGUAGES):
            if getattr(self, candidate, None):
                return candidate
        return language


def clean_line(
    text: str | None, *, field: str, limit: int = 200, required: bool = True
) -> str:
    """Return `text` as one NFC line without spare white space or unseen characters.

    Raises TextMissing, TextTooLong, TextUnprintable, PersonalIdentityCodeRefused
    or ForbiddenClaim (domain.md §1.7).
    """
    line = " ".join(without_unseen(text or "").split())
    return _checked(line, field=field, limit=limit, required=required)


def clean_paragraphs(
    text: str | None, *, field: str, limit: int = 2000, required: bool = False
) -> str:
    """Return `text` as clean with its line breaks, trimmed; raises as `clean_line`."""
    normal = without_unseen(text or "").replace("\r\n", "\n")
    lines = [" ".join(line.split()) for line in normal.replace("\r", "\n").split("\n")]
    return _checked(
        "\n".join(lines).strip(), field=field, limit=limit, required=required
    )


def _checked(text: str, *, field: str, limit: int, required: bool) -> str:
    if required and not text:
        raise TextMissing(field=field)
    if len(text) > limit:
        raise TextTooLong(field=field, limit=limit)
    if any(
        unicodedata.category(c) in {"Cc", "Cs", "Co", "Cn"} for c in text if c != "\n"
    ):
        raise TextUnprintable(field=field)
    if holds_personal_identity_code(text):
        raise PersonalIdentityCodeRefused
    if claim := find_forbidden_claim(text):
        raise ForbiddenClaim(words=claim)
    return text
