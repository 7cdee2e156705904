"""The page of a task: mark what was seen, check it, sign it, read the receipt.

Nothing is stored between the pages: each form carries all of it to the next one.
"""

import re
from secrets import token_hex

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from issuer.domain.days import day_in_finland
from issuer.domain.errors import IssuerError, NotFound
from issuer.services import ledger, signoffs
from issuer.services.ledger import SignableTask, Worklist
from issuer.web.forms import text, with_error
from issuer.web.given_marks import (
    LONGEST_REMARK,
    Observation,
    SignableDays,
    read_observation,
    signable_days,
)
from issuer.web.guards import at, db, signed_in

_ONE_TIME_ID = re.compile(r"[0-9a-f]{32}")

Answer = str | Response | tuple[str, int]


def task(period_id: int, task_id: int) -> str:
    return _show_task(*_find_task(period_id, task_id))


def change_marks(period_id: int, task_id: int) -> str:
    """Come back from the check page with everything as it was marked."""
    return _show_task(*_find_task(period_id, task_id))


def start_over(period_id: int, task_id: int) -> Response:
    """Lead an address that only takes forms back to the page its form is on."""
    page = url_for("instructor.task", period_id=period_id, task_id=task_id)
    return redirect(page, code=303)


def check(period_id: int, task_id: int) -> Answer:
    worklist, found = _find_task(period_id, task_id)
    try:
        observation = read_observation(found, _days(worklist))
    except IssuerError as error:
        return with_error(error, lambda: _show_task(worklist, found))
    return _show_check(worklist, found, observation)


def sign(period_id: int, task_id: int) -> Answer:
    worklist, found = _find_task(period_id, task_id)
    try:
        observation = read_observation(found, _days(worklist))
        if not _ONE_TIME_ID.fullmatch(text("one_time_id")):
            return _show_check(worklist, found, observation)
        ids = signoffs.record_sign_offs(
            db(),
            signed_in(),
            period_id=period_id,
            marks=observation.as_marks(),
            observed_on=observation.observed_on,
            one_time_id=text("one_time_id"),
            at=at(),
        )
    except IssuerError as error:
        return with_error(error, lambda: _show_task(worklist, found))
    page = url_for("instructor.receipt", period_id=period_id, sign_off=ids)
    return redirect(page, code=303)


def receipt(period_id: int) -> str:
    worklist = ledger.view_worklist(db(), signed_in(), period_id=period_id)
    wanted = set(request.args.getlist("sign_off"))
    own = ledger.list_own_sign_offs(db(), signed_in())
    told = [line for line in own if str(line.sign_off.id) in wanted]
    if not told:
        raise NotFound
    return render_template(
        "instructor/receipt.html", period=worklist.period, told=told[::-1]
    )


def _find_task(period_id: int, task_id: int) -> tuple[Worklist, SignableTask]:
    worklist = ledger.view_worklist(db(), signed_in(), period_id=period_id)
    for found in worklist.tasks:
        if found.id == task_id:
            return worklist, found
    raise NotFound


def _days(worklist: Worklist) -> SignableDays:
    return signable_days(worklist.period, today=day_in_finland(at()))


def _show_task(worklist: Worklist, found: SignableTask) -> str:
    return render_template(
        "instructor/task.html",
        period=worklist.period,
        task=found,
        days=_days(worklist),
        limit=LONGEST_REMARK,
    )


def _show_check(
    worklist: Worklist, found: SignableTask, observation: Observation
) -> str:
    return render_template(
        "instructor/check.html",
        period=worklist.period,
        task=found,
        observation=observation,
        one_time_id=token_hex(16),
    )


def add_pages(blueprint: Blueprint, *, period: str) -> None:
    """Add the pages beneath `period`, the address of a work period."""
    page = f"{period}/tasks/<int:task_id>"
    blueprint.get(page)(task)
    blueprint.post(page)(change_marks)
    blueprint.get(f"{page}/check")(start_over)
    blueprint.post(f"{page}/check")(check)
    blueprint.get(f"{page}/sign")(start_over)
    blueprint.post(f"{page}/sign")(sign)
    blueprint.get(f"{period}/receipt")(receipt)
