"""What the page says of levels, one target area, validity and what it replaces."""

import re
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from issuer.credentials.page import build_markup
from issuer.credentials.page_templates import PageTemplate
from issuer.domain.certificates import CertificateStatement
from tests.statements import (
    PUBLIC_URL,
    example_statement,
    of_one_area,
    with_levels,
    with_rows,
)

ROOT = Path(__file__).parents[2] / "credential_templates"
LEVELS = {
    "fi": ("ohjatusti", "itsenäisesti"),
    "sv": ("med handledning", "självständigt"),
    "en": ("with guidance", "independently"),
}
ONLY = {"fi": "vain kohdealue", "sv": "bara målområdet", "en": "only the target area"}


@pytest.fixture(scope="module")
def template() -> PageTemplate:
    return PageTemplate.load(ROOT, "osaamistodistus", "1")


def markup(statement: CertificateStatement, template: PageTemplate) -> str:
    return build_markup(asdict(statement), template=template, check_url=statement.id)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_mark_has_its_level_only_where_levels_are_shown(
    language: str, template: PageTemplate
) -> None:
    marked = with_levels(example_statement(1, language))
    hidden = replace(marked, shows_levels=False)
    cells = re.compile(
        r'<td class="mark"><b>[^<]+</b> ([^<]*?)\d+\.\d+\.\d{4}(?: [a-z])?</td>'
    )

    shown = cells.findall(markup(marked, template))

    assert [text.strip() for text in shown] == [
        LEVELS[language][1 - number % 2] for number in range(5)
    ]
    assert cells.findall(markup(hidden, template)) == [""] * 5


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_one_target_area_validity_and_what_it_replaces_are_told(
    language: str, template: PageTemplate
) -> None:
    plain = example_statement(1, language)
    told = replace(
        plain,
        units=(of_one_area(plain.units[0]),),
        valid_until="2028-11-24T21:59:59Z",
        supersedes=f"{PUBLIC_URL}/v/7K4M-9QXT-2VHD-P3ZW-3",
    )

    page, before = markup(told, template), markup(plain, template)

    area = plain.units[0].areas[0].name
    for words in (f"{ONLY[language]} {area}", "24.11.2028", "7K4M-9QXT-2VHD-P3ZW-3"):
        assert words in page
        assert words not in before


def test_the_role_stands_where_the_name_is_kept_back(template: PageTemplate) -> None:
    both = with_rows(example_statement(), instructor="Ilkka", instructor_role="mestari")
    role = with_rows(both, instructor=None)

    assert "Ilkka, mestari" in markup(both, template)
    assert "\N{NO-BREAK SPACE}· mestari\N{NO-BREAK SPACE}· " in markup(role, template)


def test_a_statement_from_before_these_were_told_still_has_its_page(
    template: PageTemplate,
) -> None:
    statement = asdict(example_statement())
    for name in ("shows_levels", "hides_site", "supersedes", "valid_until"):
        del statement[name]
    for unit in statement["units"]:
        del unit["scope_of_certificate"]
        for area in unit["areas"]:
            for row in area["requirements"]:
                del row["mark"], row["instructor_role"]

    before = build_markup(statement, template=template, check_url=statement["id"])

    assert before == markup(example_statement(), template)
