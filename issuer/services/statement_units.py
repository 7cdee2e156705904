"""The units of a certificate's statement: every text copied in, verbatim."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from issuer.domain.catalogue_pages import unit_page
from issuer.domain.certificates import (
    SecondName,
    SecondText,
    StatedArea,
    StatedRequirement,
    StatedUnit,
)
from issuer.domain.coverage import CoveredArea, CoveredRequirement
from issuer.domain.signoffs import Assurance, SignOff
from issuer.domain.texts import LocalText
from issuer.domain.unseen import without_unseen
from issuer.records import catalogue, people
from issuer.services.proposals import ProposalView


@dataclass(frozen=True, slots=True)
class Showing:
    """What a certificate shows of what we know, and in which languages.

    `second` is the language that the paper shows beside the first, where the catalogue
    has it; nothing is ever translated by us.
    """

    language: str
    levels: bool
    sites: bool
    instructors: bool
    second: str | None = None

    def second_name(self, text: LocalText) -> SecondName | None:
        """Return the catalogue's own name in the second language, or None."""
        words = self._second_words(text)
        return SecondName(words, self.second) if words and self.second else None

    def second_text(self, text: LocalText) -> SecondText | None:
        """Return the catalogue's own text in the second language, or None."""
        words = self._second_words(text)
        return SecondText(words, self.second) if words and self.second else None

    def _second_words(self, text: LocalText) -> str | None:
        """Return nothing where the first language already shows these words."""
        if self.second is None or text.language_of(self.language) == self.second:
            return None
        words: str | None = getattr(text, self.second)
        return words or None


def build_units(
    session: Session, view: ProposalView, showing: Showing, *, organisation_id: int
) -> list[StatedUnit]:
    """Return the proposal's units, or the one target area of those limited to one."""
    roles = _roles(session, view, organisation_id)
    lines = {line.id: line for line in catalogue.list_units(session, view.edition_id)}
    edition = catalogue.get_edition_line(session, view.edition_id)
    language = showing.language
    stated = []
    for coverage in view.coverages:
        line = lines[coverage.unit_id]
        url = unit_page(edition.source_id, line.reference_id, language=language)
        is_limited = coverage.unit_id in view.limited
        stated.append(
            StatedUnit(
                code=coverage.code,
                name=coverage.name.in_language(language),
                name_language=coverage.name.language_of(language),
                scope=coverage.scope,
                scope_unit=line.scope_unit,
                target_url=url,
                identified=coverage.identified,
                total=coverage.total,
                areas=tuple(
                    _area(area, url, showing, roles) for area in coverage.areas
                ),
                scope_of_certificate="area" if is_limited else "unit",
                second=showing.second_name(coverage.name),
            )
        )
    return stated


def _area(
    area: CoveredArea, url: str, showing: Showing, roles: Mapping[int, str]
) -> StatedArea:
    return StatedArea(
        area.name.in_language(showing.language),
        tuple(_requirement(r, url, showing, roles) for r in area.requirements),
        showing.second_name(area.name),
    )


def _requirement(
    requirement: CoveredRequirement,
    url: str,
    showing: Showing,
    roles: Mapping[int, str],
) -> StatedRequirement:
    seen = requirement.standing.stands if requirement.standing else None
    stated = StatedRequirement(
        key=requirement.key,
        code=requirement.code,
        text=requirement.text.in_language(showing.language),
        text_language=requirement.text.language_of(showing.language),
        target_url=url,
        identified=False,
        observed_on=None,
        task=None,
        site=None,
        instructor=None,
        assurance=None,
        second=showing.second_text(requirement.text),
    )
    if seen is None or not requirement.is_identified:
        return stated
    strength = seen.assurance
    return replace(
        stated,
        identified=True,
        observed_on=seen.observed_on,
        task=seen.task_name,
        site=seen.site_name if showing.sites else None,
        instructor=(
            without_unseen(seen.instructor_name) if showing.instructors else None
        ),
        assurance=None if strength is Assurance.NONE else strength.value,
        instructor_role=roles[seen.instructor_id] or None,
        mark=seen.mark.value if showing.levels else None,
    )


def signed_behind(view: ProposalView) -> list[SignOff]:
    """Return the sign-offs the proposal rests on."""
    return [
        requirement.standing.stands
        for coverage in view.coverages
        for requirement in coverage.requirements
        if requirement.standing and requirement.standing.stands
    ]


def _roles(
    session: Session, view: ProposalView, organisation_id: int
) -> dict[int, str]:
    """Return the titles of the instructors by their ids."""
    return {
        id_: people.get_person(session, id_, organisation_id=organisation_id).title
        for id_ in {sign_off.instructor_id for sign_off in signed_behind(view)}
    }
