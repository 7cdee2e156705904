"""Undoing what was just signed: all of it or nothing, by new records.

What is undone stays in the books as withdrawn. After the window a sign-off is taken
back one by one, with a reason where there is one (`signoffs`).
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from issuer.domain.errors import NotFound
from issuer.domain.people import Actor, Role
from issuer.domain.undo import UndoClosed, is_open
from issuer.records import signoffs as rows
from issuer.records.audit import add_deed
from issuer.services.authority import require_role_of


def undo_sign_offs(
    session: Session,
    actor: Actor,
    *,
    sign_off_ids: Collection[int],
    undo: timedelta,
    at: datetime,
) -> int:
    """Withdraw these own sign-offs within the window; return how many were undone.

    What was undone or taken back before is left as it is, so a second tap undoes
    nothing more. Raises NotAllowed, NotFound and UndoClosed; nothing is then undone.
    """
    require_role_of(actor, Role.INSTRUCTOR)
    found = [
        rows.get_sign_off(session, id_, organisation_id=actor.organisation_id)
        for id_ in sorted(set(sign_off_ids))
    ]
    if not found or any(row.instructor_id != actor.person_id for row in found):
        raise NotFound
    standing = [
        row
        for row in found
        if rows.find_withdrawal(session, sign_off_id=row.id) is None
    ]
    if not all(is_open(row.received_at, undo=undo, at=at) for row in standing):
        raise UndoClosed
    for row in standing:
        session.add(
            rows.WithdrawalRecord(
                sign_off_id=row.id,
                withdrawn_by=actor.person_id,
                withdrawn_at=at,
                reason="",
            )
        )
        add_deed(session, actor, "sign_off.undone", f"sign_off:{row.id}", at=at)
    try:
        session.commit()
    except IntegrityError:  # two taps at once: the first one undid them
        session.rollback()
        return 0
    return len(standing)
