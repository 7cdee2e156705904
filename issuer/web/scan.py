"""The page that a certificate's QR code opens: a browser alone checks what it says.

The code's digits are the fragment of the address, which no browser sends. The page is
the same for everybody who reads its language, so it knows no reader and sets no cookie.
A device keeps it, with its scripts, and can check where there is no connection.
"""

from functools import cache
from hashlib import sha256

from flask import Blueprint, json, make_response, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from issuer.domain.forbidden_claims import CLAUSE
from issuer.i18n import current_language
from issuer.services.joined_scripts import join_scripts
from issuer.web.guards import open_to_all
from issuer.web.pages import STATIC, static_url
from issuer.web.protection import CONTENT_SECURITY_POLICY

blueprint = Blueprint("scan", __name__)

MAX_AGE_SECONDS = 300
WORKER = "js/keeping_worker.js"
SCRIPTS = (
    "compact_proof",
    "issuer_files",
    "scan_conclusion",
    "speaking",
    "keeping",
    "scan",
)
YEAR_SECONDS = 365 * 24 * 3600
KEPT_FILES = (
    "css/app.css",
    "css/files.css",
    "css/scan.css",
    "icon.svg",
    "js/compact_proof.js",
    "js/credential_check.js",
    "js/credential_file.js",
    "js/files.js",
    "js/files_page.js",
    "js/files_table.js",
    "js/issuer_files.js",
    "js/page_seal.js",
    "js/keeping.js",
    "js/scan_conclusion.js",
    "js/speaking.js",
)


@blueprint.get("/q")
@open_to_all
def check_code() -> Response:
    """Answer with the page; it checks in the reader's browser and asks us nothing."""
    page = render_template(
        "public/scan.html", script=_script_address(), **page_of_nobody()
    )
    return for_everybody(page)


@blueprint.get("/q/scan.js")
@open_to_all
def script() -> Response:
    """Answer with the page's modules as one file: a weak network asks but once."""
    answer = for_everybody(_script())
    answer.mimetype = "text/javascript"
    answer.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}"
    return answer


@blueprint.get("/q/files")
@open_to_all
def check_files() -> Response:
    """Answer with the page that checks files in the reader's browser, sent nowhere."""
    answer = for_everybody(render_template("public/files.html", **page_of_nobody()))
    policy = f"{CONTENT_SECURITY_POLICY}; frame-src blob:"
    answer.headers["Content-Security-Policy"] = policy
    return answer


@blueprint.get("/q/worker.js")
@open_to_all
def worker() -> Response:
    """Answer with the script that keeps the verifier on a device (Service Workers)."""
    addresses = [*map(static_url, KEPT_FILES), _script_address()]
    pages = [url_for("scan.check_code"), url_for("scan.check_files")]
    source = (STATIC / WORKER).read_text(encoding="utf-8")
    version = sha256(repr((pages, addresses, source)).encode()).hexdigest()[:12]
    kept = {"version": version, "pages": pages, "addresses": addresses}
    answer = for_everybody(f"const KEPT = {json.dumps(kept)};\n{source}")
    answer.mimetype = "text/javascript"
    answer.headers["Service-Worker-Allowed"] = url_for("scan.check_code")
    return answer


@blueprint.get("/q/app.webmanifest")
@open_to_all
def manifest() -> Response:
    """Answer with what a phone needs to install the verifier (Web App Manifest)."""
    icon = {"src": static_url("icon.svg"), "type": "image/svg+xml", "sizes": "any"}
    told = {
        "name": gettext("Check a certificate"),
        "short_name": gettext("Check"),
        "lang": current_language(),
        "id": url_for("scan.check_code"),
        "start_url": url_for("scan.check_code"),
        "scope": url_for("scan.check_code"),
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#14523f",
        "icons": [{**icon, "purpose": "any"}, {**icon, "purpose": "maskable"}],
    }
    answer = for_everybody(json.dumps(told))
    answer.mimetype = "application/manifest+json"
    return answer


@cache
def _script() -> str:
    folder = STATIC / "js"
    sources = {
        name: (folder / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS
    }
    return join_scripts(sources, start="start")


def _script_address() -> str:
    fingerprint = sha256(_script().encode()).hexdigest()[:12]
    return url_for("scan.script", v=fingerprint)


def page_of_nobody() -> dict[str, object]:
    """Return what a template is told on a page that knows no reader."""
    return {
        "clause": CLAUSE[current_language()],
        "actor": None,
        "homes": (),
        "get_flashed_messages": tuple,
    }


def for_everybody(body: str) -> Response:
    """Return an answer that any browser may keep, and that tells no other site."""
    answer = make_response(body)
    answer.headers["Cache-Control"] = f"public, max-age={MAX_AGE_SECONDS}"
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
