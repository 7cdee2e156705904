"""Who is asking, and may they: one guard per blueprint, one mark for open pages.

A route is reached either through a guarded blueprint or carries `@open_to_all`; an
architecture test walks every route and knows no third way.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ParamSpec, TypeVar, cast

from flask import (
    Blueprint,
    after_this_request,
    current_app,
    g,
    redirect,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from issuer import clock
from issuer.domain.entry import Proof
from issuer.domain.errors import NotAllowed
from issuer.domain.people import Actor, Role
from issuer.services import sessions
from issuer.services.sessions import SignedIn
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


def is_demo() -> bool:
    """Tell whether the invented people may be played."""
    return wiring().settings.demo


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


def current_token() -> str:
    """Return the token under which this browser says it is signed in, or ""."""
    return request.cookies.get(sign_in_cookie(wiring().settings), "")


def current_session() -> SignedIn | None:
    """Return who is signed in and how they showed it, or None."""
    if "signed_in" not in g:
        token = current_token()
        found = sessions.find_signed_in(db(), token=token, at=at()) if token else None
        if found is not None and found.proof is Proof.NONE and not is_demo():
            found = None  # it was opened by the demo's door, before that was shut
        if found is not None and sessions.needs_marking(found, at=at()):
            _mark_seen(found)
        g.signed_in = found
    return cast("SignedIn | None", g.signed_in)


def _mark_seen(found: SignedIn) -> None:
    """Write the last use down, where only reading is done after the answer is sent.

    So nobody who only reads waits for whoever writes.
    """
    if request.method not in READING_METHODS:
        sessions.mark_seen(db(), found.session_id, at=at())
        return
    house, instant = wiring(), at()

    def mark() -> None:
        with house.sessions() as writing:
            sessions.mark_seen(writing, found.session_id, at=instant)

    def wait_for_the_end(answer: Response) -> Response:
        answer.call_on_close(mark)
        return answer

    after_this_request(wait_for_the_end)


def current_actor() -> Actor | None:
    """Return the signed-in person, or None."""
    if "actor" not in g:
        found = current_session()
        g.actor = found.actor if found else None
    return cast("Actor | None", g.actor)


def known_session() -> SignedIn:
    """Return the session of a guarded page; raises NotAllowed."""
    found = current_session()
    if found is None:
        raise NotAllowed
    return found


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
