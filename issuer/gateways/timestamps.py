"""A time-stamp authority over HTTP (RFC 3161 §3.4)."""

import threading
import time

from issuer.gateways.bounded_http import Exchange, ExchangeFailed, exchange

SECONDS = 8
LARGEST_ANSWER = 65_536
PAUSE_SECONDS = 60

_KIND = "application/timestamp-reply"


class TimestampAuthority:
    """Asks the authority at `url`; one that fails is left alone for a minute.

    Hundreds of pages in a row do not each wait for an authority that is down.
    """

    def __init__(self, url: str, *, seconds: float = SECONDS) -> None:
        self._url = url
        self._seconds = seconds
        self._quiet_until = 0.0
        self._lock = threading.Lock()

    def __call__(self, request: bytes) -> bytes:
        """Return the answer to a TimeStampReq, both in DER; raises ExchangeFailed."""
        with self._lock:
            if time.monotonic() < self._quiet_until:
                raise ExchangeFailed("it did not answer a moment ago")
        asked = Exchange(
            url=self._url,
            kinds={_KIND},
            limit=LARGEST_ANSWER,
            seconds=self._seconds,
            method="POST",
            body=request,
            headers={"Content-Type": "application/timestamp-query", "Accept": _KIND},
        )
        try:
            return exchange(asked)
        except ExchangeFailed:
            with self._lock:
                self._quiet_until = time.monotonic() + PAUSE_SECONDS
            raise
