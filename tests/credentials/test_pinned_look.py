"""A draft pins how its pages look; nothing of it is in any sealed form."""

import json
from dataclasses import replace

import pytest

from issuer.credentials.document import build_document
from issuer.credentials.document_evidence import build_evidence
from issuer.credentials.page_look import DrawnLook
from issuer.credentials.sealer import Draft, DraftUnreadable, prepare, seal
from issuer.credentials.shape import UNSEALED, find_flaw
from issuer.domain.certificates import (
    SecondName,
    SecondText,
    StatedLicenceCard,
)
from issuer.domain.look import PageLook
from tests.statements import example_statement

LOOK = PageLook("#174a86", "#e3e9f1", "ab" * 32, "image/png", "Vaakuna", "1.25")
CARDS = (
    StatedLicenceCard(
        "Hygieniapassi", "Testaaja Oy", "2024-05-06", None, "2026-11-02", "Carita V."
    ),
    StatedLicenceCard(
        "Tulityökortti",
        "Palokoulu ry",
        "2021-11-01",
        "2026-11-01",
        "2026-10-30",
        "Carita V.",
    ),
)


def in_two_languages(statement):
    """Return the statement as it is when the paper shows Swedish beside it."""
    name = SecondName("På svenska", "sv")
    units = tuple(
        replace(
            unit,
            second=name,
            areas=tuple(
                replace(
                    area,
                    second=name,
                    requirements=tuple(
                        replace(r, second=SecondText("beskriver", "sv"))
                        for r in area.requirements
                    ),
                )
                for area in unit.areas
            ),
        )
        for unit in statement.units
    )
    qualification = replace(statement.qualification, second=name)
    return replace(
        statement, units=units, qualification=qualification, second_language="sv"
    )


def looked(issuing, look=LOOK, statement=None) -> Draft:
    return prepare(
        statement or example_statement(),
        keys=issuing.key_ids,
        template="osaamistodistus",
        template_version="1",
        contexts=issuing.contexts,
        look=look.as_pinned() if look else None,
    )


def test_a_look_changes_no_sealed_form(issuing):
    plain, pinned = looked(issuing, None), looked(issuing)
    assert pinned.document == plain.document
    sealed = [
        seal(draft, signers=issuing.signers, contexts=issuing.contexts)
        for draft in (plain, pinned)
    ]
    assert sealed[0] == sealed[1]


def test_a_pinned_look_comes_back_from_the_stored_bytes(issuing):
    stored = Draft.parse(looked(issuing).to_bytes())
    assert stored == looked(issuing)
    assert stored.to_bytes() == looked(issuing).to_bytes()
    assert DrawnLook.of_draft(stored.look, b"picture").pinned == LOOK


def test_a_draft_from_before_looks_keeps_its_bytes_and_gets_ours(issuing):
    old = looked(issuing, None).to_bytes()
    assert "look" not in json.loads(old)
    draft = Draft.parse(old)
    assert draft.to_bytes() == old
    drawn = DrawnLook.of_draft(draft.look, None)
    assert drawn.contents() == {
        "logo": False,
        "logo_alt": "",
        "logo_ratio": 1.0,
        "accent": "#14523f",
        "accent_tint": "#e3eae8",
    }
    assert drawn.assets() == {}


@pytest.mark.parametrize("look", ["", "#14523f", 7, [], None])
def test_a_look_that_is_none_is_no_draft(issuing, look):
    members = json.loads(looked(issuing).to_bytes())
    with pytest.raises(DraftUnreadable):
        Draft.parse(json.dumps({**members, "look": look}).encode())


def test_a_second_language_changes_no_byte_of_any_sealed_form(issuing):
    statement = example_statement()
    both = in_two_languages(statement)
    assert build_document(both) == build_document(statement)
    drafts = [looked(issuing, None, s) for s in (statement, both)]
    assert drafts[0].statement != drafts[1].statement
    sealed = [
        seal(draft, signers=issuing.signers, contexts=issuing.contexts)
        for draft in drafts
    ]
    assert sealed[0] == sealed[1]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_card_is_evidence_that_it_was_seen_and_says_what_that_means(
    issuing, language
):
    statement = example_statement(language=language, licence_cards=CARDS)
    document = build_document(statement)
    without = build_document(replace(statement, licence_cards=()))
    assert document["evidence"][:-2] == without["evidence"]
    assert {**document, "evidence": None} == {**without, "evidence": None}
    assert find_flaw(document, UNSEALED) is None
    hygiene, fire = build_evidence(statement)[-2:]
    assert hygiene["id"] == f"{statement.id}#card-1"
    assert hygiene["name"] == "Hygieniapassi"
    assert "Testaaja Oy" in hygiene["narrative"]
    assert "Carita V." in hygiene["narrative"]
    assert len(hygiene["narrative"].splitlines()) == 3
    # One more line for the last day, and one for its having passed.
    assert len(fire["narrative"].splitlines()) == 5
    assert hygiene["genre"] == fire["genre"]
    sealed = issuing.seal(statement)
    assert json.loads(sealed.data)["evidence"][-1] == fire


def test_a_card_that_is_in_force_does_not_say_that_it_had_ended():
    statement = example_statement(
        licence_cards=(replace(CARDS[1], valid_until="2026-11-24"),)
    )
    assert "ohi" not in build_evidence(statement)[-1]["narrative"]


def test_a_card_that_claims_too_much_is_not_sealed(issuing):
    from issuer.domain.certificates import DraftUnfit  # noqa: PLC0415

    for name in ("Sähkötyöpätevyys", "Suoritettu tutkinnon osa", "131052-308T"):
        statement = example_statement(licence_cards=(replace(CARDS[0], name=name),))
        with pytest.raises(DraftUnfit):
            looked(issuing, None, statement)
