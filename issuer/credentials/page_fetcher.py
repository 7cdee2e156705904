"""What the renderer may read: assets in memory, and nothing else.

No network, no file system, no `data:`. WeasyPrint's default fetcher would follow any
address in a template or a text (CVE-2026-55073 was one way in).
"""

from collections.abc import Mapping
from pathlib import PurePosixPath

from weasyprint.urls import URLFetcher, URLFetcherResponse

SCHEME = "asset"

_MEDIA_TYPES = {
    ".ttf": "font/ttf",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
}
_PNG_SIGNATURE = b"\x89PNG"


class AssetFetcher(URLFetcher):  # type: ignore[misc]  # weasyprint ships no types
    """Answers `asset:<name>` from memory and refuses every other address.

    A refusal stops the rendering with weasyprint.urls.FatalURLFetchingError, which
    derives from BaseException so that nothing swallows it.
    """

    def __init__(self, assets: Mapping[str, bytes]) -> None:
        super().__init__(
            allowed_protocols=(SCHEME,), allow_redirects=False, fail_on_errors=True
        )
        self._assets = assets

    def fetch(
        self, url: str, headers: Mapping[str, str] | None = None
    ) -> URLFetcherResponse:
        """Return the asset's bytes; the base class's openers are never reached."""
        del headers
        scheme, _, name = url.partition(":")
        if scheme != SCHEME or name not in self._assets:
            raise ValueError(f"not an asset of this page: {url!r}")
        data = self._assets[name]
        # The organisation's logo has no name of its own, and is one of two kinds.
        suffix = PurePosixPath(name).suffix or _suffix_of(data)
        return URLFetcherResponse(url, data, {"Content-Type": _MEDIA_TYPES[suffix]})


def _suffix_of(data: bytes) -> str:
    return ".png" if data.startswith(_PNG_SIGNATURE) else ".svg"
