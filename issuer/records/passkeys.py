"""Passkeys of people, and the challenges that browsers were given for them."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from issuer.records.base import FreeText, Identifier, Instant, Record


class PasskeyRecord(Record):
    """A public key that a person's authenticator made (WebAuthn Level 3 §4).

    A removed one stays, so that what it signed can still be checked; `removed_at` says
    from when on it opens nothing. `enrolled_by` is the person who handed out the link,
    None where the person was signed in already or the command line made the link.
    """

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    algorithm: Mapped[int]
    sign_count: Mapped[int]
    is_backup_eligible: Mapped[bool]
    is_backed_up: Mapped[bool]
    aaguid: Mapped[str] = mapped_column(Identifier)
    name: Mapped[str] = mapped_column(FreeText)
    browser: Mapped[str] = mapped_column(Identifier)
    enrolled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proof_at_enrolment: Mapped[str] = mapped_column(Identifier)
    made_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)


class PasskeyChallengeRecord(Record):
    """A challenge that one browser may answer once (WebAuthn Level 3 §13.4.3)."""

    __tablename__ = "passkey_challenge"

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_sha256: Mapped[str] = mapped_column(Identifier, unique=True)
    browser_sha256: Mapped[str] = mapped_column(Identifier)
    purpose: Mapped[str] = mapped_column(Identifier)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


def find_passkey(session: Session, *, credential_id: bytes) -> PasskeyRecord | None:
    """Return the passkey with this credential id, removed or not, or None."""
    return session.scalar(
        select(PasskeyRecord).where(PasskeyRecord.credential_id == credential_id)
    )


def list_passkeys(session: Session, *, person_id: int) -> list[PasskeyRecord]:
    """Return the person's passkeys that are in use, the newest first."""
    return list(
        session.scalars(
            select(PasskeyRecord)
            .where(
                PasskeyRecord.person_id == person_id,
                PasskeyRecord.removed_at.is_(None),
            )
            .order_by(PasskeyRecord.id.desc())
        )
    )


def remove_passkey(
    session: Session, passkey_id: int, *, person_id: int, at: datetime
) -> bool:
    """Let a passkey open nothing from now on; tell whether there was one."""
    found = session.execute(
        update(PasskeyRecord)
        .where(
            PasskeyRecord.id == passkey_id,
            PasskeyRecord.person_id == person_id,
            PasskeyRecord.removed_at.is_(None),
        )
        .values(removed_at=at)
        .returning(PasskeyRecord.id)
    )
    return found.first() is not None


def use_challenge(
    session: Session,
    *,
    challenge_sha256: str,
    browser_sha256: str,
    purpose: str,
    person_id: int | None,
    at: datetime,
) -> bool:
    """Use a challenge up; False if it is not this browser's, spent or too old."""
    whose = PasskeyChallengeRecord.person_id
    found = session.execute(
        update(PasskeyChallengeRecord)
        .where(
            PasskeyChallengeRecord.challenge_sha256 == challenge_sha256,
            PasskeyChallengeRecord.browser_sha256 == browser_sha256,
            PasskeyChallengeRecord.purpose == purpose,
            whose.is_(None) if person_id is None else whose == person_id,
            PasskeyChallengeRecord.expires_at > at,
            PasskeyChallengeRecord.used_at.is_(None),
        )
        .values(used_at=at)
        .returning(PasskeyChallengeRecord.id)
    )
    return found.first() is not None


def remove_past_challenges(session: Session, *, at: datetime) -> None:
    """Forget challenges whose time is over, answered or not."""
    session.execute(
        delete(PasskeyChallengeRecord).where(PasskeyChallengeRecord.expires_at <= at)
    )
