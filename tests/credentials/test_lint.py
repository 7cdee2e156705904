import copy
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from issuer.credentials.document import build_document
from issuer.credentials.lint import find_misplaced, lint
from issuer.domain.catalogue import CatalogueEdition, Unit
from issuer.domain.certificates import (
    CertificateStatement,
    DraftUnfit,
    StatedArea,
    StatedUnit,
)
from issuer.domain.forbidden_claims import CLAUSE
from issuer.gateways.eperusteet_reading import read_qualification
from tests.statements import (
    PUBLIC_URL,
    example_requirement,
    example_statement,
    of_one_area,
    with_levels,
    with_rows,
    without_sites,
)

UNTIL = "2028-11-24T21:59:59Z"
STATEMENT = with_levels(example_statement(2, "fi", holder_birth_date="1990-05-17"))


@pytest.fixture
def document() -> dict[str, Any]:
    return build_document(STATEMENT)


def _refusal(document: dict[str, Any], statement=STATEMENT) -> str:
    with pytest.raises(DraftUnfit) as refused:
        lint(document, statement=statement)
    return str(refused.value)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("units", [1, 6, 40])
@pytest.mark.parametrize("is_official", [True, False])
def test_our_own_words_pass(units: int, language: str, is_official: bool) -> None:
    statement = example_statement(units, language)
    qualification = replace(statement.qualification, is_official=is_official)
    statement = replace(statement, qualification=qualification)

    lint(build_document(statement), statement=statement)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize(
    "change",
    [
        with_levels,
        without_sites,
        lambda s: replace(s, units=tuple(map(of_one_area, s.units))),
        lambda s: replace(s, supersedes=f"{PUBLIC_URL}/v/A", valid_until=UNTIL),
        lambda s: with_rows(s, instructor=None, instructor_role=None),
    ],
)
def test_our_words_pass_whatever_is_shown(change: Any, language: str) -> None:
    statement = change(example_statement(3, language))

    lint(build_document(statement), statement=statement)


def test_the_shape_comes_first_and_the_place_is_named(document: dict[str, Any]) -> None:
    document["credentialSubject"]["colour"] = "spruce"

    assert "$.credentialSubject.colour: it is not a known member" in _refusal(document)


def test_a_sealed_document_is_no_draft(document: dict[str, Any]) -> None:
    document["proof"] = {}

    assert "$.proof" in _refusal(document)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (unicodedata.normalize("NFD", "Pöllö"), "NFC"),
        ("undefined \U000e1fff", "Unicode does not define"),
        ("private \ue000", "Unicode does not define"),
        ("Henkilötunnus 131052-308T.", "personal identity code"),
        ("Hän on suorittanut tutkinnon osan.", "only an education provider may say"),
        ("Arvosana 5.", "only an education provider may say"),
    ],
)
@pytest.mark.parametrize(
    "change",
    [
        lambda d, t: d.__setitem__("description", t + "\n" + d["description"]),
        lambda d, t: d["credentialSubject"].__setitem__("narrative", t),
        lambda d, t: d["evidence"][0].__setitem__("name", t),
        lambda d, t: d["issuer"]["otherIdentifier"][0].__setitem__("identifier", t),
        lambda d, t: d["credentialSubject"]["achievement"]["alignment"][3].__setitem__(
            "targetDescription", t
        ),
    ],
)
def test_an_unfit_text_is_refused_anywhere(
    change: Any, text: str, reason: str, document: dict[str, Any]
) -> None:
    change(document, text)

    assert reason in _refusal(document)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda d: d.__setitem__("jti", "1"), r"$.jti: it is not a known"),
        (lambda d: d["issuer"].__setitem__("endorsementJwt", ["x"]), "endorsementJwt"),
        (lambda d: d.__setitem__("@graph", [{}]), "$.@graph"),
        (lambda d: d["evidence"][0].__setitem__("proof", {}), "proof"),
        (lambda d: d["issuer"].__setitem__("id", "#me"), "not a DID"),
        (lambda d: d.__setitem__("id", "/v/1"), "not an absolute address"),
        (lambda d: d["evidence"][0].__setitem__("id", "[x]"), "not an absolute"),
        (lambda d: d.__setitem__("validUntil", None), "validUntil: it is not a text"),
        (lambda d: d.__setitem__("evidence", []), "evidence: it is an empty array"),
        (lambda d: d.__setitem__("name", "a\u0001"), "control character"),
        (lambda d: d.__setitem__("description", "a\u007f"), "control character"),
        (lambda d: d.__setitem__("colour", "spruce"), "not a known member"),
    ],
)
def test_what_programs_read_otherwise_is_refused(
    change: Any, reason: str, document: dict[str, Any]
) -> None:
    change(document)

    assert reason in _refusal(document)


@pytest.mark.parametrize(
    ("changes", "fits"),
    [
        ({"summary": "Kuusi \U0001f332 ja leveä \uff21."}, False),
        ({"summary": "Kuusi \U0001f332.", "tasks": ("Leveä \uff21",)}, False),
        ({"summary": "Kuusi \U0001f332 ja €."}, True),
        ({"summary": "Leveä \uff21 ja \ud7a3."}, True),
    ],
)
def test_what_programs_would_sort_otherwise_is_refused(
    changes: dict[str, Any], fits: bool
) -> None:
    statement = example_statement(**changes)
    document = build_document(statement)

    if fits:
        lint(document, statement=statement)
    else:
        assert "sort its rare characters" in _refusal(document, statement)


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (replace(example_statement(), hides_site=True), "the site was to be hidden"),
        (
            replace(without_sites(STATEMENT), environments=STATEMENT.environments),
            "site",
        ),
        (replace(example_statement(), shows_levels=True), "has no level"),
        (replace(STATEMENT, status_list_url=None), "list or its index is missing"),
        (
            replace(
                STATEMENT,
                units=(replace(STATEMENT.units[0], scope_of_certificate="area"),),
            ),
            "it is not one target area",
        ),
        (
            replace(
                STATEMENT,
                units=(
                    replace(STATEMENT.units[0], scope_of_certificate="area", areas=()),
                ),
            ),
            "it is not one target area",
        ),
    ],
)
def test_a_statement_keeps_its_promises(
    statement: CertificateStatement, reason: str
) -> None:
    assert reason in _refusal(build_document(statement), statement)


def test_an_index_without_its_list_is_refused() -> None:
    statement = replace(STATEMENT, status_index=None)

    assert "$.credentialStatus" in _refusal(build_document(statement), statement)


@pytest.mark.parametrize(
    "changes",
    [
        {"summary": "Sai arvosanan kiitettävä."},
        {"tasks": ("Suoritettu tutkinnon osa",)},
        {"signatory_title": "pätevyyden myöntäjä"},
        {"holder_name": "Paula 131052-308T"},
        {"coach": "Carita\tValmentaja"},
        {"summary": "x\x00"},
    ],
)
def test_what_people_wrote_is_linted(changes: dict[str, Any]) -> None:
    statement = example_statement(**changes)

    _refusal(build_document(statement), statement)


def test_verbatim_catalogue_texts_may_speak_of_these_things() -> None:
    text = "opiskelija suorittaa tutkinnon osan ja saa arvosanan"
    statement = example_statement()
    [unit] = statement.units
    [area, *others] = unit.areas
    spoken = replace(area.requirements[0], text=text)
    areas = (replace(area, requirements=(spoken, *area.requirements[1:])), *others)
    statement = replace(statement, units=(replace(unit, areas=areas),))

    lint(build_document(statement), statement=statement)
    _refusal(build_document(replace(statement, summary="Sai arvosanan.")), statement)


def test_the_clause_must_be_there_word_for_word(document: dict[str, Any]) -> None:
    document["description"] = document["description"].replace(
        CLAUSE["fi"], CLAUSE["sv"]
    )

    assert "$.description: the required clause is missing" in _refusal(document)


def test_the_id_must_be_the_certificates(document: dict[str, Any]) -> None:
    other = replace(STATEMENT, id=STATEMENT.id + "X")

    assert "$.id: it is not the certificate's id" in _refusal(document, other)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda d: d.__setitem__("awardedDate", "2026-11-23T09:30:00Z"), "awardedDate"),
        (
            lambda d: d["credentialSubject"]["achievement"].__setitem__(
                "id", "https://a.example/1"
            ),
            "achievement.id",
        ),
        (
            lambda d: d["credentialSubject"]["achievement"]["resultDescription"][
                0
            ].__setitem__("id", "https://a.example/1"),
            "resultDescription",
        ),
        (
            lambda d: d["credentialSubject"]["result"][1].__setitem__(
                "resultDescription",
                d["credentialSubject"]["result"][0]["resultDescription"],
            ),
            "result",
        ),
        (lambda d: d["credentialSubject"]["result"].pop(0), "result"),
        (
            lambda d: d["credentialSubject"].__setitem__(
                "activityEndDate", "2026-01-01T00:00:00Z"
            ),
            "activityEndDate",
        ),
        (
            lambda d: d["credentialSubject"].__setitem__("id", f"{d['id']}#x"),
            "Subject.id",
        ),
        (lambda d: d.__setitem__("validUntil", d["validFrom"]), "validUntil"),
        (
            lambda d: d["credentialStatus"].__setitem__("statusListIndex", "1"),
            "credentialStatus.id",
        ),
        (
            lambda d: d["credentialSubject"]["achievement"]["resultDescription"][2][
                "rubricCriterionLevel"
            ][0].__setitem__("id", "https://a.example/1"),
            "resultDescription",
        ),
        (
            lambda d: d["credentialSubject"]["result"][-1].__setitem__(
                "achievedLevel",
                d["credentialSubject"]["result"][2]["achievedLevel"],
            ),
            "result",
        ),
        (
            lambda d: d["credentialSubject"]["result"][-1].__setitem__(
                "resultDescription",
                d["credentialSubject"]["result"][0]["resultDescription"],
            ),
            "result",
        ),
    ],
)
def test_inner_references_must_fit(
    change: Any, place: str, document: dict[str, Any]
) -> None:
    assert find_misplaced(document) is None
    changed = copy.deepcopy(document)
    change(changed)

    assert str(find_misplaced(changed)).endswith(place)
    assert "does not refer to its own document" in _refusal(changed)


def _stated(unit: Unit, language: str) -> StatedUnit:
    """State the unit with every second requirement identified."""
    areas, number = [], 0
    for area in unit.target_areas:
        requirements = []
        for requirement in area.requirements:
            number += 1
            requirements.append(
                replace(
                    example_requirement(number, identified=number % 2 == 0),
                    code=requirement.code,
                    text=requirement.text.in_language(language),
                    text_language=requirement.text.language_of(language),
                )
            )
        areas.append(StatedArea(area.name.in_language(language), tuple(requirements)))
    return StatedUnit(
        code=unit.code,
        name=unit.name.in_language(language),
        name_language=unit.name.language_of(language),
        scope=None if unit.scope is None else str(unit.scope),
        scope_unit=unit.scope_unit.value,
        target_url="https://eperusteet.opintopolku.fi/#/fi/tutkinnonosat/1",
        identified=number // 2,
        total=number,
        areas=tuple(areas),
    )


def _statements(
    edition: CatalogueEdition, language: str
) -> Iterator[CertificateStatement]:
    """State all units with requirements, six to a certificate."""
    units = [_stated(u, language) for u in edition.units if u.requirements]
    for start in range(0, len(units), 6):
        statement = example_statement(language=language)
        qualification = replace(
            statement.qualification,
            name=edition.name.in_language(language),
            record_number=edition.record_number,
        )
        yield replace(
            statement,
            qualification=qualification,
            units=tuple(units[start : start + 6]),
        )


@pytest.mark.shared
@pytest.mark.parametrize("language", ["fi", "sv"])
@pytest.mark.parametrize(
    "name",
    [
        "OPH-901-2020_puutarha-alan-perustutkinto.json",
        "OPH-5410-2021_ajoneuvoalan-perustutkinto.json",
        "OPH-1488-2021_tuva.json",
        "62-011-2014_luonto-ja-ymparistoalan-perustutkinto.json",
    ],
)
def test_real_requirements_can_be_stated(
    name: str, language: str, shared_data: Path
) -> None:
    raw = (shared_data / "eperusteet" / name).read_bytes()
    edition = read_qualification(raw, name=name)

    linted = 0
    for statement in _statements(edition, language):
        lint(build_document(statement), statement=statement)
        linted += len(statement.units)
    print(f"{name}: {linted} units")
