"""Who is asking, and may they: one guard per blueprint, one mark for open pages.

A route is reached either through a guarded blueprint or carries `@open_to_all`; an
architecture test walks every route and knows no third way.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

from flask import Blueprint, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from issuer import clock
from issuer.domain.errors import NotAllowed
from issuer.domain.people import Actor, Role
from issuer.services import sessions
from issuer.web.cookies import sign_in_cookie
from issuer.wiring import Wiring

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

P = ParamSpec("P")
T = TypeVar("T")

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
GUARDED_BLUEPRINTS: set[str] = set()


def wiring() -> Wiring:
    """Return the application's wiring."""
    return cast("Wiring", current_app.extensions["issuer"])


def db() -> "Session":
    """Return the request's database session: one that reads, unless it may write."""
    if "db" not in g:
        reads = request.method in READING_METHODS
        g.db = wiring().reading() if reads else wiring().sessions()
    return cast("Session", g.db)


def close_db(_error: BaseException | None = None) -> None:
    """Give the session back; what no use case committed is rolled back."""
    if session := g.pop("db", None):
        session.close()


def at() -> datetime:
    """Return the instant of this request: one and the same for all it does."""
    if "at" not in g:
        g.at = clock.now()
    return cast("datetime", g.at)


def current_actor() -> Actor | None:
    """Return the signed-in person, or None."""
    if "actor" not in g:
        token = request.cookies.get(sign_in_cookie(wiring().settings))
        g.actor = sessions.find_actor(db(), token=token, at=at()) if token else None
    return cast("Actor | None", g.actor)


def signed_in() -> Actor:
    """Return the signed-in person of a guarded page; raises NotAllowed."""
    actor = current_actor()
    if actor is None:
        raise NotAllowed
    return actor


def guard(blueprint: Blueprint, *roles: Role) -> None:
    """Let only people with one of `roles` into the blueprint; others sign in first."""

    def stand_guard() -> Response | None:
        actor = current_actor()
        if actor is None:
            reads = request.method in READING_METHODS
            wanted = request.full_path.rstrip("?") if reads else None
            return redirect(url_for("entry.sign_in", next=wanted), code=303)
        if not actor.has(*roles):
            raise NotAllowed
        return None

    blueprint.before_request(stand_guard)
    GUARDED_BLUEPRINTS.add(blueprint.name)


def open_to_all(view: Callable[P, T]) -> Callable[P, T]:
    """Mark a view as meant for anybody, signed in or not."""
    view.is_open_to_all = True  # type: ignore[attr-defined]
    return view
