"""Error pages: what happened, what is safe, what to do next; always a way back."""

from dataclasses import dataclass

from flask import Flask, g, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from issuer.domain.errors import IssuerError, NotAllowed, NotFound, sentence
from issuer.i18n import translate


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What an error page says, in English; the page translates it."""

    status: int
    title: str
    text: str


NOT_FOUND = ErrorPage(
    404,
    sentence("This page was not found"),
    sentence("There is no such page, or it is not yours to see."),
)
NOT_ALLOWED = ErrorPage(
    403, sentence("This page is not for your role"), NotAllowed.sentence
)
FORM_TOO_OLD = ErrorPage(
    400,
    sentence("The form was open too long"),
    sentence(
        "Nothing was saved. Go back, load the page again and send it once more. "
        "Copy a long text first."
    ),
)
FROM_ELSEWHERE = ErrorPage(
    403,
    sentence("This form did not come from our page"),
    sentence("Nothing was changed. Open the page here and send the form again."),
)
OTHERS = {
    400: ErrorPage(
        400,
        sentence("The request could not be read"),
        sentence("Nothing was changed. Go back and try again."),
    ),
    403: NOT_ALLOWED,
    404: NOT_FOUND,
    405: ErrorPage(
        405,
        sentence("This page opens only from its form"),
        sentence("Nothing was changed. Go back to the page the form is on."),
    ),
    413: ErrorPage(
        413,
        sentence("That was too much to send at once"),
        sentence("Nothing was saved. Send a smaller file or a shorter text."),
    ),
    429: ErrorPage(
        429,
        sentence("Too many checks in a short time"),
        sentence("Wait a minute and try again. Certificates are not affected."),
    ),
    500: ErrorPage(
        500,
        sentence("Something went wrong here"),
        sentence(
            "The fault is ours, and it has been written to the log. What was saved "
            "before is safe. Try again in a moment."
        ),
    ),
    503: ErrorPage(
        503,
        sentence("The service is busy or being maintained"),
        sentence("What was saved before is safe. Try again in a moment."),
    ),
}


_STATUSES = {
    "entry.other_browser": 403,
    "entry.proof_needed": 403,
    "entry.staff_need_passkey": 403,
    "entry.link_closed": 410,
    "entry.code_spent": 410,
    "entry.pin_locked": 429,
    "entry.too_many_tries": 429,
}
_MALFORMED = (
    "text.",
    "date.",
    "serial.",
    "form.",
    "look.",
    "logo.",
    "licence_card.",
    "entry.code_wrong",
    "entry.pin_wrong",
)


def status_of(error: IssuerError) -> int:
    """Return the HTTP status of a refusal."""
    if isinstance(error, NotFound):
        return 404
    if isinstance(error, NotAllowed):
        return 403
    if status := _STATUSES.get(error.code):
        return status
    malformed = error.code.startswith(_MALFORMED)
    return 400 if malformed else 409


def add_error_pages(app: Flask) -> None:
    """Register the pages; blueprints that answer machines register their own."""
    app.register_error_handler(IssuerError, _show_refusal)
    app.register_error_handler(CSRFError, _show_form_too_old)
    app.register_error_handler(HTTPException, _show_http_error)


def show_error(page: ErrorPage, facts: dict[str, str | int] | None = None) -> str:
    """Render an error page."""
    return render_template("error.html", page=page, text=translate(page.text, facts))


def _show_refusal(error: IssuerError) -> tuple[str, int]:
    status = status_of(error)
    if status == 404:
        return show_error(NOT_FOUND), 404
    title = NOT_ALLOWED.title if status == 403 else sentence("This could not be done")
    return show_error(ErrorPage(status, title, error.sentence), error.facts), status


def _show_form_too_old(error: CSRFError) -> tuple[str, int]:
    return show_error(FORM_TOO_OLD), 400


def _show_http_error(error: HTTPException) -> HTTPException | tuple[str, int]:
    if error.code is None or error.code < 400:
        return error
    if error.code >= 500:
        g.actor = None
    page = OTHERS.get(error.code) or (OTHERS[500 if error.code >= 500 else 400])
    return show_error(page), error.code
