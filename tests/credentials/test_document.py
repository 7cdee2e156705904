import json
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from issuer.credentials.bounded_json import LARGEST
from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.document import build_document
from issuer.credentials.lint import lint
from issuer.credentials.rdfc import canonical_lines, count_statements
from issuer.credentials.shape import UNSEALED, find_flaw
from issuer.domain.certificates import CertificateStatement, StatedEnvironment
from issuer.domain.forbidden_claims import CLAUSE
from tests.statements import (
    DID,
    PUBLIC_URL,
    example_statement,
    example_unit,
    of_one_area,
    with_levels,
    with_rows,
    without_sites,
)

EARLIER = f"{PUBLIC_URL}/v/7K4M-9QXT-2VHD-P3ZW-3"
SCHEMA = "standards/1edtech-schemas/ob_v3p0_achievementcredential_schema.json"


@pytest.fixture(scope="session")
def schema(shared_data: Path) -> jsonschema.Draft201909Validator:
    return jsonschema.Draft201909Validator(
        json.loads((shared_data / SCHEMA).read_bytes()),
        format_checker=jsonschema.Draft201909Validator.FORMAT_CHECKER,
    )


def _of_areas(statement: CertificateStatement) -> CertificateStatement:
    return replace(statement, units=tuple(map(of_one_area, statement.units)))


@pytest.mark.shared
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("units", [1, 6, 40])
@pytest.mark.parametrize(
    "change",
    [lambda s: s, with_levels, _of_areas, without_sites],
    ids=["plain", "levels", "areas", "without_sites"],
)
def test_the_official_schema_is_met_and_every_member_is_signed(
    change: Callable[[CertificateStatement], CertificateStatement],
    units: int,
    language: str,
    schema: jsonschema.Draft201909Validator,
    contexts: ContextLibrary,
) -> None:
    statement = change(example_statement(units, language))
    document = build_document(statement)

    assert list(schema.iter_errors(document)) == []
    lint(document, statement=statement)
    lines = canonical_lines(document, contexts=contexts)
    assert len(lines) == count_statements(document)
    assert len(json.dumps(document, ensure_ascii=False).encode()) < LARGEST


@pytest.mark.shared
@pytest.mark.parametrize(
    "changes",
    [
        {"holder_birth_date": "1990-05-17"},
        {"builds_on": ("https://todistus.hiisijarvi.example/v/04HM",)},
        {"environments": (), "hours": None, "tasks": (), "summary": ""},
        {"valid_until": "2028-11-24T21:59:59Z", "supersedes": EARLIER},
        {"supersedes": EARLIER, "builds_on": (EARLIER,)},
        {"status_list_url": None, "status_index": None},
    ],
)
def test_the_schema_is_met_by_what_may_vary(
    changes: dict[str, Any], schema: jsonschema.Draft201909Validator
) -> None:
    document = build_document(example_statement(**changes))

    assert list(schema.iter_errors(document)) == []
    assert find_flaw(document, UNSEALED) is None


@pytest.mark.shared
def test_the_schema_would_have_complained(
    schema: jsonschema.Draft201909Validator,
) -> None:
    document = build_document(example_statement())
    del document["credentialSubject"]["achievement"]["criteria"]

    assert list(schema.iter_errors(document))


def test_the_head_of_the_document() -> None:
    document = build_document(example_statement())

    assert list(document) == [
        "@context",
        "id",
        "type",
        "name",
        "description",
        "issuer",
        "validFrom",
        "awardedDate",
        "credentialSubject",
        "evidence",
        "credentialStatus",
        "credentialSchema",
    ]
    assert document["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert document["issuer"] == {
        "id": DID,
        "type": ["Profile"],
        "name": "Hiisijärven kunta",
        "url": "https://hiisijarvi.example/",
        "address": {
            "type": ["Address"],
            "addressCountry": "Suomi",
            "addressCountryCode": "FI",
            "addressLocality": "Hiisijärvi",
        },
        "otherIdentifier": [
            {
                "type": "IdentifierEntry",
                "identifier": "1234567-1",
                "identifierType": "ext:businessId",
            }
        ],
    }
    assert document["validFrom"] == document["awardedDate"] == "2026-11-24T09:30:00Z"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_description_holds_the_required_clause(language: str) -> None:
    document = build_document(example_statement(2, language))

    assert CLAUSE[language] in document["description"]
    assert document["credentialSubject"]["achievement"]["inLanguage"] == language


def test_the_holder_is_named_and_the_birth_date_only_if_given() -> None:
    named = build_document(example_statement())["credentialSubject"]["identifier"]
    dated = build_document(example_statement(holder_birth_date="1990-05-17"))

    assert named == [
        {
            "type": "IdentityObject",
            "hashed": False,
            "identityHash": "Paula Osallistuja",
            "identityType": "name",
        }
    ]
    assert dated["credentialSubject"]["identifier"][1] == {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": "1990-05-17",
        "identityType": "ext:birthDate",
    }


def test_each_unit_is_followed_by_what_was_identified_of_it() -> None:
    statement = example_statement(2)
    achievement = build_document(statement)["credentialSubject"]["achievement"]

    expected = []
    for unit in statement.units:
        expected.append(("CFItem", unit.name, unit.target_url, unit.code))
        expected.extend(
            ("ceasn:Competency", r.text, r.target_url, r.code)
            for area in unit.areas
            for r in area.requirements
            if r.identified
        )
    assert expected == [
        (a["targetType"], a["targetName"], a["targetUrl"], a.get("targetCode"))
        for a in achievement["alignment"]
    ]
    assert None in [code for _, _, _, code in expected]


def test_alignments_say_where_they_belong_as_order_is_not_signed() -> None:
    statement = example_statement()
    unit, *requirements = build_document(statement)["credentialSubject"]["achievement"][
        "alignment"
    ]

    assert (
        unit["targetDescription"] == "Koko tutkinnon osan laajuus: 30 osaamispistettä."
    )
    assert (
        requirements[0]["targetDescription"] == "Metsäpihan hoito 1: Työn suunnittelu"
    )
    assert unit["targetFramework"] == (
        "Keksityn metsäpihan perustutkinto, OPH-9999-2024, perusteiden versio 1.8.2024"
    )


def test_coverage_is_a_count_and_never_points_or_a_grade() -> None:
    statement = example_statement(2)
    document = build_document(statement)
    subject = document["credentialSubject"]

    assert [result["value"] for result in subject["result"]] == ["5/7", "5/7"]
    assert [result["resultDescription"] for result in subject["result"]] == [
        f"{statement.id}#coverage-1",
        f"{statement.id}#coverage-2",
    ]
    assert [entry["id"] for entry in subject["achievement"]["resultDescription"]] == [
        f"{statement.id}#coverage-1",
        f"{statement.id}#coverage-2",
    ]
    assert subject["result"][0]["alignment"] == [subject["achievement"]["alignment"][0]]
    assert "creditsEarned" not in json.dumps(document)
    assert "creditsAvailable" not in json.dumps(document)


def test_the_narrative_tells_the_period_and_the_people() -> None:
    narrative = build_document(example_statement())["credentialSubject"]["narrative"]

    for text in (
        "Paula hoiti piha-alueita",
        "Lumityöt ja hiekoitus; Istutusten hoito",
        "17.8.2026–20.11.2026",
        "320",
        "Hiisijärven metsäpiha",
        "Arviointikeskustelun veti Carita Valmentaja",
        "hyväksynyt todistuksen sisällön 23.11.2026",
        "Sirpa Allekirjoittaja, työllisyyskoordinaattori",
        "Hiisijärven kunta, Työllisyyspalvelut, Hiisijärvi",
    ):
        assert text in narrative


def test_what_was_not_identified_is_listed_and_says_no_more() -> None:
    statement = example_statement()
    narrative = build_document(statement)["credentialSubject"]["narrative"]

    for requirement in [r for a in statement.units[0].areas for r in a.requirements]:
        line = f"– {requirement.text}"
        assert (line in narrative) is not requirement.identified
    assert "ei kerro mitään siitä, mitä henkilö ei osaa" in narrative


def test_where_all_was_identified_nothing_is_listed_as_missing() -> None:
    unit = example_unit(1)
    areas = tuple(
        replace(area, requirements=tuple(r for r in area.requirements if r.identified))
        for area in unit.areas
    )
    whole = replace(unit, areas=areas, identified=5, total=5)

    narrative = build_document(example_statement())["credentialSubject"]["narrative"]
    assert "ei tunnistettu" in narrative
    statement = replace(example_statement(), units=(whole,))
    narrative = build_document(statement)["credentialSubject"]["narrative"]

    assert "ei tunnistettu" not in narrative
    assert "ei kerro" not in narrative


def test_what_is_empty_is_left_out() -> None:
    statement = example_statement(
        hours=None, tasks=(), summary="", environments=(), signatory_title=""
    )
    issuer = replace(statement.issuer, department="", town="")
    document = build_document(replace(statement, issuer=issuer))
    narrative = document["credentialSubject"]["narrative"]

    assert narrative.startswith("Työjakso: 17.8.2026–20.11.2026.\nTyöpaikat:")
    assert "Todistuksen antoi Sirpa Allekirjoittaja.\n" in narrative
    assert "Myöntäjä: Hiisijärven kunta. Y-tunnus" in narrative
    assert all("#evidence-" in entry["id"] for entry in document["evidence"])
    criteria = document["credentialSubject"]["achievement"]["criteria"]["narrative"]
    assert "Laadunvarmistus" not in criteria


def test_without_anything_identified_or_recognised_there_is_no_evidence() -> None:
    unit = example_unit(1)
    areas = tuple(
        replace(
            area,
            requirements=tuple(
                replace(r, identified=False, site=None) for r in area.requirements
            ),
        )
        for area in unit.areas
    )
    statement = replace(
        example_statement(environments=()),
        units=(replace(unit, areas=areas, identified=0, scope=None, code=None),),
    )
    document = build_document(statement)

    assert "evidence" not in document
    assert "Työpai" not in document["credentialSubject"]["narrative"]
    [alignment] = document["credentialSubject"]["achievement"]["alignment"]
    assert "targetDescription" not in alignment
    assert "targetCode" not in alignment
    assert find_flaw(document, UNSEALED) is None


def test_evidence_is_one_entry_a_task_site_and_instructor() -> None:
    statement = example_statement()
    evidence = build_document(statement)["evidence"]

    assert [entry["name"] for entry in evidence] == [
        "Lumityöt ja hiekoitus",
        "Istutusten hoito",
        "Oppimisympäristön tunnistamisraportti: Hiisijärven metsäpiha",
    ]
    assert [entry["id"] for entry in evidence] == [
        f"{statement.id}#evidence-1",
        f"{statement.id}#evidence-2",
        "https://todistus.hiisijarvi.example/environments/metsapiha/3",
    ]
    assert evidence[0]["narrative"].split("\n") == [
        "Paikka: Hiisijärven metsäpiha.",
        "Havaittu: 11.10.2026, 15.10.2026, 17.10.2026.",
        "Työpaikkaohjaaja: Ilkka Ohjaaja, työnjohtaja.",
        "Merkinnän varmuus: S3, ohjaajan laitteeseen sidottu pääsyavain.",
        "Vaatimukset: ammattitaitovaatimukset_90010; “suunnittelee työvaiheen 14 ja "
        "valitsee siihen välineet”; ammattitaitovaatimukset_90016.",
    ]


def test_an_assurance_of_none_is_not_mentioned() -> None:
    statement = example_statement()
    [unit] = statement.units
    areas = tuple(
        replace(
            area,
            requirements=tuple(replace(r, assurance="none") for r in area.requirements),
        )
        for area in unit.areas
    )
    plain = replace(statement, units=(replace(unit, areas=areas),))

    assert "varmuus" not in build_document(plain)["evidence"][0]["narrative"]


def test_one_report_is_named_once_and_a_missing_checker_not_at_all() -> None:
    environment = example_statement().environments[0]
    unchecked = StatedEnvironment(
        "Toinen paikka", "https://a.example/r/1", 1, "2026-06-01", ""
    )
    document = build_document(
        example_statement(environments=(environment, environment, unchecked))
    )

    reports = document["evidence"][2:]
    assert [entry["id"] for entry in reports] == [
        environment.report_url,
        "https://a.example/r/1",
    ]
    assert "tarkisti" in reports[0]["narrative"]
    assert "tarkisti" not in reports[1]["narrative"]
    criteria = document["credentialSubject"]["achievement"]["criteria"]["narrative"]
    assert "Toinen paikka" not in criteria


def test_an_unofficial_catalogue_is_said_to_be_so() -> None:
    statement = example_statement()
    starter = replace(
        statement,
        qualification=replace(
            statement.qualification, is_official=False, edition_date=None
        ),
    )
    document = build_document(starter)

    assert "epävirallisia tiivistelmiä" in document["description"]
    for alignment in document["credentialSubject"]["achievement"]["alignment"]:
        assert alignment["targetFramework"].endswith(
            "OPH-9999-2024 (epävirallinen tiivistelmä)"
        )


def test_a_quotation_in_another_language_is_said_to_be_so() -> None:
    english = build_document(example_statement(language="en"))
    finnish = build_document(example_statement())

    def criteria(document: dict[str, Any]) -> str:
        return document["credentialSubject"]["achievement"]["criteria"]["narrative"]

    assert "language of their publication" in criteria(english)
    assert "kielellä" not in criteria(finnish)
    assert "abababab" in criteria(finnish)


def test_earlier_certificates_are_related() -> None:
    earlier = "https://todistus.hiisijarvi.example/v/earlier"
    document = build_document(example_statement(builds_on=(earlier,)))

    assert document["credentialSubject"]["achievement"]["related"] == [
        {"id": earlier, "type": ["Related"]}
    ]


def test_a_component_in_weeks_is_counted_in_weeks() -> None:
    statement = example_statement()
    unit = replace(statement.units[0], scope="38", scope_unit="week")
    document = build_document(replace(statement, units=(unit,)))

    [first, *_] = document["credentialSubject"]["achievement"]["alignment"]
    assert first["targetDescription"] == "Koko koulutuksen osan laajuus: 38 viikkoa."


def test_all_texts_are_nfc() -> None:
    decomposed = unicodedata.normalize("NFD", "Päivi Öljymäki")
    statement = example_statement(holder_name=decomposed, summary=decomposed)
    document = build_document(statement)

    assert decomposed not in json.dumps(document, ensure_ascii=False)
    lint(document, statement=statement)


def test_an_area_without_a_heading_leaves_no_gap() -> None:
    statement = example_statement()
    [unit] = statement.units
    areas = tuple(replace(area, name="") for area in unit.areas)
    document = build_document(replace(statement, units=(replace(unit, areas=areas),)))

    alignments = document["credentialSubject"]["achievement"]["alignment"]
    assert alignments[1]["targetDescription"] == "Metsäpihan hoito 1"


def test_the_holder_has_an_address_of_this_certificate_only() -> None:
    statement = example_statement()

    subject = build_document(statement)["credentialSubject"]

    assert subject["id"] == f"{statement.id}#holder"


def test_where_it_may_be_revoked() -> None:
    url = f"{PUBLIC_URL}/org/hiisi/status/1"

    assert build_document(example_statement())["credentialStatus"] == {
        "id": f"{url}#94567",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": url,
    }
    zero = build_document(example_statement(status_index=0))["credentialStatus"]
    assert zero["statusListIndex"] == "0"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", "Todistus on voimassa 24.11.2028 saakka."),
        ("sv", "Intyget gäller till och med 24.11.2028."),
        ("en", "The certificate is valid until the end of 24 November 2028."),
    ],
)
def test_until_when_it_is_valid(language: str, words: str) -> None:
    until = "2028-11-24T21:59:59Z"
    document = build_document(example_statement(1, language, valid_until=until))

    assert document["validUntil"] == until
    assert words in document["description"].split("\n")
    assert "validUntil" not in build_document(example_statement(1, language))


def test_what_it_replaces_and_what_it_builds_on_is_named_once() -> None:
    second = f"{PUBLIC_URL}/v/3F8T-6NRB-0WQJ-X5KD-T"
    document = build_document(
        example_statement(supersedes=EARLIER, builds_on=(EARLIER, second))
    )
    subject = document["credentialSubject"]

    assert [r["id"] for r in subject["achievement"]["related"]] == [EARLIER, second]
    assert (
        "korvaa aiemman todistuksen 7K4M-9QXT-2VHD-P3ZW-3." in (document["description"])
    )
    assert (
        "Todistus jatkaa aiempia todistuksia: 7K4M-9QXT-2VHD-P3ZW-3, "
        "3F8T-6NRB-0WQJ-X5KD-T." in subject["narrative"].split("\n")
    )


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", ["Arvioinnin tapa", "Osallistumisen muoto", "Laadunvarmistus"]),
        ("sv", ["Bedömningssätt", "Form av deltagande", "Kvalitetssäkring"]),
        (
            "en",
            ["Type of assessment", "Form of participation", "Type of quality assuranc"],
        ),
    ],
)
def test_the_elements_of_a_micro_credential_are_told(
    language: str, words: list[str]
) -> None:
    document = build_document(example_statement(2, language))
    achievement = document["credentialSubject"]["achievement"]

    for word in words:
        assert f"\n{word}" in achievement["criteria"]["narrative"]
    assert "320" in document["credentialSubject"]["narrative"]
    assert document["issuer"]["address"]["addressCountryCode"] == "FI"


@pytest.mark.parametrize(
    ("kind", "level"),
    [
        ("koulutustyyppi_1", "4"),
        ("koulutustyyppi_4", "4"),
        ("koulutustyyppi_11", "4"),
        ("koulutustyyppi_12", "5"),
        ("koulutustyyppi_13", "4"),
        ("koulutustyyppi_26", "4"),
        ("koulutustyyppi_40", None),
        ("koulutustyyppi_5", None),
        (None, None),
    ],
)
def test_the_level_is_the_qualifications_and_only_where_we_know_it(
    kind: str | None, level: str | None
) -> None:
    for units, words in ((1, "The unit belongs"), (2, "The units belong")):
        statement = example_statement(units, "en")
        qualification = replace(statement.qualification, qualification_type=kind)
        document = build_document(replace(statement, qualification=qualification))
        description = document["credentialSubject"]["achievement"]["description"]

        if level is None:
            assert "level" not in description
        else:
            assert f"{words} to a qualification at level {level} of" in description
            assert "This certificate has no level of its own." in description


def test_without_sites_the_place_is_said_to_be_left_out() -> None:
    document = build_document(without_sites(example_statement()))
    narrative = document["credentialSubject"]["narrative"]

    assert "metsäpiha" not in json.dumps(document["evidence"], ensure_ascii=False)
    assert "Hiisijärven metsäpiha" not in json.dumps(document, ensure_ascii=False)
    assert "Työpaikkaa ei nimetä tässä todistuksessa." in narrative
    assert (
        "\nLaadunvarmistus"
        in (document["credentialSubject"]["achievement"]["criteria"]["narrative"])
    )


@pytest.mark.parametrize(
    ("name", "role", "line"),
    [
        ("Ilkka", "työnjohtaja", "Työpaikkaohjaaja: Ilkka, työnjohtaja."),
        (None, "työnjohtaja", "Työpaikkaohjaaja: työnjohtaja."),
        ("Ilkka", None, "Työpaikkaohjaaja: Ilkka."),
        (None, None, "Merkinnän on tehnyt työpaikkaohjaaja."),
    ],
)
def test_evidence_tells_the_instructors_role_even_without_the_name(
    name: str | None, role: str | None, line: str
) -> None:
    statement = with_rows(example_statement(), instructor=name, instructor_role=role)

    for entry in build_document(statement)["evidence"][:2]:
        assert line in entry["narrative"].split("\n")


def test_evidence_of_two_roles_is_two_entries() -> None:
    statement = with_rows(
        example_statement(),
        task="Lumityöt",
        instructor=None,
        instructor_role=["mestari", "työnjohtaja"],
    )
    first, second, _ = build_document(statement)["evidence"]

    assert "Työpaikkaohjaaja: mestari." in first["narrative"]
    assert "Työpaikkaohjaaja: työnjohtaja." in second["narrative"]
