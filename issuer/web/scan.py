"""The page that a certificate's QR code opens: a browser alone checks what it says.

The code's digits are the fragment of the address, which no browser sends. The page is
the same for everybody who reads its language, so it knows no reader and sets no cookie.
"""

from flask import Blueprint, make_response, render_template
from werkzeug.wrappers import Response

from issuer.domain.forbidden_claims import CLAUSE
from issuer.i18n import current_language
from issuer.web.guards import open_to_all

blueprint = Blueprint("scan", __name__)

MAX_AGE_SECONDS = 300


@blueprint.get("/q")
@open_to_all
def check_code() -> Response:
    """Answer with the page; it checks in the reader's browser and asks us nothing."""
    page = render_template(
        "public/scan.html",
        clause=CLAUSE[current_language()],
        actor=None,
        homes=(),
        get_flashed_messages=tuple,
    )
    answer = make_response(page)
    answer.headers["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
