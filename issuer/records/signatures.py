"""Signatures of sign-offs, raw, and the sealed bindings of keys to people.

One row holds what a device signed with one touch; each sign-off in it has its place in
the tree. Rows are never rewritten or removed.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from issuer.records.base import Identifier, Instant, Record
from issuer.records.passkeys import PasskeyChallengeRecord, PasskeyRecord
from issuer.records.signoffs import SignOffRecord, WithdrawalRecord


class PasskeyBindingRecord(Record):
    """Whose a passkey is: canonical bytes, and the issuer's seal over them."""

    __tablename__ = "passkey_binding"

    id: Mapped[int] = mapped_column(primary_key=True)
    passkey_id: Mapped[int] = mapped_column(ForeignKey("passkey.id"), unique=True)
    document: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    key_id: Mapped[str] = mapped_column(Identifier)
    bound_at: Mapped[datetime] = mapped_column(Instant)


class SignatureRecord(Record):
    """One use of a passkey: the statement, and what the authenticator answered, raw."""

    __tablename__ = "signature"

    id: Mapped[int] = mapped_column(primary_key=True)
    passkey_id: Mapped[int] = mapped_column(ForeignKey("passkey.id"), index=True)
    nonce: Mapped[str] = mapped_column(Identifier, unique=True)
    rp_id: Mapped[str] = mapped_column(Identifier)
    statement: Mapped[bytes] = mapped_column(LargeBinary)
    client_data: Mapped[bytes] = mapped_column(LargeBinary)
    authenticator_data: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(Instant)


class SignedMarkRecord(Record):
    """The place of a sign-off in what was signed; its `statement` is the leaf.

    `path` holds the hashes beside the leaf's way up, one after the other.
    """

    __tablename__ = "signed_mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    sign_off_id: Mapped[int] = mapped_column(ForeignKey("sign_off.id"), unique=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id"), index=True)
    place: Mapped[int]
    path: Mapped[bytes] = mapped_column(LargeBinary)


SignedRow = tuple[
    SignOffRecord,
    SignedMarkRecord | None,
    SignatureRecord | None,
    PasskeyRecord | None,
    PasskeyBindingRecord | None,
    WithdrawalRecord | None,
]


def find_binding(session: Session, *, passkey_id: int) -> PasskeyBindingRecord | None:
    """Return the sealed binding of a passkey, or None."""
    return session.scalar(
        select(PasskeyBindingRecord).where(
            PasskeyBindingRecord.passkey_id == passkey_id
        )
    )


def find_signature(session: Session, *, nonce: str) -> SignatureRecord | None:
    """Return what was signed under this nonce, or None."""
    return session.scalar(select(SignatureRecord).where(SignatureRecord.nonce == nonce))


def find_open_challenge(
    session: Session,
    *,
    challenge_sha256: str,
    browser_sha256: str,
    purpose: str,
    person_id: int,
    at: datetime,
) -> PasskeyChallengeRecord | None:
    """Return what this browser may still answer for this person, or None."""
    return session.scalar(
        select(PasskeyChallengeRecord).where(
            PasskeyChallengeRecord.challenge_sha256 == challenge_sha256,
            PasskeyChallengeRecord.browser_sha256 == browser_sha256,
            PasskeyChallengeRecord.purpose == purpose,
            PasskeyChallengeRecord.person_id == person_id,
            PasskeyChallengeRecord.expires_at > at,
            PasskeyChallengeRecord.used_at.is_(None),
        )
    )


def list_signed(
    session: Session, *, ids: Iterable[int] | None = None, after: int = 0, most: int = 0
) -> list[SignedRow]:
    """Return sign-offs with what signed them, oldest first; None where nothing did.

    `ids` limits them to these; else `most` of those whose id is larger than `after`.
    """
    wanted = (
        select(
            SignOffRecord,
            SignedMarkRecord,
            SignatureRecord,
            PasskeyRecord,
            PasskeyBindingRecord,
            WithdrawalRecord,
        )
        .outerjoin(SignedMarkRecord, SignedMarkRecord.sign_off_id == SignOffRecord.id)
        .outerjoin(SignatureRecord, SignatureRecord.id == SignedMarkRecord.signature_id)
        .outerjoin(PasskeyRecord, PasskeyRecord.id == SignatureRecord.passkey_id)
        .outerjoin(
            PasskeyBindingRecord, PasskeyBindingRecord.passkey_id == PasskeyRecord.id
        )
        .outerjoin(WithdrawalRecord, WithdrawalRecord.sign_off_id == SignOffRecord.id)
        .order_by(SignOffRecord.id)
    )
    if ids is not None:
        wanted = wanted.where(SignOffRecord.id.in_(list(ids)))
    else:
        wanted = wanted.where(SignOffRecord.id > after).limit(most)
    return [
        (sign_off, mark, signature, passkey, binding, withdrawal)
        for sign_off, mark, signature, passkey, binding, withdrawal in session.execute(
            wanted
        )
    ]


def list_unsigned_signatures(session: Session) -> list[int]:
    """Return signatures that no sign-off belongs to: rows somebody took away."""
    return list(
        session.scalars(
            select(SignatureRecord.id)
            .outerjoin(
                SignedMarkRecord, SignedMarkRecord.signature_id == SignatureRecord.id
            )
            .where(SignedMarkRecord.id.is_(None))
            .order_by(SignatureRecord.id)
        )
    )
