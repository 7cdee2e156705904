from dataclasses import replace
from decimal import Decimal

from issuer.domain.catalogue import (
    CatalogueEdition,
    Requirement,
    ScopeUnit,
    Structure,
    SubArea,
    TargetArea,
    Unit,
)
from issuer.domain.texts import LocalText


def requirement(text: str, *, key: str = "", code: str | None = None) -> Requirement:
    return Requirement(key=key or code or text, code=code, text=LocalText(text))


def a_unit(number: int, *areas: TargetArea, **more) -> Unit:
    given = {
        "source_id": number,
        "code": f"tutkinnonosat_{number}",
        "name": LocalText(f"Osa {number}"),
        "scope": Decimal(15),
        "scope_maximum": None,
        "scope_unit": ScopeUnit.COMPETENCE_POINT,
        "is_common": False,
        "structure": Structure.REQUIREMENTS_2019,
        "target_areas": areas,
        "sub_areas": (),
    }
    return Unit(**(given | more))


def an_edition(*units: Unit, **more) -> CatalogueEdition:
    given = {
        "source_id": 1,
        "record_number": "OPH-1-2099",
        "name": LocalText("Koealan perustutkinto"),
        "qualification_type": None,
        "valid_from": None,
        "valid_until": None,
        "transition_until": None,
        "modified": None,
        "sha256": "0" * 64,
        "is_official": True,
        "units": units,
        "grading": (),
    }
    return CatalogueEdition(**(given | more))


def an_area(*requirements: Requirement, name: str = "Alue") -> TargetArea:
    return TargetArea(LocalText(name), requirements)


def test_only_real_target_areas_are_counted():
    listed = replace(an_area(requirement("b")), has_heading=False)
    edition = an_edition(a_unit(1, an_area(requirement("a", code="c_1")), listed))

    assert edition.counts() == {
        "record_number": "OPH-1-2099",
        "units": 1,
        "target_areas": 1,
        "requirements": 2,
        "coded": 1,
    }


def test_the_older_structure_is_counted_only_where_there_is_no_newer():
    old = a_unit(2, an_area(requirement("b")), structure=Structure.LIST)

    assert an_edition(old).counts()["requirements"] == 1
    assert an_edition(old).counts()["target_areas"] == 0
    both = an_edition(a_unit(1, an_area(requirement("a"))), old).counts()
    assert (both["units"], both["requirements"]) == (2, 1)


def test_sub_areas_are_part_of_the_unit_but_not_of_its_own_requirements():
    sub_area = SubArea(
        code=None,
        name=LocalText("Osa-alue"),
        mandatory_scope=None,
        mandatory=(an_area(requirement("m")),),
        optional_scope=None,
        optional=(an_area(requirement("o")),),
    )
    unit = a_unit(1, an_area(requirement("a")), sub_areas=(sub_area,), is_common=True)

    assert [r.text.fi for r in unit.requirements] == ["a"]
    assert [r.text.fi for a in unit.all_areas for r in a.requirements] == [
        "a",
        "m",
        "o",
    ]
