"""Mapping a workplace's tasks to requirements, and publishing the result.

An environment is a site mapped against one catalogue edition. What a coach draws up is
a draft; only what a named checker has published counts, and a published version is
frozen as a report.
"""

from dataclasses import dataclass
from datetime import datetime

from issuer.domain.errors import IssuerError, sentence
from issuer.domain.texts import LocalText


class NothingToPublish(IssuerError):
    """The environment has no task that maps to any requirement."""

    code = "mapping.nothing_to_publish"
    sentence = sentence(
        "Nothing to publish yet: map at least one task to a requirement first."
    )


class NothingChanged(IssuerError):
    """The draft equals the version in force."""

    code = "mapping.nothing_changed"
    sentence = sentence("Nothing has changed since the version in force.")


class RequirementOfAnotherEdition(IssuerError):
    """A requirement does not belong to the environment's catalogue edition."""

    code = "mapping.another_edition"
    sentence = sentence("That requirement is not part of this qualification.")


class EnvironmentExists(IssuerError):
    """The site is already mapped against this edition."""

    code = "mapping.environment_exists"
    sentence = sentence("This site is already mapped against that qualification.")


@dataclass(frozen=True, slots=True)
class MappedRequirement:
    """A requirement a task can show, with the unit it belongs to."""

    requirement_id: int
    key: str
    code: str | None
    text: LocalText
    unit_id: int
    unit_code: str | None


@dataclass(frozen=True, slots=True)
class MappedTask:
    """A workplace task with the requirements it maps to."""

    pseudonym: str
    name: str
    description: str
    requirements: tuple[MappedRequirement, ...]


def build_report(
    *,
    site: str,
    town: str,
    organisation: str,
    qualification: LocalText,
    record_number: str,
    edition_sha256: str,
    tasks: tuple[MappedTask, ...],
    version: int,
    checker: str,
    published_at: datetime,
) -> dict[str, object]:
    """Return the content of an environment report as JSON values.

    Raises NothingToPublish where no task maps to a requirement.
    """
    told = [task for task in tasks if task.requirements]
    if not told:
        raise NothingToPublish
    return {
        "type": "EnvironmentReport",
        "organisation": organisation,
        "site": site,
        "town": town,
        "qualification": _texts(qualification),
        "recordNumber": record_number,
        "editionSha256": edition_sha256,
        "version": version,
        "checker": checker,
        "publishedAt": published_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "tasks": [
            {
                "id": task.pseudonym,
                "name": task.name,
                "description": task.description,
                "requirements": [
                    {
                        "key": requirement.key,
                        "code": requirement.code or "",
                        "unit": requirement.unit_code or "",
                        "text": _texts(requirement.text),
                    }
                    for requirement in task.requirements
                ],
            }
            for task in told
        ],
    }


def _texts(text: LocalText) -> dict[str, str]:
    given = {"fi": text.fi, "sv": text.sv, "en": text.en}
    return {language: words for language, words in given.items() if words}
