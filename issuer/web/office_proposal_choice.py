"""What a proposal speaks of: units, whole or by one target area, and the site or not.

The choice travels in the address of the second page and in its form, so going back
and forth loses nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from issuer.domain.coverage import Coverage
from issuer.domain.errors import NotFound
from issuer.domain.licence_cards import LicenceCard
from issuer.services import licence_cards, look, proposals
from issuer.services.ledger import Ledger
from issuer.services.proposal_areas import choose_areas, limit_coverages
from issuer.services.proposals import ProposableArea
from issuer.web.guards import db, signed_in


@dataclass(frozen=True, slots=True)
class Offer:
    """A unit with something identified, and the parts of it a proposal could take.

    A unit about which instructors differ is not offered whole, and neither is the
    target area about which they do.
    """

    coverage: Coverage
    areas: tuple[ProposableArea, ...]

    @property
    def is_open(self) -> bool:
        """Tell whether the unit or a part of it can be proposed now."""
        return bool(self.areas) or not self.coverage.has_dispute


@dataclass(frozen=True, slots=True)
class Choice:
    """What the coach chose: coverages as they would be said, and what limits them."""

    coverages: tuple[Coverage, ...]
    areas: Mapping[int, int]
    hides_site: bool
    second_language: str | None
    cards: tuple[LicenceCard, ...]

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The choice as fields of a form or an address."""
        found = [("unit", str(coverage.unit_id)) for coverage in self.coverages]
        found += [(f"area-{unit}", str(area)) for unit, area in self.areas.items()]
        found += [("card", str(card.id)) for card in self.cards]
        if self.hides_site:
            found.append(("hides_site", "yes"))
        # Said also where it is none, as the organisation's look may have one.
        return [*found, ("second_language", self.second_language or "")]


def list_offers(view: Ledger) -> list[Offer]:
    """Return the units of a period with something identified; raises NotAllowed."""
    areas = proposals.list_proposable_areas(db(), signed_in(), period_id=view.period.id)
    return [
        Offer(coverage, tuple(a for a in areas if _is_part(a, coverage)))
        for coverage in view.coverages
        if coverage.identified
    ]


def read_choice(view: Ledger, given: MultiDict[str, str]) -> Choice:
    """Read a choice from a form or an address; units of other periods are left out.

    So are cards of other people. Raises NotFound for what is no target area of its
    unit.
    """
    units = given.getlist("unit")
    chosen = [c for c in view.coverages if str(c.unit_id) in units]
    wanted = {
        c.unit_id: _row_number(value)
        for c in chosen
        if (value := given.get(f"area-{c.unit_id}"))
    }
    areas = choose_areas(db(), list(wanted.values()), unit_ids=list(wanted))
    if areas != wanted:
        raise NotFound
    return Choice(
        coverages=tuple(limit_coverages(db(), chosen, areas)),
        areas=areas,
        hides_site=given.get("hides_site") == "yes",
        second_language=_second_language(given),
        cards=tuple(
            card for card in list_cards(view) if str(card.id) in given.getlist("card")
        ),
    )


def list_cards(view: Ledger) -> list[LicenceCard]:
    """Return the licence cards of the period's participant."""
    return licence_cards.list_licence_cards(
        db(), signed_in(), person_id=view.period.participant_id
    )


def _second_language(given: MultiDict[str, str]) -> str | None:
    """Return the language chosen, which the organisation's look decides at first."""
    now = look.view_look(db(), signed_in())
    wanted = given.get("second_language", now.second_language)
    return wanted if wanted in now.offered_languages else None


def _is_part(area: ProposableArea, coverage: Coverage) -> bool:
    if area.unit_id != coverage.unit_id or area.total == coverage.total:
        return False
    if not coverage.has_dispute:
        return True
    (limited,) = limit_coverages(db(), [coverage], {area.unit_id: area.id})
    return not limited.has_dispute


def _row_number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 11):
        raise NotFound
    return int(value)
