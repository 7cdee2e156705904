"""The files of a certificate, as its holder and the office take them away."""

from werkzeug.wrappers import Response

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "json": "application/vc",
    "jwt": "application/vc+jwt",
    "png": "image/png",
}


def certificate_file(serial: str, data: bytes, ending: str) -> Response:
    """Answer with a file to keep, named by its serial; nobody on the way keeps it."""
    answer = Response(data, content_type=MEDIA_TYPES[ending])
    name = f"osaamistodistus-{serial}.{ending}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
