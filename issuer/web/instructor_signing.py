"""The page of a task: mark what was seen, check it, sign it.

Nothing is stored between the pages: each form carries all of it to the next one.
"""

import json

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from issuer.domain.days import day_in_finland
from issuer.domain.errors import IssuerError, NotFound
from issuer.domain.signoffs import FormSentBefore
from issuer.i18n import current_language, day
from issuer.services import ledger, passkeys
from issuer.services.ledger import SignableTask, Worklist
from issuer.web.device_signing import (
    declaration_words,
    find_one_time_id,
    new_one_time_id,
    offer_of,
    record,
)
from issuer.web.forms import text, with_error
from issuer.web.given_marks import (
    LONGEST_REMARK,
    Observation,
    SignableDays,
    read_observation,
    signable_days,
)
from issuer.web.guards import at, db, signed_in

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
        return _show_check(worklist, found, observation)
    except IssuerError as error:
        return with_error(error, lambda: _show_task(worklist, found))


def offer(period_id: int, task_id: int) -> dict[str, object]:
    """Answer the page's module with what signing its one mark takes; else NotFound."""
    worklist, found = _find_task(period_id, task_id)
    observation = read_observation(found, _days(worklist))
    one_time_id = new_one_time_id()
    offered = offer_of(period_id, observation, one_time_id)
    if offered is None or len(observation.chosen) != 1:
        raise NotFound
    requirement = observation.chosen[0].requirement
    return {
        "oneTimeId": one_time_id,
        "id": requirement.mapping_id,
        "words": requirement.text.in_language(current_language()),
        "day": day(observation.observed_on),
        "observedOn": observation.observed_on.isoformat(),
        "signing": offered.as_document(),
    }


def sign(period_id: int, task_id: int) -> Answer:
    """Record what the form says, signed where the device of the page signed it.

    A signature that does not hold leads back to the check page, which can be signed
    again; anything else to the page of the task.
    """
    worklist, found = _find_task(period_id, task_id)
    try:
        observation = read_observation(found, _days(worklist))
    except IssuerError as error:
        return with_error(error, lambda: _show_task(worklist, found))
    one_time_id = find_one_time_id()
    if one_time_id is None:
        return _show_check(worklist, found, observation)
    try:
        ids = record(period_id, observation, one_time_id)
    except IssuerError as error:
        if text("answer") and not isinstance(error, FormSentBefore):
            return with_error(error, lambda: _show_check(worklist, found, observation))
        return with_error(error, lambda: _show_task(worklist, found))
    page = url_for("instructor.receipt", period_id=period_id, sign_off=ids)
    return redirect(page, code=303)


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
        has_passkey=bool(passkeys.list_own_passkeys(db(), signed_in())),
        declaration=declaration_words(),
    )


def _show_check(
    worklist: Worklist, found: SignableTask, observation: Observation
) -> str:
    one_time_id = new_one_time_id()
    offer = offer_of(worklist.period.id, observation, one_time_id)
    return render_template(
        "instructor/check.html",
        period=worklist.period,
        task=found,
        observation=observation,
        one_time_id=one_time_id,
        declaration=declaration_words(),
        offer=offer,
        offer_json=json.dumps(offer.as_document()) if offer else None,
    )


def add_pages(blueprint: Blueprint, *, period: str) -> None:
    """Add the pages beneath `period`, the address of a work period."""
    page = f"{period}/tasks/<int:task_id>"
    blueprint.get(page)(task)
    blueprint.post(page)(change_marks)
    blueprint.get(f"{page}/check")(start_over)
    blueprint.post(f"{page}/check")(check)
    blueprint.post(f"{page}/offer")(offer)
    blueprint.get(f"{page}/sign")(start_over)
    blueprint.post(f"{page}/sign")(sign)
