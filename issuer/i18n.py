"""Languages of the screens: Finnish first, Swedish and English beside it.

Catalogues are read from their .po files when the process starts: no compiled copy can
be stale or missing. English is the language of the sources and needs no catalogue.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, has_request_context, request
from flask_babel import (
    Babel,
    Domain,
    force_locale,
    get_locale,
    gettext,
)
from markupsafe import Markup, escape

from issuer.domain.days import HELSINKI
from issuer.domain.errors import sentence
from issuer.domain.texts import LANGUAGES, LocalText
from issuer.domain.verification import Report

LANGUAGE_COOKIE = "language"
LANGUAGE_NAMES = {"fi": "Suomi", "sv": "Svenska", "en": "English"}
TRANSLATIONS = Path(__file__).parent / "translations"
FIELD_NAMES = {
    "accent": sentence("accent colour"),
    "again": sentence("the same PIN once more"),
    "birthday": sentence("date of birth"),
    "card_issuer": sentence("issued by"),
    "card_name": sentence("name of the card"),
    "code": sentence("code"),
    "department": sentence("department"),
    "description": sentence("description"),
    "end": sentence("last day"),
    "hours": sentence("hours"),
    "instructor": sentence("instructor"),
    "issued_on": sentence("issued on"),
    "logo": sentence("picture"),
    "logo_alt": sentence("what it shows, in words"),
    "mail": sentence("e-mail address"),
    "name": sentence("name"),
    "observed_on": sentence("day"),
    "participant": sentence("participant"),
    "period": sentence("work period"),
    "person": sentence("person"),
    "phone": sentence("mobile phone"),
    "pin": sentence("PIN"),
    "qualification": sentence("qualification"),
    "reason": sentence("reason"),
    "remark": sentence("remark"),
    "requirement": sentence("requirement"),
    "role": sentence("role"),
    "second_language": sentence("second language"),
    "seen_on": sentence("seen on"),
    "site": sentence("site"),
    "slug": sentence("short name"),
    "stands": sentence("mark"),
    "start": sentence("first day"),
    "summary": sentence("summary"),
    "sure": sentence("I am not this person"),
    "title": sentence("title"),
    "town": sentence("town"),
    "unit": sentence("unit"),
    "valid_until": sentence("valid until"),
    "validity": sentence("validity"),
    "why": sentence("why"),
}
_NON_BREAKING = "\N{NO-BREAK SPACE}"


class _Catalogues(Domain):  # type: ignore[misc]
    def get_translations(self) -> NullTranslations:
        return load_catalogue(current_language())


class _Babel(Babel):  # type: ignore[misc]
    @property
    def domain_instance(self) -> Domain:
        return _Catalogues()


@cache
def load_catalogue(language: str) -> NullTranslations:
    """Return the translations into `language`; none for the sources' own English."""
    file = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    if not file.exists():
        return NullTranslations()
    compiled = BytesIO()
    with file.open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def add_languages(app: Flask) -> None:
    """Teach `app` its languages and give its templates the filters below."""
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    _Babel().init_app(
        app,
        default_locale="fi",
        default_timezone="Europe/Helsinki",
        locale_selector=_choose,
    )
    filters: dict[str, Callable[..., str]] = {
        "day": day,
        "time": clock_time,
        "moment": moment,
        "local": local,
        "translated": translate,
    }
    app.jinja_env.filters.update(filters)


def _choose() -> str:
    if not has_request_context():
        return "fi"
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(LANGUAGES) or "fi"


def current_language() -> str:
    """Return the code of the language this answer is written in."""
    locale = get_locale()
    return locale.language if locale is not None else "fi"


def translate(
    text: str,
    facts: Mapping[str, str | int] | None = None,
    language: str | None = None,
) -> str:
    """Return a sentence of the domain in the reader's language, its places filled.

    The name of a field is a word of the screen, so it is translated too.
    """
    if language is not None:
        with force_locale(language):
            return translate(text, facts)
    words = dict(facts or {})
    if isinstance(field := words.get("field"), str):
        words["field"] = gettext(FIELD_NAMES.get(field, field))
    translated: str = gettext(text)
    return translated % words


def say(text: str, language: str, facts: Mapping[str, str]) -> str:
    """Return a sentence in a language, outside any request; Finnish where unknown."""
    known = language if language in LANGUAGES else "fi"
    return load_catalogue(known).gettext(text) % facts


def day(value: date | datetime | str | None) -> str:
    """Write a day as 24.11.2026, in English as 24 November 2026."""
    if value is None or value == "":
        return ""
    at = _in_helsinki(value)
    if current_language() == "en":
        return f"{at.day}{_NON_BREAKING}{at:%B}{_NON_BREAKING}{at.year}"
    return f"{at.day}.{at.month}.{at.year}"


def clock_time(value: datetime | str) -> str:
    """Write a time of day in Finland as 9.12, in English as 9:12."""
    at = _in_helsinki(value)
    mark = ":" if current_language() == "en" else "."
    return f"{at:%H}".lstrip("0").rjust(1, "0") + f"{mark}{at:%M}"


def moment(value: datetime | str | None) -> str:
    """Write a day and a time of day together."""
    if not value:
        return ""
    joint = {"fi": "klo", "sv": "kl.", "en": "at"}[current_language()]
    return f"{day(value)} {joint}{_NON_BREAKING}{clock_time(value)}"


def local(text: LocalText) -> Markup:
    """Write a text in the reader's language; a fallback says its own language."""
    language = current_language()
    words, spoken = text.in_language(language), text.language_of(language)
    if spoken == language:
        return escape(words)
    return Markup('<span lang="{}">{}</span>').format(spoken, words)


def _in_helsinki(value: date | datetime | str) -> date:
    if isinstance(value, str):
        value = (
            date.fromisoformat(value)
            if len(value) == len("2026-11-24")
            else datetime.fromisoformat(value)
        )
    if isinstance(value, datetime):
        return value.astimezone(HELSINKI)
    return value


def report_as_json(report: Report, language: str | None = None) -> dict[str, object]:
    """Return a verification report as JSON values, its sentences in `language`."""
    return {
        "serial": report.serial,
        "verdict": report.verdict.value,
        "at": report.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "replaces": list(report.replaces),
        "checks": [
            {
                "check": check.name,
                "outcome": check.outcome.value,
                "reason": check.reason.value if check.reason else None,
                "text": translate(check.text, dict(check.facts), language),
            }
            for check in report.checks
        ],
    }
