"""The declarative base, naming convention and column types of every table."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, MetaData, Text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from issuer.domain.errors import PersonalIdentityCodeRefused
from issuer.domain.personal_identity_code import holds_personal_identity_code

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Record(DeclarativeBase):
    """Base of every row class; rows end in `Record`, tables are singular."""

    metadata = MetaData(naming_convention=NAMING)


class FreeText(TypeDecorator[str]):
    """Text a person or an outside file wrote: no personal identity code gets in.

    Every text column of ours is either this or `Identifier`; an architecture test
    holds the line. Binding one raises PersonalIdentityCodeRefused.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Refuse a personal identity code on its way to the database."""
        if value is not None and holds_personal_identity_code(value):
            raise PersonalIdentityCodeRefused
        return value


class Identifier(TypeDecorator[str]):
    """A code, state, hash or URI that our own code made or checked; never prose."""

    impl = Text
    cache_ok = True


class Instant(TypeDecorator[datetime]):
    """An aware datetime, stored and read as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Refuse a naive datetime and turn any other into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Give SQLite's naive answer its time zone back."""
        if value is not None and value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value


JsonValue = dict[str, Any]
