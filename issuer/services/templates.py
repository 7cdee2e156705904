"""Versions of templates: which is used, since when, and whether it still is the same.

The first certificate made with a version freezes it: its SHA-256 is recorded in the
transaction that reserves that certificate, and other bytes are refused from then on.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from issuer.credentials.page_templates import (
    SAMPLE,
    PageTemplate,
    TemplateChoice,
    list_versions,
)
from issuer.domain.errors import IssuerError
from issuer.records import templates as rows


class TemplateState(StrEnum):
    """Where a version is in its life."""

    IN_WORK = "in work"
    READY = "ready"
    FROZEN = "frozen"
    CHANGED = "changed"
    MISSING = "missing"
    UNFIT = "unfit"


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A version as the list shows it; `reason` says why it cannot be used."""

    name: str
    version: str
    languages: tuple[str, ...]
    state: TemplateState
    sha256: str
    used_since: datetime | None
    reason: str = ""


def template_choice(root: Path, setting: str) -> TemplateChoice:
    """Return what the setting TEMPLATE says: `name`, or `name/version`."""
    name, _, version = setting.partition("/")
    return TemplateChoice(root, name, version or None)


def template_for_new(session: Session, choice: TemplateChoice) -> PageTemplate:
    """Return the template that a new certificate is made with.

    Raises TemplateMissing, TemplateUnfit, and TemplateChanged where the version was
    used before as other bytes.
    """
    template = choice.load()
    known = rows.find_template_version(session, template.name, template.version)
    if known is not None:
        template.require_unchanged(known.sha256)
    return template


def record_use(session: Session, template: PageTemplate, *, at: datetime) -> None:
    """Freeze the version in the caller's transaction, unless it is frozen already.

    Raises TemplateChanged if another transaction froze it as other bytes just now.
    """
    known = rows.find_template_version(session, template.name, template.version)
    if known is None:
        row = rows.TemplateVersionRecord(
            name=template.name,
            version=template.version,
            sha256=template.sha256,
            first_used_at=at,
        )
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:  # somebody else's certificate was the first
            known = rows.find_template_version(session, template.name, template.version)
    if known is not None:
        template.require_unchanged(known.sha256)


def list_templates(session: Session, root: Path) -> list[TemplateLine]:
    """Return every version that is there or was used, in the order of its name."""
    used = {
        (row.name, row.version): row for row in rows.list_template_versions(session)
    }
    session.rollback()
    every = {*list_versions(root), *used}
    return [
        _line(root, name, version, used.get((name, version)))
        for name, version in sorted(every, key=lambda each: (each[0], int(each[1])))
    ]


def state_of(session: Session, root: Path, name: str, version: str) -> TemplateLine:
    """Return one version as the list shows it, also one that is not there."""
    row = rows.find_template_version(session, name, version)
    session.rollback()
    return _line(root, name, version, row)


def load_template(root: Path, name: str, version: str) -> PageTemplate:
    """Return a version as it is now; raises TemplateMissing or TemplateUnfit."""
    return PageTemplate.load(root, name, version)


def sample_of(root: Path, name: str, version: str) -> Path:
    """Return where the version's invented statement lies."""
    return root / name / version / SAMPLE


def _line(
    root: Path, name: str, version: str, row: rows.TemplateVersionRecord | None
) -> TemplateLine:
    used_since = row.first_used_at if row else None
    recorded = row.sha256 if row else ""
    try:
        template = PageTemplate.load(root, name, version)
    except IssuerError as error:
        is_there = (root / name / version).is_dir()
        state = TemplateState.UNFIT if is_there else TemplateState.MISSING
        return TemplateLine(
            name, version, (), state, recorded, used_since, reason=str(error)
        )
    if row is None:
        state = TemplateState.READY if template.is_ready else TemplateState.IN_WORK
    elif template.sha256 == recorded:
        state = TemplateState.FROZEN
    else:
        state = TemplateState.CHANGED
    return TemplateLine(
        name, version, template.languages, state, template.sha256, used_since
    )
