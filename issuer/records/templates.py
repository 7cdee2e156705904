"""Which version of a template was used first when, and as what bytes.

A row is a statement: added with the first certificate, and never changed or removed.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from issuer.records.base import Identifier, Instant, Record


class TemplateVersionRecord(Record):
    """A version that a certificate was made with; frozen from then on."""

    __tablename__ = "template_version"

    name: Mapped[str] = mapped_column(Identifier, primary_key=True)
    version: Mapped[str] = mapped_column(Identifier, primary_key=True)
    sha256: Mapped[str] = mapped_column(Identifier)
    first_used_at: Mapped[datetime] = mapped_column(Instant)


def find_template_version(
    session: Session, name: str, version: str
) -> TemplateVersionRecord | None:
    """Return the version as it was first used, or None if it never was."""
    return session.get(TemplateVersionRecord, (name, version))


def list_template_versions(session: Session) -> list[TemplateVersionRecord]:
    """Return every version that was used, in the order of their first use."""
    return list(
        session.scalars(
            select(TemplateVersionRecord).order_by(
                TemplateVersionRecord.first_used_at, TemplateVersionRecord.name
            )
        )
    )
