"""Errors as problem documents (RFC 9457), in the reader's language."""

from http import HTTPStatus

from flask import Blueprint, Response, json
from werkzeug.exceptions import HTTPException

from issuer.domain.errors import IssuerError, NotAllowed, NotFound
from issuer.i18n import translate

MEDIA_TYPE = "application/problem+json"


def problem(status: int, *, code: str, detail: str) -> Response:
    """Return a problem document."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    return Response(json.dumps(body), status=status, mimetype=MEDIA_TYPE)


def speak_problems(blueprint: Blueprint) -> None:
    """Let every refusal within `blueprint` answer with a problem document."""

    @blueprint.errorhandler(IssuerError)
    def refused(error: IssuerError) -> Response:
        status = {NotFound: 404, NotAllowed: 403}.get(type(error), 400)
        return problem(
            status, code=error.code, detail=translate(error.sentence, error.facts)
        )

    @blueprint.errorhandler(HTTPException)
    def failed(error: HTTPException) -> Response:
        status = error.code or 500
        detail = error.description or HTTPStatus(status).phrase
        return problem(status, code=f"http.{status}", detail=detail)
