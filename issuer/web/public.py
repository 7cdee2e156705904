"""Pages for anybody: the start, the check of a certificate, published reports."""

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_limiter import Limiter
from werkzeug.wrappers import Response

from issuer.domain.forbidden_claims import CLAUSE
from issuer.domain.texts import LocalText
from issuer.domain.verification import Outcome
from issuer.i18n import current_language
from issuer.services import reports
from issuer.web.guards import at, db, open_to_all, wiring
from issuer.web.protection import CHECKS_PER_MINUTE

blueprint = Blueprint("public", __name__)
checks = Blueprint("checks", __name__)

LONGEST_TYPED = 64


def limit_checks(limiter: Limiter) -> None:
    """Let one address look at so many check pages a minute, all together."""
    limiter.shared_limit(CHECKS_PER_MINUTE, scope="checks")(checks)


@blueprint.get("/")
@open_to_all
def landing() -> Response:
    return _findable(render_template("public/landing.html"))


@blueprint.get("/about")
@open_to_all
def about() -> Response:
    return _findable(render_template("public/about.html", clause=_clause()))


@blueprint.get("/accessibility")
@open_to_all
def accessibility() -> Response:
    return _findable(render_template("public/accessibility.html"))


@blueprint.get("/reports/<public_id>")
@open_to_all
def report(public_id: str) -> Response:
    view = reports.view_report(db(), public_id=public_id)
    content = view.content
    tasks = [
        (task, [(line, _texts(line["text"])) for line in task["requirements"]])
        for task in content["tasks"]
    ]
    page = render_template(
        "public/environment_report.html",
        view=view,
        content=content,
        qualification=_texts(content["qualification"]),
        tasks=tasks,
    )
    return _findable(page)


@checks.after_request
def _tell_nobody(answer: Response) -> Response:
    """Let no other site learn the serial from the address of the page."""
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@checks.get("/v")
@open_to_all
def ask() -> str | Response:
    """Ask for a number; a form without script brings it back as `serial`."""
    serial = "".join(request.args.get("serial", "").split())[:LONGEST_TYPED]
    if serial.strip("/."):
        return redirect(url_for("checks.check", serial=serial), code=303)
    return render_template("public/ask.html")


@checks.get("/v/<path:serial>")
@open_to_all
def check(serial: str) -> tuple[str, int]:
    """Show what the check found. An unknown and a malformed number look the same."""
    found = wiring().check_published(db(), serial, at=at())
    page = render_template(
        "public/check.html", report=found, clause=_clause(), outcomes=Outcome
    )
    return page, 200 if found.serial else 404


def _findable(page: str) -> Response:
    answer = make_response(page)
    answer.headers["X-Robots-Tag"] = "all"
    return answer


def _clause() -> str:
    return CLAUSE[current_language()]


def _texts(given: dict[str, str]) -> LocalText:
    return LocalText(given.get("fi"), given.get("sv"), given.get("en"))
