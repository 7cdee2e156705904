import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.credentials.sealer import _MEMBER_ORDER, SealedCredential
from issuer.credentials.shape import SEALED, UNSEALED, Several, Shape, check_shape
from issuer.credentials.shape_rules import FlawFound, exactly, instant, iri, line, text

SUBJECT = ("credentialSubject",)
ACHIEVEMENT = (*SUBJECT, "achievement")


@pytest.fixture
def document(sealed: SealedCredential) -> dict[str, Any]:
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
    optional = {"evidence", "targetCode", "targetDescription"}
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
        (("proof", "proofValue"), "zO0Il", "signature value"),
        (("proof", "verificationMethod"), "did:web:a.example", "DID URL"),
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
        if isinstance(rule, Shape):
            members = {**rule.required, **rule.optional}
            return set(members).union(*map(names, members.values()))
        return set()

    assert names(SEALED) | {"id"} == set(_MEMBER_ORDER.split())
    assert names(UNSEALED) < names(SEALED)
