import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.credentials.document import build_document
from issuer.credentials.sealer import _MEMBER_ORDER, SealedForms
from issuer.credentials.shape import (
    SEALED,
    UNSEALED,
    InOrder,
    Several,
    Shape,
    With,
    check_shape,
    find_flaw,
)
from issuer.credentials.shape_rules import FlawFound, exactly, instant, iri, line, text
from tests.statements import example_statement, with_levels

NAMED_GRAPHS = ("@graph", "verifiableCredential", "proof", "@included", "@reverse")
UNLIKE_THE_CONTEXT = ("jti", "endorsementJwt", "endorsement", "@context", "@nest")
SUBJECT = ("credentialSubject",)
ACHIEVEMENT = (*SUBJECT, "achievement")


@pytest.fixture
def document(sealed: SealedForms) -> dict[str, Any]:
    return json.loads(sealed.data)


def _at(document: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


def test_a_sealed_credential_has_the_shape(document: dict[str, Any]) -> None:
    assert check_shape(document) is None


def test_an_unsealed_one_lacks_its_proof(document: dict[str, Any]) -> None:
    del document["proof"]

    assert check_shape(document) == "$.proof: it is missing"


def _objects(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple]:
    if isinstance(value, dict):
        yield path
        for name, member in value.items():
            yield from _objects(member, (*path, name))
    elif isinstance(value, list):
        for index, member in enumerate(value):
            yield from _objects(member, (*path, index))


def test_no_object_takes_an_unknown_member(document: dict[str, Any]) -> None:
    for path in _objects(document):
        changed = copy.deepcopy(document)
        _at(changed, path)["favouriteColour"] = "spruce"
        assert check_shape(changed), path


def test_no_member_but_the_optional_ones_can_be_taken_away(
    document: dict[str, Any],
) -> None:
    optional = {
        "addressLocality",
        "credentialStatus",
        "evidence",
        "targetCode",
        "targetDescription",
    }
    for path in _objects(document):
        for name in _at(document, path):
            changed = copy.deepcopy(document)
            del _at(changed, path)[name]
            flaw = check_shape(changed)
            assert (flaw is None) == (name in optional), (path, name)


@pytest.mark.parametrize("value", [None, [], "", " ", {}, 0, 1.5, True, [None], [[]]])
def test_no_member_takes_null_empty_values_or_another_type(
    value: object, document: dict[str, Any]
) -> None:
    for path in _objects(document):
        for name in _at(document, path):
            changed = copy.deepcopy(document)
            _at(changed, path)[name] = value
            assert check_shape(changed), (path, name)


@pytest.mark.parametrize(
    ("path", "value", "reason"),
    [
        ((*SUBJECT, "identifier", 0, "hashed"), "false", "the value it must be"),
        ((*SUBJECT, "identifier", 0, "hashed"), 0, "the value it must be"),
        (("type",), ["OpenBadgeCredential", "VerifiableCredential"], "value it must"),
        (("type",), ["VerifiableCredential", "AchievementCredential"], "value it must"),
        (("type",), ["VerifiableCredential"], "value it must"),
        (("credentialSchema", 0, "id"), "https://a.example", "value it must"),
        (("credentialSchema", 0, "x"), "y", "value it must"),
        (("name",), {"@value": "Osaamistodistus", "@language": "fi"}, "not a text"),
        (("name",), ["Osaamistodistus"], "not a text"),
        (("name",), "Osaamis\ntodistus", "control"),
        (("name",), "x" * 2001, "too long"),
        (("description",), "x" * 100_001, "too long"),
        (("description",), "x\u0001", "control"),
        (("description",), "x\u007f", "control"),
        (("description",), "x\u0085", "control"),
        (("description",), "x\ud800", "control"),
        (("description",), "x\r\ny", "control"),
        (("issuer", "id"), "https://a.example", "not a DID"),
        (("issuer",), "did:web:a.example", "not an object"),
        (("evidence",), {}, "not an array"),
        ((*SUBJECT, "result", 0, "value"), "64 %", "count like"),
        ((*SUBJECT, "result", 0, "value"), "٥/٧", "count like"),
        ((*ACHIEVEMENT, "inLanguage"), "de", "one of the values"),
        ((*ACHIEVEMENT, "alignment", 0, "targetType"), "CTDL", "one of the values"),
        (("proof", 0, "proofValue"), "zO0Il", "signature value"),
        (("proof", 1, "verificationMethod"), "did:web:a.example", "DID URL"),
        (("proof", 1, "@context"), ["https://a.example"], "value it must"),
        (("credentialStatus", "statusListIndex"), 94567, "not a text"),
        (("credentialStatus", "statusListIndex"), "094567", "not an index"),
        (("credentialStatus", "statusPurpose"), "suspension", "value it must"),
        (("credentialStatus", "statusPurpose"), ["revocation"], "value it must"),
        (("credentialStatus",), [], "not an object"),
        (("issuer", "address", "addressCountryCode"), "SE", "value it must"),
        (("validFrom",), "2026-11-24T09:30:00", "time like"),
        (("validFrom",), "2026-11-24T09:30:00+02:00", "time like"),
        (("validFrom",), "2026-02-30T09:30:00Z", "time like"),
        (("validFrom",), "2026-11-24T09:30:00Z\n", "time like"),
    ],
)
def test_what_signs_alike_or_reads_otherwise_is_refused(
    path: tuple[str | int, ...], value: object, reason: str, document: dict[str, Any]
) -> None:
    _at(document, path[:-1])[path[-1]] = value

    assert reason in str(check_shape(document))


@pytest.fixture
def leveled() -> dict[str, Any]:
    return build_document(with_levels(example_statement(2)))


@pytest.mark.parametrize("name", [*NAMED_GRAPHS, *UNLIKE_THE_CONTEXT])
def test_no_object_takes_a_graph_or_what_contexts_define_otherwise(
    name: str, leveled: dict[str, Any]
) -> None:
    assert find_flaw(leveled, UNSEALED) is None
    for path in _objects(leveled):
        if not path and name == "@context":
            continue
        changed = copy.deepcopy(leveled)
        _at(changed, path)[name] = {"id": "https://a.example/1"}
        flaw = find_flaw(changed, UNSEALED)
        assert flaw, path
        assert flaw.place.endswith(name) or path[0] == "credentialSchema"


@pytest.mark.parametrize("name", ["3", "T1", "K5", "", "osaa\nohjatusti", "x" * 101])
def test_a_level_is_named_in_words(name: str, leveled: dict[str, Any]) -> None:
    place = (*ACHIEVEMENT, "resultDescription", 2, "rubricCriterionLevel", 0)
    for member in ("name", "level"):
        changed = copy.deepcopy(leveled)
        _at(changed, place)[member] = name
        assert find_flaw(changed, UNSEALED), member


def test_a_result_is_a_count_or_a_level_and_not_both(leveled: dict[str, Any]) -> None:
    changed = copy.deepcopy(leveled)
    level = changed["credentialSubject"]["result"][-1]
    level["value"] = "1/1"

    flaw = find_flaw(changed, UNSEALED)

    assert flaw
    assert flaw.place.endswith(".value")


@pytest.mark.parametrize(
    "change",
    [
        lambda proofs: proofs.reverse(),
        lambda proofs: proofs.pop(),
        lambda proofs: proofs.pop(0),
        lambda proofs: proofs.append(proofs[0]),
        lambda proofs: proofs.__setitem__(1, proofs[0]),
        lambda proofs: proofs[1].pop("@context"),
        lambda proofs: proofs[0].__setitem__("@context", proofs[1]["@context"]),
        lambda proofs: proofs[1]["@context"].pop(),
        lambda proofs: proofs[0].__setitem__("id", "https://a.example/1"),
        lambda proofs: proofs[1].__setitem__("previousProof", "https://a.example/1"),
    ],
)
def test_there_are_two_proofs_in_one_order(
    change: Any, document: dict[str, Any]
) -> None:
    change(document["proof"])

    assert str(check_shape(document)).startswith("$.proof")


def test_a_proof_by_itself_is_no_set(document: dict[str, Any]) -> None:
    document["proof"] = document["proof"][0]

    assert check_shape(document) == "$.proof: it is not an array"


def test_two_objects_with_one_id_are_refused(document: dict[str, Any]) -> None:
    document["evidence"].append(copy.deepcopy(document["evidence"][0]))

    assert check_shape(document) == "$.evidence[3].id: another object has this id"


def test_a_valid_until_is_allowed(document: dict[str, Any]) -> None:
    document["validUntil"] = "2036-11-24T09:30:00Z"

    assert check_shape(document) is None


@pytest.mark.parametrize(
    "value",
    [
        "https://a.example",
        "http://127.0.0.1:8000/v/1?q=a/b#c",
        "https://a.example/%C3%A4",
        "did:web:a.example%3A8443:issuers:demo",
        "did:web:a.example#key-1",
    ],
)
def test_absolute_addresses_pass(value: str) -> None:
    iri(value, "$")


@pytest.mark.parametrize(
    "value",
    [
        "",
        "relative/path",
        "/path",
        "#fragment",
        "a.example",
        "https://",
        "https:///path",
        "https://a.example/a b",
        "https://a.example/[x]",
        "https://a.example/ä",
        "https://a.example/%zz",
        "https://a.example/#a#b",
        'https://a.example/"',
        "https://a.example/<x>",
        "https://a.example:port/",
        "https://a.example\n",
        "https://user@a.example/",
        "javascript:alert(1)",
        "xsd:string",
        "_:b0",
        "urn:uuid:7e6f3c1e-2b42-4d6a-9a7e-0d5f2f4f9b11",
        "https://a.example/" + "x" * 2000,
        7,
    ],
)
def test_other_addresses_do_not(value: object) -> None:
    with pytest.raises(FlawFound):
        iri(value, "$")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["id", "type", "proof"]), inner, max_size=3
            )
        ),
        max_leaves=10,
    )
)
def test_any_other_json_value_has_a_flaw(value: object) -> None:
    assert check_shape(value) is not None


def test_small_rules_take_what_they_should() -> None:
    text("a\nb", "$")
    line("a", "$")
    instant("2026-11-24T09:30:00Z", "$")
    exactly({"a": [True, {"b": "c"}]})({"a": [True, {"b": "c"}]}, "$")
    with pytest.raises(FlawFound):
        exactly({"a": [True, {"b": "c"}]})({"a": [True, {"b": "d"}]}, "$")


def test_every_member_of_the_shape_has_a_place_in_the_order() -> None:
    def names(rule: object) -> set[str]:
        if isinstance(rule, Several):
            return names(rule.rule)
        if isinstance(rule, InOrder):
            return set().union(*map(names, rule.rules))
        if isinstance(rule, With):
            return names(rule.having) | names(rule.lacking)
        if isinstance(rule, Shape):
            members = {**rule.required, **rule.optional}
            return set(members).union(*map(names, members.values()))
        return set()

    assert names(SEALED) | {"id"} == set(_MEMBER_ORDER.split())
    assert names(UNSEALED) < names(SEALED)
