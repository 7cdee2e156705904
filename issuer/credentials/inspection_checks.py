"""The single checks of inspection, the same whatever form was presented."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from issuer.credentials import inspection_sentences as say
from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.key_ring import KeyRing, PublicKey
from issuer.credentials.lint import find_misplaced
from issuer.credentials.presented import serial_of
from issuer.credentials.status_list import read_status
from issuer.domain.verification import Check, Outcome, Reason

CHECKS = (
    "well_formed",
    "issuer",
    "key",
    "signature",
    "schema",
    "dates",
    "status",
)
_CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What inspection is given beside the bytes.

    `find_list` answers a status list's address with its bytes, or with none at all;
    `list_url` gives the address of an issuer's list by its number; `public_url` is
    where certificates of issuers in the key ring live.
    """

    key_ring: KeyRing
    contexts: ContextLibrary
    public_url: str
    find_list: Callable[[str], bytes]
    list_url: Callable[[str, int], str]
    at: datetime


def check_key(
    key: PublicKey | None, *, issuer: str, purpose: str, sealed: datetime
) -> Check:
    """Say whether the key was the issuer's, for this purpose, when it sealed."""
    if key is None or key.controller != issuer or key.purpose != purpose:
        return failed("key", Reason.KEY_NOT_THEIRS, say.KEY_NOT_THEIRS)
    if key.activated is None or sealed < key.activated:
        return failed("key", Reason.KEY_NOT_YET, say.KEY_NOT_YET)
    if key.revoked_from is not None and key.revoked_from <= sealed:
        return failed("key", Reason.KEY_REVOKED, say.KEY_REVOKED)
    if key.retired is not None and key.retired < sealed:
        return failed("key", Reason.KEY_RETIRED, say.KEY_RETIRED)
    return passed("key", say.KEY_GOOD)


def check_schema(document: dict[str, Any], *, public_url: str | None = None) -> Check:
    """Say whether the parts of a well-formed document fit together, and its address."""
    if place := find_misplaced(document):
        return failed("schema", Reason.INCONSISTENT, say.SCHEMA_BROKEN, place=place)
    if public_url and not serial_of(document, public_url=public_url):
        return failed("schema", Reason.ADDRESS_NOT_OURS, say.ID_NOT_OURS)
    return passed("schema", say.SCHEMA_GOOD)


def check_dates(
    *, starts: list[datetime], until: datetime | None, at: datetime
) -> Check:
    """Say whether the certificate is in force at `at`, five minutes of skew allowed."""
    if (latest := max(starts)) > at + _CLOCK_SKEW:
        return failed(
            "dates", Reason.AHEAD, say.DATE_AHEAD, date=latest.date().isoformat()
        )
    if until is not None and until < at:
        return failed(
            "dates", Reason.EXPIRED, say.DATE_PAST, date=until.date().isoformat()
        )
    return passed("dates", say.DATES_GOOD)


def check_status(document: Mapping[str, Any], around: Surroundings) -> Check:
    """Say whether the certificate's own entry in its issuer's list is set."""
    entry = document.get("credentialStatus")
    if entry is None:
        return unknown("status", Reason.LIST_ABSENT, say.STATUS_ABSENT)
    url, index = entry["statusListCredential"], entry["statusListIndex"]
    if entry["id"] != f"{url}#{index}":
        return failed("status", Reason.INCONSISTENT, say.STATUS_MISPLACED)
    return check_status_entry(
        url, int(index), issuer=document["issuer"]["id"], around=around
    )


def check_status_entry(
    url: str, index: int, *, issuer: str, around: Surroundings
) -> Check:
    """Say whether entry `index` of the list at `url` is set."""
    return read_status(
        around.find_list(url),
        key_ring=around.key_ring,
        contexts=around.contexts,
        issuer_did=issuer,
        url=url,
        index=index,
        at=around.at,
    )


def issuer_unknown(issuer: str) -> tuple[Check, Check, Check]:
    """Leave open what only the issuer's keys could tell."""
    return (
        unknown(
            "issuer", Reason.ISSUER_UNKNOWN, say.ISSUER_UNKNOWN, issuer=issuer[:200]
        ),
        unknown("key", Reason.ISSUER_UNKNOWN, say.NO_KEYS),
        unknown("signature", Reason.ISSUER_UNKNOWN, say.NO_KEYS),
    )


def foreign(issuer: str) -> tuple[Check, ...]:
    """Leave everything open of a form that is not ours, by an issuer we do not know."""
    return (
        unknown("well_formed", Reason.FOREIGN_FORM, say.FORM_FOREIGN),
        *issuer_unknown(issuer),
        *(unknown(name, Reason.FOREIGN_FORM, say.FORM_FOREIGN) for name in CHECKS[4:]),
    )


def stopped(first: Check) -> tuple[Check, ...]:
    """Give one failed check, and leave all after it open."""
    return (
        first,
        *(unknown(name, Reason.NOT_REACHED, say.NOT_REACHED) for name in CHECKS[1:]),
    )


def unreadable(text: str) -> tuple[Check, ...]:
    """Say that what was presented cannot be read, and leave all else open."""
    return stopped(failed("well_formed", Reason.UNREADABLE, text))


def instant_of(text: str) -> datetime:
    """Return the instant of a text that has passed the shape."""
    return datetime.fromisoformat(text)


def passed(name: str, text: str, **facts: str) -> Check:
    """Return a passed check."""
    return Check(name, Outcome.PASSED, text, facts)


def failed(name: str, why: Reason, text: str, /, **facts: str) -> Check:
    """Return a failed check."""
    return Check(name, Outcome.FAILED, text, facts, why)


def unknown(name: str, why: Reason, text: str, /, **facts: str) -> Check:
    """Return a check that could not be decided."""
    return Check(name, Outcome.UNKNOWN, text, facts, why)
