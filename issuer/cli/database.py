"""`flask db`: bring the database to the newest form."""

from pathlib import Path

import click
from alembic import command
from alembic.config import Config
from flask.cli import AppGroup

from issuer.cli.speaking import wiring
from issuer.settings import ROOT

db = AppGroup("db", help="The database and its migrations.")


def migrations(url: str) -> Config:
    """Return Alembic's configuration for the database at `url`."""
    config = Config(ROOT / "migrations" / "alembic.ini")
    config.attributes["url"] = url
    return config


@db.command("upgrade")
def upgrade() -> None:
    """Migrate to the newest version; a new database is made."""
    command.upgrade(migrations(wiring().settings.database_url), "head")
    click.echo("✓ the database is up to date")


@db.command("check")
def check() -> None:
    """Fail if the migrations and the row classes differ."""
    command.check(migrations(wiring().settings.database_url))


@db.command("revision")
@click.option("-m", "--message", required=True)
@click.option("--rev-id", required=True, help="Four digits, e.g. 0002.")
def revision(message: str, rev_id: str) -> None:
    """Write a new migration from what the row classes say."""
    written = command.revision(
        migrations(wiring().settings.database_url),
        message=message,
        autogenerate=True,
        rev_id=rev_id,
    )
    click.echo(f"✓ {Path(str(getattr(written, 'path', written))).name}")
