"""GET /api/v1/certificates/<serial>/verification: the report as JSON."""

from flask import Blueprint, Response, current_app, json

from issuer.api.problems import speak_problems
from issuer.api.schemas import ReportSchema
from issuer.clock import now
from issuer.domain.verification import Verdict
from issuer.i18n import report_as_json
from issuer.wiring import Wiring

verification = Blueprint("api_verification", __name__, url_prefix="/api/v1")
speak_problems(verification)


@verification.get("/certificates/<serial>/verification")
def report(serial: str) -> Response:
    """Answer with the report; an unknown or malformed serial is 404, report and all."""
    house: Wiring = current_app.extensions["issuer"]
    with house.reading() as session:
        found = house.check_published(session, serial, now())
    status = 404 if found.verdict is Verdict.UNKNOWN and not found.serial else 200
    body = ReportSchema().dump(report_as_json(found))
    answer = Response(json.dumps(body), status=status, mimetype="application/json")
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
