"""The files of a certificate, as its holder and the office take them away."""

from werkzeug.wrappers import Response

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "json": "application/vc",
    "jwt": "application/vc+jwt",
    "png": "image/png",
}

SECONDS_TO_WAIT = 3


def certificate_file(serial: str, data: bytes, ending: str) -> Response:
    """Answer with a file to keep, named by its serial; nobody on the way keeps it."""
    answer = Response(data, content_type=MEDIA_TYPES[ending])
    name = f"osaamistodistus-{serial}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def not_ready(page: str) -> Response:
    """Answer with a page that waits for the file and shows it by itself."""
    answer = Response(page, status=202, content_type="text/html; charset=utf-8")
    answer.headers["Retry-After"] = str(SECONDS_TO_WAIT)
    return answer


def preview_file(data: bytes) -> Response:
    """Answer with a preview to look at; nobody on the way keeps it."""
    answer = Response(data, content_type=MEDIA_TYPES["pdf"])
    answer.headers["Content-Disposition"] = 'inline; filename="esikatselu.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
