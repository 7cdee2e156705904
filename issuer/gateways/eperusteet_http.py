"""One bounded GET of JSON from ePerusteet, and what to do about it where it fails."""

import time
from collections.abc import Mapping
from dataclasses import dataclass

from issuer.gateways.bounded_http import (
    AnswerBrokeOff,
    AnswerOfAnotherKind,
    AnswerRefused,
    AnswerTooLarge,
    Exchange,
    ExchangeFailed,
    ExchangeTooSlow,
    exchange,
)
from issuer.gateways.eperusteet_refusals import (
    EperusteetAnswered,
    EperusteetBrokeOff,
    EperusteetFailed,
    EperusteetNotJson,
    EperusteetRedirects,
    EperusteetTooLarge,
    EperusteetTooSlow,
    EperusteetUnreachable,
)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait: to connect, for each reading, and (monotonic) at the latest."""

    connect_seconds: float
    read_seconds: float
    deadline: float


def get_json(
    url: str,
    *,
    headers: Mapping[str, str],
    patience: Patience,
    limit: int,
) -> bytes:
    """Return the body of the answer at `url`, at most `limit` bytes.

    Raises an EperusteetFailed that names the address and what went wrong.
    """
    try:
        return exchange(
            Exchange(
                url=url,
                kinds={"application/json"},
                limit=limit,
                seconds=patience.deadline - time.monotonic(),
                headers={"Accept": "application/json", **headers},
                connect_seconds=patience.connect_seconds,
                read_seconds=patience.read_seconds,
            )
        )
    except ExchangeFailed as error:
        raise _told(error, url) from error


def _told(error: ExchangeFailed, url: str) -> EperusteetFailed:
    told: EperusteetFailed
    match error:
        case ExchangeTooSlow():
            told = EperusteetTooSlow(url=url)
        case AnswerRefused(status=status, location=location) if 300 <= status < 400:
            told = EperusteetRedirects(url=url, location=location)
        case AnswerRefused(status=status):
            told = EperusteetAnswered(url=url, status=status)
        case AnswerOfAnotherKind(kind=kind):
            told = EperusteetNotJson(url=url, kind=kind)
        case AnswerTooLarge(limit=limit):
            told = EperusteetTooLarge(url=url, limit=f"{limit} bytes")
        case AnswerBrokeOff(received=received):
            told = EperusteetBrokeOff(url=url, received=received)
        case _:
            told = EperusteetUnreachable(url=url, reason=str(error).rstrip("."))
    return told
