"""What every page template may ask: who is here, in which language, what was typed."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, request, url_for
from flask.globals import request_ctx

from issuer.domain.people import OFFICE_ROLES, Actor, Role
from issuer.i18n import LANGUAGE_NAMES, current_language
from issuer.settings import Settings
from issuer.web.forms import form_error, ticked, typed
from issuer.web.guards import current_actor

STATIC = Path(__file__).parent / "static"


def add_page_context(app: Flask, settings: Settings) -> None:
    """Give templates and their macros what every page needs."""
    app.jinja_env.globals.update(
        current_language=current_language,
        form_error=form_error,
        language_link=language_link,
        static_url=static_url,
        ticked=ticked,
        typed=typed,
    )

    def context() -> dict[str, object]:
        actor = current_actor()
        return {
            "actor": actor,
            "homes": homes_of(actor),
            "is_demo": settings.demo,
            "language": current_language(),
            "languages": LANGUAGE_NAMES,
            "public_host": settings.public_url.partition("://")[2],
        }

    app.context_processor(context)


@cache
def fingerprint(name: str) -> str:
    """Return a name for the contents of a static file."""
    return sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def static_url(name: str) -> str:
    """Return the address of a static file; it changes when the file does."""
    return url_for("static", filename=name, v=fingerprint(name))


def homes_of(actor: Actor | None) -> tuple[str, ...]:
    """Return the start pages of a person's roles, the daily one first."""
    if actor is None:
        return ()
    homes = []
    if actor.has(*OFFICE_ROLES):
        homes.append("/office")
    if actor.has(Role.INSTRUCTOR):
        homes.append("/work")
    if actor.has(Role.PARTICIPANT):
        homes.append("/me")
    return tuple(homes)


def language_link(language: str) -> str:
    """Return the link that shows this page in `language`."""
    return url_for("language.choose", code=language, next=_this_page())


def _this_page() -> str:
    """Return the address of this page, or of the start where it only takes forms."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    adapter = request_ctx.url_adapter
    return request.path if adapter and adapter.test(method="GET") else "/"
