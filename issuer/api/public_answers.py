"""Answers that are the same for everybody: kept on the way, read from any origin."""

from hashlib import sha256

from flask import Response, request


def public_answer(data: bytes | str, *, mimetype: str, max_age: int) -> Response:
    """Answer with a public file, or 304 to one who has it; `max_age` in seconds."""
    answer = Response(data, mimetype=mimetype)
    answer.headers["Cache-Control"] = f"public, max-age={max_age}"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.set_etag(sha256(answer.get_data()).hexdigest())
    answer.make_conditional(request)
    return answer
