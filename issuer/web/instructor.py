"""The instructor's pages: whose work, what was done today, my own sign-offs."""

from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from issuer.domain.days import day_in_finland
from issuer.domain.errors import IssuerError, NotFound
from issuer.domain.people import Role
from issuer.domain.signoffs import AlreadyWithdrawn
from issuer.services import ledger, signoffs
from issuer.services.ledger import ToldSignOff, Worklist
from issuer.web import instructor_receipt, instructor_signing
from issuer.web.forms import text, with_error
from issuer.web.guards import at, db, guard, signed_in

blueprint = Blueprint("instructor", __name__, url_prefix="/work")
guard(blueprint, Role.INSTRUCTOR)

LINES_A_PAGE = 30
# As large as the ids of every database: a larger number is no page of ours.
_PERIOD = "/<int:period_id>"

instructor_signing.add_pages(blueprint, period=_PERIOD)
instructor_receipt.add_pages(blueprint, period=_PERIOD)


@blueprint.get("")
def people() -> str:
    found = ledger.list_worklists(db(), signed_in())
    today = day_in_finland(at())
    cards = [(w.period, _open_count(w), _last_signed(w)) for w in found]
    ended = [c for c in cards if c[0].ends_on and c[0].ends_on < today]
    current = [c for c in cards if c not in ended]
    return render_template("instructor/people.html", current=current, ended=ended)


@blueprint.get(_PERIOD)
def period(period_id: int) -> str:
    worklist = ledger.view_worklist(db(), signed_in(), period_id=period_id)
    return render_template(
        "instructor/period.html",
        worklist=worklist,
        last_signed=_last_signed(worklist),
    )


@blueprint.get("/mine")
def mine() -> str:
    told = ledger.list_own_sign_offs(db(), signed_in())
    page = max(request.args.get("page", 1, type=int), 1)
    first = (page - 1) * LINES_A_PAGE
    return render_template(
        "instructor/mine.html",
        told=told[first : first + LINES_A_PAGE],
        newer=page - 1,
        older=page + 1 if len(told) > first + LINES_A_PAGE else 0,
    )


@blueprint.get("/mine/<int:sign_off_id>/withdraw")
def ask_withdraw(sign_off_id: int) -> str | Response:
    told = _find_own(sign_off_id)
    return _to_mine() if told.sign_off.is_withdrawn else _show_withdraw(told)


@blueprint.post("/mine/<int:sign_off_id>/withdraw")
def withdraw(sign_off_id: int) -> Response | tuple[str, int]:
    told = _find_own(sign_off_id)
    try:
        signoffs.withdraw_sign_off(
            db(), signed_in(), sign_off_id=sign_off_id, reason=text("reason"), at=at()
        )
    except AlreadyWithdrawn:  # a double tap: the list shows that it is withdrawn
        return _to_mine()
    except IssuerError as error:
        return with_error(error, lambda: _show_withdraw(told))
    flash(gettext("The sign-off was taken back. It stays in the books as withdrawn."))
    return _to_mine()


def _to_mine() -> Response:
    return redirect(url_for("instructor.mine"), code=303)


def _find_own(sign_off_id: int) -> ToldSignOff:
    for told in ledger.list_own_sign_offs(db(), signed_in()):
        if told.sign_off.id == sign_off_id:
            return told
    raise NotFound


def _show_withdraw(told: ToldSignOff) -> str:
    return render_template("instructor/withdraw.html", told=told)


def _open_count(worklist: Worklist) -> int:
    """Count skills not marked yet; one that two tasks show is one skill."""
    return len(
        {
            (requirement.code, requirement.text)
            for task in worklist.tasks
            for requirement in task.requirements
            if requirement.signed is None
        }
    )


def _last_signed(worklist: Worklist) -> datetime | None:
    signed = [
        requirement.signed.signed_at
        for task in worklist.tasks
        for requirement in task.requirements
        if requirement.signed
    ]
    return max(signed, default=None)
