"""What was done with keys, in the audit trail: made, taken into use, retired, revoked.

Keys live in files and need no database. The deed comes first; its line is then written
from what the files say. A line that a crash or a database out of reach left out is
written the next time, and none is written twice.
"""

from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from issuer.credentials.key_folder import KeyFolder
from issuer.credentials.key_ring import PublicKey, instant_text
from issuer.domain.errors import IssuerError, sentence
from issuer.records import people
from issuer.records.audit import add_audit_line, list_deeds
from issuer.services.keys import changing

__all__ = ["KeyDeedsUnwritten", "list_issuers", "record_key_deeds"]

Deed = tuple[str, str]


class KeyDeedsUnwritten(IssuerError):
    """The database is out of reach; the keys themselves are as they should be."""

    code = "keys.deeds_unwritten"
    sentence = sentence(
        "What was done with the keys stands, but it could not be written into the "
        "audit trail (%(reason)s). When the database is back, run: flask keys record"
    )


def record_key_deeds(
    session: Session, keys: KeyFolder, *, did: str, at: datetime
) -> int:
    """Write the audit lines that the keys of `did` lack; return how many.

    A line tells the deed, the key's id and the instant its file holds for it, and no
    person: keys are changed on the command line only. Raises KeyDeedsUnwritten,
    KeyFolderUnwritable and PublicKeyUnreadable.
    """
    with changing(keys) as ring:
        try:
            organisation = _organisation_id(session, did)
            told = list_deeds(session, prefix=f"key:{did}#")
            done = [deed for key in ring.of_controller(did) for deed in _deeds_of(key)]
            lacking = sorted(set(done) - told)
            for deed, subject in lacking:
                add_audit_line(
                    session, deed, subject, at=at, organisation_id=organisation
                )
            session.commit()
        except SQLAlchemyError as error:
            session.rollback()
            raise KeyDeedsUnwritten(reason=type(error).__name__) from error
    return len(lacking)


def list_issuers(session: Session) -> list[str]:
    """Return the DIDs of the organisations of this host; raises KeyDeedsUnwritten."""
    try:
        return [row.did for row in people.list_organisations(session)]
    except SQLAlchemyError as error:
        raise KeyDeedsUnwritten(reason=type(error).__name__) from error


def _organisation_id(session: Session, did: str) -> int | None:
    ids = {row.did: row.id for row in people.list_organisations(session)}
    return ids.get(did)


def _deeds_of(key: PublicKey) -> set[Deed]:
    """Return what the key's file tells was done with it, each with its instant.

    A revocation may be moved to an earlier instant: that is a deed of its own.
    """
    done = {
        "key.created": key.created,
        "key.activated": key.activated,
        "key.retired": key.retired,
        "key.revoked": key.revoked_from,
    }
    return {
        (deed, f"key:{key.id} from {instant_text(instant)}")
        for deed, instant in done.items()
        if instant is not None
    }
