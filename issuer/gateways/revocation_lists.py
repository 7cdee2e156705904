"""Revocation lists of others' authorities, fetched from where certificates name them.

The lists are signed, so plain http will do (RFC 5280 §8). One is kept for an hour.
"""

import threading
import time

from issuer.gateways.bounded_http import Exchange, exchange

SECONDS = 10
LARGEST_LIST = 8 * 1024 * 1024
KEPT_SECONDS = 3600


class RevocationLists:
    """Fetches lists, each at most once an hour."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[float, bytes]] = {}
        self._lock = threading.Lock()

    def __call__(self, url: str) -> bytes:
        """Return the list at `url`, in DER; raises ExchangeFailed."""
        with self._lock:
            since, data = self._kept.get(url, (0.0, b""))
            if data and time.monotonic() - since < KEPT_SECONDS:
                return data
        data = exchange(
            Exchange(url=url, kinds=(), limit=LARGEST_LIST, seconds=SECONDS)
        )
        with self._lock:
            self._kept[url] = (time.monotonic(), data)
        return data
