"""Codes that open nothing any more, because what they were sent for has ended.

Without this, who got a code by mistake would have its ten minutes after the coach has
taken the link back.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from issuer.domain.messages import MessageKind
from issuer.records.entry_codes import end_codes
from issuer.records.messages import erase_code_messages


def end_codes_of(
    session: Session, person_id: int, *, at: datetime, link_id: int | None = None
) -> None:
    """End the codes that wait for a person, all of them or those of one link.

    Runs in the caller's transaction.
    """
    end_codes(session, person_id=person_id, link_id=link_id, at=at)
    erase_code_messages(
        session, person_id=person_id, kind=MessageKind.CODE.value, link_id=link_id
    )
