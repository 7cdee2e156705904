"""What a weak network should get soon, and everybody alike, goes packed (gzip).

Signed files go as they were signed: a list is packed within. Pages that know their
reader are not packed: with a token in them, their packed length would tell something of
it to who can make the page say things.
"""

import gzip
from functools import lru_cache
from typing import Final

from flask import Flask, request
from werkzeug.wrappers import Response

SMALLEST: Final = 500
_KINDS: Final = ("text/", "application/manifest+json", "image/svg+xml")


def pack_public_files(app: Flask) -> None:
    """Let scripts, styles and the verifier's pages be sent packed."""
    app.after_request(_packed)


def _packed(answer: Response) -> Response:
    is_public = request.endpoint == "static" or request.blueprint == "scan"
    kind = answer.mimetype or ""
    if not is_public or answer.status_code != 200 or not kind.startswith(_KINDS):
        return answer
    answer.vary.add("Accept-Encoding")
    if not request.accept_encodings["gzip"] or request.method != "GET":
        return answer
    answer.direct_passthrough = False
    data = answer.get_data()
    if len(data) < SMALLEST:
        return answer
    answer.set_data(_pack(data))
    answer.headers["Content-Encoding"] = "gzip"
    etag, _ = answer.get_etag()
    if etag:
        answer.set_etag(etag, weak=True)
    return answer


@lru_cache(maxsize=128)
def _pack(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)
