import copy
import json
import random
from contextlib import suppress

import pytest

from issuer.domain.catalogue import CatalogueEdition
from issuer.domain.catalogue_refusals import (
    CatalogueHoldsIdentityCode,
    CatalogueKeyRepeated,
    CatalogueNotJson,
    CatalogueNotText,
    CatalogueNumberRefused,
    CatalogueShapeWrong,
    CatalogueTooDeep,
    CatalogueTooLarge,
    NotAQualification,
    NothingToCertify,
)
from issuer.domain.errors import IssuerError
from issuer.gateways import eperusteet_json
from issuer.gateways.eperusteet_reading import read_qualification
from tests.gateways.qualifications import (
    as_bytes,
    gardening,
    older,
    qualification,
    requirement,
    unit,
)


def refusal(raw: bytes, kind: type[IssuerError]) -> str:
    with pytest.raises(kind) as caught:
        read_qualification(raw, name="tutkinto.json")
    said = str(caught.value)
    assert "tutkinto.json" in said
    assert "\n" not in said
    return said


def changed(**more) -> bytes:
    return as_bytes(gardening() | more)


def test_a_broken_file_names_line_column_and_character():
    raw = as_bytes(gardening())
    said = refusal(raw[: len(raw) // 2], CatalogueNotJson)
    assert "line 1, column" in said


def test_what_is_not_utf8_names_the_byte():
    assert "byte 5 " in refusal(b'{"a":\xff}', CatalogueNotText)


@pytest.mark.parametrize("raw", [b"", b"   ", b"{", b"null x", b"\xef\xbb\xbf"])
def test_no_json_at_all(raw):
    refusal(raw, CatalogueNotJson)


def test_a_byte_order_mark_is_forgiven():
    read_qualification(b"\xef\xbb\xbf" + as_bytes(gardening()), name="x")


def test_a_key_given_twice_is_refused():
    assert "“id”" in refusal(b'{"id": 1, "id": 2}', CatalogueKeyRepeated)


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "9" * 5000, "1e9999999999999999999"]
)
def test_numbers_that_json_does_not_know_are_refused(number):
    refusal(b'{"id": ' + number.encode() + b"}", CatalogueNumberRefused)


def test_deep_nesting_is_refused():
    refusal(b'{"a":' * 200_000 + b"1" + b"}" * 200_000, CatalogueTooDeep)
    refusal(b"[" * 200_000, CatalogueTooDeep)


def test_a_huge_file_is_not_read(monkeypatch):
    monkeypatch.setattr(eperusteet_json, "LARGEST_FILE", 10)
    refusal(as_bytes(gardening()), CatalogueTooLarge)


@pytest.mark.parametrize("raw", [b"[]", b"3", b'"x"', b"null", b"true"])
def test_json_that_is_no_object(raw):
    assert "the whole file" in refusal(raw, CatalogueShapeWrong)


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b"{}", "id is"),
        (changed(diaarinumero=None), "diaarinumero is"),
        (changed(nimi={}), "nimi is"),
        (changed(nimi={"fi": " <p></p> "}), "nimi is"),
        (b'{"id":1,"diaarinumero":"A-1","nimi":{"fi":"x"}}', "tutkinnonOsat"),
        (as_bytes(qualification(unit(1, "U", nimi={}))), "tutkinnonOsat[0].nimi is"),
    ],
)
def test_what_is_missing_is_named(raw, place):
    assert place in refusal(raw, NotAQualification)


@pytest.mark.parametrize(
    "given",
    [
        qualification(),
        qualification({}),
        qualification(unit(1, "U")),
        qualification(unit(1, "U", ("A", []))),
        qualification(unit(1, "U", ("A", [requirement("")]), sv=None)),
        older("<p>Ei luetteloa</p>"),
    ],
)
def test_nothing_to_certify(given):
    for found in given["tutkinnonOsat"]:
        for area in (found.get("ammattitaitovaatimukset2019") or {}).get(
            "kohdealueet", []
        ):
            for listed in area["vaatimukset"]:
                listed["vaatimus"] = {"fi": ""}
    refusal(as_bytes(given), NothingToCertify)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("nimi", [], "nimi should be an object, but is a list"),
        ("nimi", {"fi": 3}, "nimi.fi should be a text, but is the number 3"),
        ("tutkinnonOsat", {}, "tutkinnonOsat should be a list, but is an object"),
        ("tutkinnonOsat", [[]], "tutkinnonOsat[0] should be an object, but is a list"),
        ("id", True, "id should be a whole number, but is true or false"),
        ("id", 1.5, "id should be a whole number"),
        ("id", 2**70, "id should be a whole number of ordinary size"),
        ("id", -1, "id should be a whole number of ordinary size"),
        ("diaarinumero", "OPH\n1", "diaarinumero should be a code"),
        ("voimassaoloAlkaa", 10**18, "voimassaoloAlkaa should be milliseconds"),
        ("epavirallinen", "no", "epavirallinen should be true or false"),
        ("suoritustavat", [3], "suoritustavat[0] should be an object"),
    ],
)
def test_a_value_of_another_kind_is_named_with_its_place(key, value, said):
    assert said in refusal(changed(**{key: value}), CatalogueShapeWrong)


def test_a_scope_is_a_sensible_number():
    for scope in (-1, 10**9, "15", True):
        given = gardening()
        given["suoritustavat"][0]["tutkinnonOsaViitteet"][0]["laajuus"] = scope
        said = refusal(as_bytes(given), CatalogueShapeWrong)
        assert "suoritustavat[0].tutkinnonOsaViitteet[0].laajuus" in said


def test_half_a_character_is_refused():
    raw = as_bytes(gardening()).replace(b"leikkaa", b"\\ud800")
    assert "whole characters" in refusal(raw, CatalogueShapeWrong)


def test_html_that_no_parser_reads_is_refused():
    given = older("<ul><li>a</li></ul><![x y")
    said = refusal(as_bytes(given), CatalogueShapeWrong)
    assert "tutkinnonOsat[0].ammattitaitovaatimukset.fi" in said


def test_a_personal_identity_code_is_never_stored():
    for code in ("010190-900P", "０１０１９０-９００Ｐ"):
        given = qualification(unit(1, "U", ("A", [requirement(f"kysy {code}")])))
        said = refusal(as_bytes(given), CatalogueHoldsIdentityCode)
        assert "kohdealueet[0].vaatimukset[0].vaatimus.fi" in said
        assert "9" not in said.replace("2019", "")
    given = gardening()
    given["tutkinnonOsat"][0]["koodiUri"] = "010190-900P"
    refusal(as_bytes(given), CatalogueHoldsIdentityCode)
    html = older("<ul><li>soita 010190-900P</li></ul>")
    refusal(as_bytes(html), CatalogueHoldsIdentityCode)


def test_a_refusal_never_repeats_a_personal_identity_code():
    for key in ("id", "tutkinnonOsat", "nimi"):
        said = refusal(changed(**{key: "010190-900P"}), CatalogueShapeWrong)
        assert "010190" not in said


def test_scripts_and_styles_go_with_their_content():
    text = "a<script>x()</script><style>p{}</style><b>b</b><!-- c --> <br/>d &lt; 5"
    given = qualification(unit(1, "U", ("A", [requirement(text)])))
    edition = read_qualification(as_bytes(given), name="x")
    assert edition.units[0].requirements[0].text.fi == "ab\nd < 5"


WRONG = (
    None,
    [],
    {},
    "",
    "x",
    0,
    -1,
    10**30,
    1.5,
    True,
    [[]],
    [{}],
    {"fi": []},
    "\ud800",
)


def mutate(given, randomly: random.Random):
    """Change, delete or double one value somewhere in `given`."""
    here = given
    while True:
        keys = list(here) if isinstance(here, dict) else range(len(here))
        key = randomly.choice(list(keys))
        below = here[key]
        if isinstance(below, dict | list) and below and randomly.random() < 0.85:
            here = below
            continue
        if randomly.random() < 0.3:
            del here[key]
        else:
            here[key] = copy.deepcopy(
                randomly.choice([*WRONG, "<ul><li>a<ul><li>b", "<![if", "&#0;"])
            )
        return


def survives(raw: bytes) -> None:
    with suppress(IssuerError):
        assert isinstance(read_qualification(raw, name="x"), CatalogueEdition)


def test_no_mutation_ends_in_anything_but_an_edition_or_a_refusal():
    randomly = random.Random(20261124)
    original = json.dumps(
        gardening()
        | {
            "tutkinnonOsat": gardening()["tutkinnonOsat"]
            + older("<ul><li>a")["tutkinnonOsat"]
        }
    )
    for _ in range(1500):
        given = json.loads(original)
        for _ in range(randomly.randint(1, 3)):
            mutate(given, randomly)
        survives(json.dumps(given).encode())


def test_no_cut_and_no_flipped_byte_ends_in_anything_else():
    randomly = random.Random(7)
    raw = as_bytes(gardening())
    for _ in range(800):
        broken = bytearray(raw[: randomly.randint(0, len(raw))])
        for _ in range(randomly.randint(0, 3)):
            if broken:
                broken[randomly.randrange(len(broken))] = randomly.randrange(256)
        survives(bytes(broken))


@pytest.mark.shared
@pytest.mark.parametrize(
    "file",
    [
        "OPH-456-2022_yhteiset-ja-valinnaiset-osat.json",
        "OPH-2659-2017_telma.json",
        "OPH-1488-2021_tuva.json",
    ],
)
def test_mutations_of_real_files(shared_data, file):
    original = (shared_data / "eperusteet" / file).read_bytes()
    randomly = random.Random(file)
    for _ in range(60):
        given = json.loads(original)
        for _ in range(randomly.randint(1, 20)):
            mutate(given, randomly)
        survives(json.dumps(given).encode())
