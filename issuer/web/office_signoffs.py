"""Sign-offs at the coach's desk: withdrawing, returning, and which mark stands."""

from flask import Blueprint, render_template
from flask_babel import gettext

from issuer.domain.coverage import CoveredRequirement
from issuer.domain.errors import IssuerError, NotFound
from issuer.domain.people import Role
from issuer.services import ledger, signoffs
from issuer.web.forms import integer, text, with_error
from issuer.web.guards import at, db
from issuer.web.office_desk import Answer, acting_as, done


def show_withdrawal(period_id: int, sign_off_id: int) -> str:
    view = ledger.view_ledger(db(), acting_as(Role.COACH), period_id=period_id)
    told = _told(view, sign_off_id)
    return render_template("office/sign_off_withdraw.html", ledger=view, told=told)


def withdraw(period_id: int, sign_off_id: int) -> Answer:
    actor = acting_as(Role.COACH)
    _told(ledger.view_ledger(db(), actor, period_id=period_id), sign_off_id)
    try:
        signoffs.withdraw_sign_off(
            db(), actor, sign_off_id=sign_off_id, reason=text("reason"), at=at()
        )
    except IssuerError as error:
        return with_error(error, lambda: show_withdrawal(period_id, sign_off_id))
    told = gettext(
        "The sign-off was withdrawn. It stays in the ledger, struck through."
    )
    return done(told, "office.show_period", period_id=period_id)


def show_return(period_id: int, sign_off_id: int) -> str:
    view = ledger.view_ledger(db(), acting_as(Role.COACH), period_id=period_id)
    told = _told(view, sign_off_id)
    return render_template("office/sign_off_return.html", ledger=view, told=told)


def give_back(period_id: int, sign_off_id: int) -> Answer:
    actor = acting_as(Role.COACH)
    _told(ledger.view_ledger(db(), actor, period_id=period_id), sign_off_id)
    try:
        signoffs.return_sign_off(
            db(), actor, sign_off_id=sign_off_id, reason=text("reason"), at=at()
        )
    except IssuerError as error:
        return with_error(error, lambda: show_return(period_id, sign_off_id))
    told = gettext("Returned. The instructor sees your reason and can sign anew.")
    return done(told, "office.show_period", period_id=period_id)


def show_resolving(period_id: int, requirement_id: int) -> str:
    view = ledger.view_ledger(db(), acting_as(Role.COACH), period_id=period_id)
    requirement = _differing(view, requirement_id)
    return render_template(
        "office/marks_resolve.html",
        ledger=view,
        requirement=requirement,
        standing=requirement.standing,
    )


def resolve(period_id: int, requirement_id: int) -> Answer:
    actor = acting_as(Role.COACH)
    view = ledger.view_ledger(db(), actor, period_id=period_id)
    _differing(view, requirement_id)
    try:
        signoffs.resolve_marks(
            db(),
            actor,
            period_id=period_id,
            sign_off_id=integer("stands"),
            why=text("why"),
            at=at(),
        )
    except NotFound:
        raise
    except IssuerError as error:
        return with_error(error, lambda: show_resolving(period_id, requirement_id))
    told = gettext("Recorded which mark stands.")
    return done(told, "office.show_period", period_id=period_id)


def _told(view: ledger.Ledger, sign_off_id: int) -> ledger.ToldSignOff:
    for told in view.sign_offs:
        if told.sign_off.id == sign_off_id:
            return told
    raise NotFound


def _differing(view: ledger.Ledger, requirement_id: int) -> CoveredRequirement:
    for coverage in view.coverages:
        for requirement in coverage.requirements:
            standing = requirement.standing
            if requirement.requirement_id == requirement_id and standing:
                marks = {sign_off.mark for sign_off in standing.counting}
                if len(marks) > 1:
                    return requirement
    raise NotFound


def add_pages(blueprint: Blueprint) -> None:
    one = "/periods/<int:period_id>/sign-offs/<int:sign_off_id>"
    blueprint.get(f"{one}/withdraw")(show_withdrawal)
    blueprint.post(f"{one}/withdraw")(withdraw)
    blueprint.get(f"{one}/return")(show_return)
    blueprint.post(f"{one}/return")(give_back)
    differing = "/periods/<int:period_id>/requirements/<int:requirement_id>/resolve"
    blueprint.get(differing)(show_resolving)
    blueprint.post(differing)(resolve)
