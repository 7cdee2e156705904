"""The application: settings, wiring and edges put together, nothing more."""

import os

from flask import Flask, request
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response

from issuer.api.authorities import authorities
from issuer.api.did_documents import did_documents
from issuer.api.issuers import issuers
from issuer.api.status_lists import status_lists
from issuer.api.verification import verification
from issuer.cli.catalogue import catalogue
from issuer.cli.certificates import certificates
from issuer.cli.database import db
from issuer.cli.keys import keys
from issuer.cli.organisations import organisations
from issuer.cli.page_extension import extend
from issuer.cli.people import people
from issuer.cli.revocations import COMMANDS as REVOCATIONS
from issuer.cli.signoffs import signoffs
from issuer.cli.templates import templates
from issuer.cli.verifier import verifier
from issuer.cli.x509_keys import x509
from issuer.i18n import add_languages
from issuer.jobs import list_works
from issuer.settings import Settings, settings_from
from issuer.web import (
    demo_doors,
    enrolment,
    entry,
    entry_links,
    entry_passkeys,
    instructor,
    language,
    mine,
    office,
    participant,
    public,
    scan,
)
from issuer.web.callers import keep_browsers
from issuer.web.compression import pack_public_files
from issuer.web.cookies import set_cookie_flags
from issuer.web.errors import add_error_pages
from issuer.web.guards import READING_METHODS, close_db, open_to_all
from issuer.web.pages import add_page_context
from issuer.web.protection import CHECKS_PER_MINUTE, build_limiter, protect
from issuer.wiring import Wiring, build_wiring


class RowNumber(IntegerConverter):
    """A row's number in an address; one that no database column holds is no page."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


_YEAR = 365 * 24 * 3600


def create_app(
    settings: Settings | None = None,
    *,
    wiring: Wiring | None = None,
    due_work: bool = False,
) -> Flask:
    """Return the application; raises SettingsRefused if it should not start.

    `due_work` lets the serving process finish reserved certificates and pending pages
    in the background; without it, `flask certificates finish` does.
    """
    settings = settings or settings_from(os.environ)
    app = Flask("issuer", template_folder="web/templates", static_folder="web/static")
    app.url_map.converters["int"] = RowNumber
    app.config.update(SECRET_KEY=settings.secret_key, SEND_FILE_MAX_AGE_DEFAULT=_YEAR)
    app.extensions["issuer"] = wiring or build_wiring(settings)
    set_cookie_flags(app, settings)
    keep_browsers(app)
    add_languages(app)
    # What only reads a file changes nothing, so it needs no form token.
    protect(app, settings).exempt(verification)
    pack_public_files(app)
    add_error_pages(app)
    add_page_context(app, settings)
    app.teardown_request(close_db)
    open_to_all(app.view_functions["static"])
    _add_pages(app, settings)
    if due_work:
        _finish_due_work(app, app.extensions["issuer"])
    keys.add_command(x509)
    for command in (*REVOCATIONS, extend):
        certificates.add_command(command)
    for commands in (
        catalogue,
        certificates,
        db,
        keys,
        organisations,
        people,
        signoffs,
        templates,
        verifier,
    ):
        app.cli.add_command(commands)
    return app


def _add_pages(app: Flask, settings: Settings) -> None:
    limiter = build_limiter(app)
    public.limit_checks(limiter)
    app.register_blueprint(language.blueprint)
    for door in (entry, entry_links, entry_passkeys, enrolment):
        app.register_blueprint(door.blueprint)
    if settings.demo:
        app.register_blueprint(demo_doors.blueprint)
    app.register_blueprint(public.blueprint)
    app.register_blueprint(public.checks)
    app.register_blueprint(scan.blueprint)
    for audience in (office, instructor, participant, mine):
        app.register_blueprint(audience.blueprint)
    limiter.shared_limit(CHECKS_PER_MINUTE, scope="checks")(verification)
    for blueprint in (verification, did_documents, issuers, status_lists, authorities):
        app.register_blueprint(blueprint)
    for endpoint, view in app.view_functions.items():
        if endpoint.startswith("api_"):
            open_to_all(view)


def _finish_due_work(app: Flask, wiring: Wiring) -> None:
    """Look for due work at the first request and after every one that may write."""
    works = list_works(wiring)
    due_work_seen = {"first": False}

    def wake(answer: Response) -> Response:
        if request.method not in READING_METHODS or not due_work_seen["first"]:
            due_work_seen["first"] = True
            for work in works:
                work.wake()
        return answer

    app.after_request(wake)
