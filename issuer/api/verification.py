"""The report as JSON: on a certificate's number, and on a file that a system sends."""

from typing import Final

from flask import Blueprint, Response, current_app, json, request

from issuer.api.openapi import DOCUMENT
from issuer.api.problems import problem, speak_problems
from issuer.api.schemas import ReportSchema
from issuer.clock import now
from issuer.domain.verification import Report, Verdict
from issuer.i18n import report_as_json, translate
from issuer.services.pdf_apart import TooManyPdfs
from issuer.wiring import Wiring

verification = Blueprint("api_verification", __name__, url_prefix="/api/v1")
speak_problems(verification)

LARGEST_FILE: Final = 20 * 1024 * 1024


@verification.get("/certificates/<serial>/verification")
def report(serial: str) -> Response:
    """Answer with the report; an unknown or malformed serial is 404, report and all."""
    house: Wiring = current_app.extensions["issuer"]
    with house.reading() as session:
        found = house.check_published(session, serial, now())
    status = 404 if found.verdict is Verdict.UNKNOWN and not found.serial else 200
    return _answer(found, status=status)


@verification.post("/verifications")
def verify() -> Response:
    """Answer with the report on the file that is the body; nothing of it is kept."""
    request.max_content_length = LARGEST_FILE
    house: Wiring = current_app.extensions["issuer"]
    data = request.get_data(cache=False)
    with house.reading() as session:
        found = house.check_stranger(session, data, now())
    return _answer(found, status=200)


@verification.get("/openapi.json")
def openapi() -> Response:
    """Answer with the description of this interface (OpenAPI 3.1)."""
    answer = Response(json.dumps(DOCUMENT), mimetype="application/json")
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


@verification.errorhandler(TooManyPdfs)
def busy(error: TooManyPdfs) -> Response:
    """Ask to come again: other PDFs are being read."""
    answer = problem(
        503, code=error.code, detail=translate(error.sentence, error.facts)
    )
    answer.headers["Retry-After"] = "5"
    return answer


def _answer(found: Report, *, status: int) -> Response:
    body = ReportSchema().dump(report_as_json(found))
    answer = Response(json.dumps(body), status=status, mimetype="application/json")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
