"""The receipt of what was just signed, and undoing it while that is open."""

from collections.abc import Collection

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from issuer.domain.errors import NotFound
from issuer.domain.undo import UndoClosed, is_open
from issuer.services import ledger, passkeys, undoing
from issuer.services.ledger import ToldSignOff
from issuer.web.forms import with_error
from issuer.web.guards import at, db, signed_in, wiring

Answer = str | Response | tuple[str, int]


def receipt(period_id: int) -> str:
    return _show_receipt(period_id, request.args.getlist("sign_off"))


def undo(period_id: int) -> Answer:
    """Undo what one receipt shows, while its window is open."""
    wanted = request.form.getlist("sign_off")
    told = _signed(wanted)
    if not told:
        raise NotFound
    ids = [line.sign_off.id for line in told]
    try:
        undone = undoing.undo_sign_offs(
            db(), signed_in(), sign_off_ids=ids, undo=wiring().undo, at=at()
        )
    except UndoClosed as error:
        return with_error(error, lambda: _show_receipt(period_id, wanted))
    if undone:
        flash(gettext("Undone. It stays in the books as withdrawn and does not count."))
    page = url_for("instructor.receipt", period_id=period_id, sign_off=ids)
    return redirect(page, code=303)


def to_person(period_id: int) -> Response:
    """Lead an address that only takes forms to the person whose work was signed."""
    return redirect(url_for("instructor.period", period_id=period_id), code=303)


def _signed(wanted: Collection[str]) -> list[ToldSignOff]:
    own = ledger.list_own_sign_offs(db(), signed_in())
    return [line for line in own if str(line.sign_off.id) in wanted]


def _show_receipt(period_id: int, wanted: Collection[str]) -> str:
    worklist = ledger.view_worklist(db(), signed_in(), period_id=period_id)
    told = _signed(wanted)[::-1]
    if not told:
        raise NotFound
    standing = [line.sign_off for line in told if not line.sign_off.is_withdrawn]
    first = min((each.received_at for each in standing), default=None)
    can_undo = first is not None and is_open(first, undo=wiring().undo, at=at())
    return render_template(
        "instructor/receipt.html",
        period=worklist.period,
        told=told,
        standing=standing,
        undo_until=first + wiring().undo if first and can_undo else None,
        offers_passkey=not passkeys.list_own_passkeys(db(), signed_in()),
    )


def add_pages(blueprint: Blueprint, *, period: str) -> None:
    """Add the pages beneath `period`, the address of a work period."""
    blueprint.get(f"{period}/receipt")(receipt)
    blueprint.get(f"{period}/receipt/undo")(to_person)
    blueprint.post(f"{period}/receipt/undo")(undo)
