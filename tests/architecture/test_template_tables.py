"""The database itself keeps what a template version was when it was first used."""

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from issuer.cli.database import migrations
from issuer.database import build_engine, build_sessions
from issuer.records.templates import TemplateVersionRecord, list_template_versions
from tests.cast import AT


@pytest.mark.parametrize(
    "statement",
    ["UPDATE template_version SET sha256 = 'other'", "DELETE FROM template_version"],
)
def test_a_used_version_is_never_changed_or_forgotten(tmp_path, statement):
    url = f"sqlite:///{tmp_path}/issuer.db"
    command.upgrade(migrations(url), "head")
    engine = build_engine(url)
    with build_sessions(engine)() as session:
        row = TemplateVersionRecord(
            name="osaamistodistus", version="1", sha256="ab" * 32, first_used_at=AT
        )
        session.add(row)
        session.commit()
        with pytest.raises(IntegrityError, match="never changed"):
            session.execute(text(statement))
        session.rollback()
        session.expire_all()
        (kept,) = list_template_versions(session)
        assert kept.sha256 == "ab" * 32
    engine.dispose()
