"""What stands once above a target area, and which row names which letter."""

from dataclasses import asdict, replace

import pytest

from issuer.credentials.page_area import arrange, letter_of
from tests.statements import example_unit


def area(**changes: list) -> dict:
    rows = list(example_unit(1).areas[0].requirements)
    for field, values in changes.items():
        rows = [
            replace(row, **{field: value})
            for row, value in zip(rows, values, strict=True)
        ]
    return arrange([asdict(row) for row in rows])


def test_what_all_rows_share_stands_once_above_them() -> None:
    shown = area(
        instructor=["Ilkka", "Ilkka", None, "Ilkka"],
        site=["Piha", "Piha", None, "Piha"],
        task=["Haravointi", "Haravointi", None, "Haravointi"],
        observed_on=["2026-10-09", "2026-09-28", None, "2026-10-23"],
    )
    assert shown["heading"] == ["Ilkka", "Piha", "Haravointi"]
    assert (shown["seen_from"], shown["seen_to"]) == ("2026-09-28", "2026-10-23")
    assert shown["cases"] == []
    assert [row["letter"] for row in shown["rows"]] == [""] * 4


def test_what_differs_has_a_letter_that_its_rows_name() -> None:
    shown = area(
        instructor=["Ilkka", "Oona", None, "Ilkka"],
        site=["Piha", "Piha", None, "Piha"],
        task=["Haravointi", "Lumityö", None, "Lumityö"],
    )
    assert shown["heading"] == ["Piha"]
    assert shown["cases"] == [
        ("a", "Ilkka, Haravointi"),
        ("b", "Oona, Lumityö"),
        ("c", "Ilkka, Lumityö"),
    ]
    assert [row["letter"] for row in shown["rows"]] == ["a", "b", "", "c"]


def test_one_row_without_a_task_has_no_letter() -> None:
    shown = area(
        instructor=["Ilkka", "Ilkka", None, "Ilkka"],
        site=[None] * 4,
        task=["Haravointi", None, None, "Haravointi"],
    )
    assert shown["heading"] == ["Ilkka"]
    assert shown["cases"] == [("a", "Haravointi")]
    assert [row["letter"] for row in shown["rows"]] == ["a", "", "", "a"]


def test_a_role_stands_beside_the_name_or_for_it() -> None:
    roles = ["mestari", "mestari", None, "mestari"]
    named = area(instructor=["Ilkka", "Ilkka", None, "Ilkka"], instructor_role=roles)
    kept_back = area(instructor=[None] * 4, instructor_role=roles)
    assert named["heading"][0] == "Ilkka, mestari"
    assert kept_back["heading"][0] == "mestari"


def test_an_area_where_nothing_was_identified_names_nobody() -> None:
    nothing = [None] * 4
    shown = area(
        identified=[False] * 4,
        instructor=nothing,
        site=nothing,
        task=nothing,
        observed_on=nothing,
    )
    assert shown["seen_from"] is None
    assert shown["heading"] == shown["cases"] == []


@pytest.mark.parametrize(
    ("place", "letter"),
    [(0, "a"), (25, "z"), (26, "aa"), (51, "az"), (52, "ba"), (299, "kn")],
)
def test_letters_never_run_out(place: int, letter: str) -> None:
    assert letter_of(place) == letter
