"""The values a template gets from a statement, and how dates are written."""

from dataclasses import asdict, replace

import pytest

from issuer.credentials.page_contents import (
    build_contents,
    require_page_possible,
    write_day,
    write_span,
)
from issuer.credentials.page_refusals import PageTooLarge
from issuer.domain.certificates import CertificateStatement, StatedArea, StatedUnit
from tests.statements import PUBLIC_URL, example_statement, example_unit

CHECK_URL = f"{PUBLIC_URL}/v/04HMASW9NF6YY093G"


def contents(statement: CertificateStatement) -> dict:
    titles = {"fi": "Todistus", "sv": "Intyg"}
    return build_contents(asdict(statement), titles=titles, check_url=CHECK_URL)


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        ("2026-09-14", "2026-11-20", "14.9.–20.11.2026"),
        ("2025-12-01", "2026-01-31", "1.12.2025–31.1.2026"),
        ("2026-11-20", "2026-11-20", "20.11.2026"),
    ],
)
def test_a_span_of_days(first: str, last: str, written: str) -> None:
    assert write_span(first, last) == written
    assert write_day(last) == written[-len(write_day(last)) :]


def test_the_day_of_issue_is_the_day_in_finland() -> None:
    late = example_statement(issued_at="2026-11-24T22:30:00Z")
    assert contents(late)["issued_on"] == "2026-11-25"


def test_the_share_of_a_unit_is_never_divided_by_nothing() -> None:
    empty = replace(example_unit(1), identified=0, total=0, areas=())
    shown = contents(replace(example_statement(), units=(empty,)))
    assert shown["units"][0]["percent"] == 0
    assert contents(example_statement())["units"][0]["percent"] == 71.4


def test_only_addresses_of_the_web_become_links() -> None:
    statement = example_statement()
    odd = replace(statement.environments[0], report_url="javascript:alert(1)")
    shown = contents(replace(statement, environments=(odd,)))
    assert shown["environments"][0]["report"] == {
        "href": "",
        "text": "javascript:alert(1)",
    }


def test_earlier_certificates_are_named_by_their_serials() -> None:
    shown = contents(example_statement(builds_on=(f"{PUBLIC_URL}/v/AAAA-BBBB",)))
    assert shown["earlier"] == ["AAAA-BBBB"]


def test_a_hyphen_that_does_not_break_is_drawn_as_a_hyphen() -> None:
    shown = contents(example_statement(holder_name="Anna\u2011Liisa"))
    assert shown["holder_name"] == "Anna-Liisa"


def unit_of(requirements: int) -> StatedUnit:
    row = example_unit(1).areas[0].requirements[0]
    area = StatedArea("Alue", (row,) * requirements)
    return replace(
        example_unit(1), areas=(area,), identified=requirements, total=requirements
    )


def test_three_hundred_requirements_are_the_most() -> None:
    require_page_possible(asdict(example_statement(units=0)))
    fits = replace(example_statement(), units=(unit_of(200), unit_of(100)))
    require_page_possible(asdict(fits))
    too_many = replace(example_statement(), units=(unit_of(200), unit_of(101)))
    with pytest.raises(PageTooLarge) as refusal:
        require_page_possible(asdict(too_many))
    assert refusal.value.facts == {"count": 301, "limit": 300}
