"""Runs migrations on the database that the settings name."""

import os

from alembic import context
from sqlalchemy import Engine

from issuer.database import build_engine
from issuer.records import every_table  # noqa: F401
from issuer.records.base import FreeText, Identifier, Instant, Record


def render_item(kind: str, item: object, autogen_context: object) -> str | bool:
    """Write our column types as plain ones: a migration never imports the issuer."""
    if kind == "type" and isinstance(item, (FreeText, Identifier)):
        return "sa.Text()"
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    return False


def run(engine: Engine) -> None:
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Record.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=render_item,
        )
        with context.begin_transaction():
            context.run_migrations()


url = context.config.attributes.get("url") or os.environ["DATABASE_URL"]
engine = build_engine(url)
run(engine)
engine.dispose()
