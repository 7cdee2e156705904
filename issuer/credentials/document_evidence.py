"""The evidence of a credential: who saw what done where, reports, and others' cards.

One entry a task, site and instructor; then the environment reports, and the licence
cards of other issuers that a coach saw. It stands on the credential (OB 3.0 §B.1.2).
Where a policy or a person hides the site or the instructor's name, the role remains.
"""

from typing import Any

from issuer.credentials.wording import phrase, written_date
from issuer.domain.certificates import (
    CertificateStatement,
    StatedEnvironment,
    StatedLicenceCard,
    StatedRequirement,
)
from issuer.domain.licence_cards import was_expired


def build_evidence(statement: CertificateStatement) -> list[dict[str, Any]]:
    """Return the Evidence entries: observations, environment reports, licence cards."""
    language = statement.language
    observations = [
        {
            "id": f"{statement.id}#evidence-{number}",
            "type": ["Evidence"],
            "name": group[0].task,
            "narrative": _observed(language, group),
            "genre": phrase(language, "evidence_genre"),
        }
        for number, group in enumerate(_groups(statement), 1)
    ]
    reports = {e.report_url: _report(language, e) for e in statement.environments}
    cards = [
        _card(statement, number, card)
        for number, card in enumerate(statement.licence_cards, 1)
    ]
    return [*observations, *reports.values(), *cards]


def _groups(statement: CertificateStatement) -> list[list[StatedRequirement]]:
    groups: dict[tuple[str | None, ...], list[StatedRequirement]] = {}
    for unit in statement.units:
        for area in unit.areas:
            for seen in area.requirements:
                if seen.identified:
                    key = (seen.task, seen.site, seen.instructor, seen.instructor_role)
                    groups.setdefault(key, []).append(seen)
    return list(groups.values())


def _observed(language: str, group: list[StatedRequirement]) -> str:
    first = group[0]
    days = sorted({seen.observed_on for seen in group if seen.observed_on})
    levels = sorted({seen.assurance for seen in group if seen.assurance} - {"none"})
    facts = {
        "evidence_site": ("site", first.site),
        "evidence_dates": (
            "dates",
            ", ".join(written_date(language, day) for day in days),
        ),
        "evidence_instructor": ("instructor", _instructor(first)),
        "evidence_assurance": (
            "assurance",
            "; ".join(phrase(language, f"assurance_{level}") for level in levels),
        ),
        "evidence_requirements": (
            "requirements",
            "; ".join(dict.fromkeys(seen.code or f"“{seen.text}”" for seen in group)),
        ),
    }
    if not facts["evidence_instructor"][1]:
        facts["evidence_instructor_unnamed"] = ("instructor", "unnamed")
    return "\n".join(
        phrase(language, key, **{name: value})
        for key, (name, value) in facts.items()
        if value
    )


def _instructor(seen: StatedRequirement) -> str:
    return ", ".join(filter(None, (seen.instructor, seen.instructor_role)))


def _report(language: str, environment: StatedEnvironment) -> dict[str, Any]:
    lines = [
        phrase(
            language,
            "report",
            version=environment.report_version,
            date=written_date(language, environment.published_on),
        )
    ]
    if environment.checker:
        lines.append(phrase(language, "report_checker", checker=environment.checker))
    return {
        "id": environment.report_url,
        "type": ["Evidence"],
        "name": phrase(language, "report_name", site=environment.site),
        "narrative": "\n".join(lines),
        "genre": phrase(language, "report_genre"),
    }


def _card(
    statement: CertificateStatement, number: int, card: StatedLicenceCard
) -> dict[str, Any]:
    """Return a card of others: seen by us, not issued and not vouched for by us."""
    language = statement.language
    lines = [
        phrase(
            language,
            "card_issued",
            issuer=card.issuer,
            date=written_date(language, card.issued_on),
        )
    ]
    if card.valid_until:
        day = written_date(language, card.valid_until)
        lines.append(phrase(language, "card_valid_until", date=day))
        if was_expired(card.valid_until, issued_at=statement.issued_at):
            lines.append(phrase(language, "card_expired"))
    seen = written_date(language, card.seen_on)
    lines.append(phrase(language, "card_seen", name=card.seen_by, date=seen))
    lines.append(phrase(language, "card_means"))
    return {
        "id": f"{statement.id}#card-{number}",
        "type": ["Evidence"],
        "name": card.name,
        "narrative": "\n".join(lines),
        "genre": phrase(language, "card_genre"),
    }
