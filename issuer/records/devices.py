"""Browsers that a code has opened for somebody, and the PIN set on each."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint, case, literal, null, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from issuer.domain.entry import PIN_LOCK, PIN_TRIES
from issuer.records.base import Identifier, Instant, Record


class DeviceRecord(Record):
    """A browser that a code has opened for a person, and the PIN they set on it."""

    __tablename__ = "device"
    __table_args__ = (UniqueConstraint("token_sha256", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(Identifier, index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    browser: Mapped[str] = mapped_column(Identifier)
    pin_hash: Mapped[str | None] = mapped_column(Identifier)
    pin_tries: Mapped[int] = mapped_column(default=0)
    pin_locked_until: Mapped[datetime | None] = mapped_column(Instant)
    made_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)


def find_device(
    session: Session, *, token_sha256: str, person_id: int
) -> DeviceRecord | None:
    """Return the row of this browser and person, removed or not, or None."""
    return session.scalar(
        select(DeviceRecord).where(
            DeviceRecord.token_sha256 == token_sha256,
            DeviceRecord.person_id == person_id,
        )
    )


def list_devices_of_browser(
    session: Session, *, token_sha256: str
) -> list[DeviceRecord]:
    """Return whom this browser has been opened for, the latest user first."""
    return list(
        session.scalars(
            select(DeviceRecord)
            .where(
                DeviceRecord.token_sha256 == token_sha256,
                DeviceRecord.removed_at.is_(None),
            )
            .order_by(DeviceRecord.used_at.desc(), DeviceRecord.id.desc())
        )
    )


def list_devices(session: Session, *, person_id: int) -> list[DeviceRecord]:
    """Return the person's browsers, the one used last first."""
    return list(
        session.scalars(
            select(DeviceRecord)
            .where(
                DeviceRecord.person_id == person_id, DeviceRecord.removed_at.is_(None)
            )
            .order_by(DeviceRecord.used_at.desc(), DeviceRecord.id.desc())
        )
    )


def move_devices(session: Session, *, old_sha256: str, new_sha256: str) -> None:
    """Give a browser's rows the hash of its new token."""
    session.execute(
        update(DeviceRecord)
        .where(DeviceRecord.token_sha256 == old_sha256)
        .values(token_sha256=new_sha256)
    )


def remove_device(
    session: Session, device_id: int, *, person_id: int, at: datetime
) -> bool:
    """Let a browser be unknown again, its PIN gone; tell whether there was one."""
    found = session.execute(
        update(DeviceRecord)
        .where(
            DeviceRecord.id == device_id,
            DeviceRecord.person_id == person_id,
            DeviceRecord.removed_at.is_(None),
        )
        .values(removed_at=at, pin_hash=None)
        .returning(DeviceRecord.id)
    )
    return found.first() is not None


def take_pin_try(session: Session, device_id: int, *, at: datetime) -> int | None:
    """Count one try of a PIN that is not locked; return how many are left, or None.

    The last try locks it in the same breath, so that nothing lies between; whoever
    finds that try right unlocks it. A lock whose time is up gives all tries back.
    """
    session.execute(
        update(DeviceRecord)
        .where(DeviceRecord.id == device_id, DeviceRecord.pin_locked_until <= at)
        .values(pin_tries=0, pin_locked_until=None)
    )
    is_last = DeviceRecord.pin_tries >= PIN_TRIES - 1
    found = session.execute(
        update(DeviceRecord)
        .where(
            DeviceRecord.id == device_id,
            DeviceRecord.removed_at.is_(None),
            DeviceRecord.pin_locked_until.is_(None),
        )
        .values(
            pin_tries=DeviceRecord.pin_tries + 1,
            pin_locked_until=case(
                (is_last, literal(at + PIN_LOCK, Instant())), else_=null()
            ),
        )
        .returning(DeviceRecord.pin_tries)
    ).first()
    return None if found is None else PIN_TRIES - found[0]
