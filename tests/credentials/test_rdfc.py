import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from issuer.credentials.contexts import CREDENTIALS_V2, ContextLibrary
from issuer.credentials.document import build_document
from issuer.credentials.rdfc import (
    ContextUnknown,
    NotCanonicalizable,
    canonical_lines,
    canonical_nquads,
    count_statements,
)
from issuer.credentials.shape import find_flaw
from issuer.credentials.shape_rules import FlawFound, iri
from tests.statements import example_statement

NAME = "https://schema.org/name"
KNOWS = "https://schema.org/knows"


@pytest.fixture(scope="session")
def battery(shared_data: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    folder = shared_data / "standards/sample"
    documents = json.loads((folder / "rdfc_battery_documents.json").read_bytes())
    hashes = json.loads((folder / "rdfc_battery_hashes.json").read_bytes())
    return documents, hashes


@pytest.mark.shared
def test_the_battery_hashes_as_in_javascript_or_is_refused(
    battery: tuple[dict[str, Any], dict[str, Any]], contexts: ContextLibrary
) -> None:
    documents, hashes = battery
    equal, refused = [], []
    for name, document in documents.items():
        try:
            nquads = canonical_nquads(document, contexts=contexts)
        except NotCanonicalizable:
            refused.append(name)
            continue
        if hashlib.sha256(nquads).hexdigest()[:16] == hashes[name]["safe"]:
            equal.append(name)
            continue
        lines = nquads.count(b"\n")
        assert lines < count_statements(document) or _has_unfit_value(document), name
        refused.append(name)
    print(f"{len(equal)} equal, {len(refused)} refused: {', '.join(refused)}")
    assert len(equal) >= 35


def _has_unfit_value(value: object) -> bool:
    """Tell whether the lint would refuse a value: an id or a language form."""
    if isinstance(value, list):
        return any(map(_has_unfit_value, value))
    if not isinstance(value, dict):
        return False
    if "@direction" in value or "@language" in value:
        return True
    try:
        iri(value.get("id", CREDENTIALS_V2), "$")
    except FlawFound:
        return True
    return any(map(_has_unfit_value, value.values()))


@pytest.mark.shared
def test_w3c_evaluation_tests_of_rdfc_1_0(shared_data: Path) -> None:
    """Of the library itself, through N-Quads: all but one that asks for SHA-384."""
    folder = shared_data / "standards/w3c-rdf-canon/tests/rdfc10"
    passed = 0
    for expected in sorted(folder.glob("*-rdfc10.nq")):
        name = expected.name.removesuffix("-rdfc10.nq")
        if name == "test075":
            continue
        source = (folder / f"{name}-in.nq").read_bytes()
        dataset = ox.Dataset(ox.parse(source, format=ox.RdfFormat.N_QUADS))
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        lines = "".join(f"{line} .\n" for line in sorted(map(str, dataset)))
        assert lines == expected.read_text("utf-8"), name
        passed += 1
    assert passed >= 60


def test_lines_are_sorted_and_end_with_a_dot(contexts: ContextLibrary) -> None:
    document = {
        "@context": CREDENTIALS_V2,
        "id": "https://a.example/1",
        "name": 'Ä\t\n"\\',
        "description": "b",
    }

    assert canonical_lines(document, contexts=contexts) == [
        '<https://a.example/1> <https://schema.org/description> "b" .',
        '<https://a.example/1> <https://schema.org/name> "Ä\\t\\n\\"\\\\" .',
    ]


def test_contexts_are_put_in_at_every_level(contexts: ContextLibrary) -> None:
    inner = {"@context": [CREDENTIALS_V2], "name": "inner"}
    document = {"@context": CREDENTIALS_V2, KNOWS: inner}

    lines = canonical_lines(document, contexts=contexts)

    assert any("inner" in line for line in lines)
    assert len(lines) == 2


@pytest.mark.parametrize(
    "context",
    [
        "https://a.example/unknown",
        {"name": "https://a.example/name"},
        {"@vocab": "https://a.example/"},
        None,
        7,
        [[CREDENTIALS_V2]],
    ],
)
def test_unknown_contexts_are_refused(
    context: object, contexts: ContextLibrary
) -> None:
    with pytest.raises(ContextUnknown):
        canonical_lines({"@context": context, "name": "x"}, contexts=contexts)


def test_many_contexts_are_refused_before_they_are_put_in(
    contexts: ContextLibrary,
) -> None:
    with pytest.raises(ContextUnknown, match="too many"):
        canonical_lines({"@context": [CREDENTIALS_V2] * 17}, contexts=contexts)


def test_a_graph_in_a_graph_is_refused(contexts: ContextLibrary) -> None:
    document = {"@context": CREDENTIALS_V2, "@graph": [{"name": "x"}], "name": "y"}

    with pytest.raises(NotCanonicalizable, match="graph"):
        canonical_lines(document, contexts=contexts)


@pytest.mark.parametrize(
    "document",
    [
        {"@context": [CREDENTIALS_V2], "id": ["https://a.example/"]},
        {"@context": [CREDENTIALS_V2], "name": {"@value": 1, "@language": "fi"}},
        {"@context": [CREDENTIALS_V2], "name": "\ud800"},
        {"@context": [CREDENTIALS_V2], "name": float("nan")},
    ],
)
def test_json_ld_that_cannot_be_read_is_refused(
    document: dict[str, Any], contexts: ContextLibrary
) -> None:
    with pytest.raises(NotCanonicalizable):
        canonical_lines(document, contexts=contexts)


def test_deep_nesting_is_refused(contexts: ContextLibrary) -> None:
    document: dict[str, Any] = {}
    for _ in range(20_000):
        document = {KNOWS: document}

    with pytest.raises(NotCanonicalizable, match="deeply"):
        canonical_lines(document, contexts=contexts)


def test_texts_that_javascript_sorts_otherwise_are_refused(
    contexts: ContextLibrary,
) -> None:
    def document(*names: str) -> dict[str, Any]:
        return {"id": "https://a.example/", NAME: list(names)}

    assert len(canonical_lines(document("ﬁ", "ﬀ"), contexts=contexts)) == 2
    assert len(canonical_lines(document("😀", "a"), contexts=contexts)) == 2
    with pytest.raises(NotCanonicalizable, match="order"):
        canonical_lines(document("😀", "ﬁ"), contexts=contexts)


def _poisons() -> Iterator[tuple[str, dict[str, Any]]]:
    twins = [{KNOWS: [{NAME: "x"} for _ in range(9)]} for _ in range(2)]
    yield "twins with nine like children", {KNOWS: twins}
    families = [{KNOWS: [{NAME: f"child {n % 5}"}]} for n in range(10)]
    yield "five pairs of twins with a child", {KNOWS: families}
    chain: dict[str, Any] = {NAME: "x"}
    for level in range(7):
        chain = {NAME: f"level {level}", KNOWS: chain}
    yield "two like chains", {KNOWS: [chain, chain]}
    clique = [
        {"@id": f"_:b{n}", KNOWS: [{"@id": f"_:b{m}"} for m in range(10) if m != n]}
        for n in range(10)
    ]
    yield "all know all", {KNOWS: clique}
    yield "2,500 nodes", {KNOWS: [{NAME: str(n)} for n in range(2500)]}


@pytest.mark.parametrize(
    ("name", "document"), list(_poisons()), ids=lambda p: str(p)[:24]
)
def test_poison_graphs_are_refused_at_once(
    name: str, document: dict[str, Any], contexts: ContextLibrary
) -> None:
    started = time.perf_counter()
    with pytest.raises(NotCanonicalizable):
        canonical_lines(document, contexts=contexts)
    took = time.perf_counter() - started
    print(f"{name}: {took * 1000:.0f} ms")
    assert took < 2


@pytest.mark.parametrize(
    "document",
    [
        {KNOWS: [{NAME: "x"} for _ in range(6)]},
        {KNOWS: [{NAME: "x"} for _ in range(1500)]},
        {KNOWS: [{NAME: f"pair {n // 2}"} for n in range(1500)]},
        {KNOWS: [{KNOWS: [{NAME: "x"}, {NAME: "x"}]} for _ in range(3)]},
        {KNOWS: [{KNOWS: [{NAME: "x"} for _ in range(3)]} for _ in range(2)]},
        {
            KNOWS: [
                {
                    "@id": f"_:b{n}",
                    KNOWS: [{"@id": f"_:b{m}"} for m in range(6) if m != n],
                }
                for n in range(6)
            ]
        },
    ],
)
def test_a_few_nodes_alike_are_no_poison(
    document: dict[str, Any], contexts: ContextLibrary
) -> None:
    started = time.perf_counter()
    assert canonical_lines(document, contexts=contexts)
    assert time.perf_counter() - started < 2


def test_every_member_of_our_documents_gives_its_line(contexts: ContextLibrary) -> None:
    document = build_document(example_statement(3))

    assert count_statements(document) == len(
        canonical_lines(document, contexts=contexts)
    )


def test_an_undefined_member_is_seen_by_the_count(contexts: ContextLibrary) -> None:
    document = build_document(example_statement())
    document["credentialSubject"]["favouriteColour"] = "spruce"

    assert count_statements(document) > len(
        canonical_lines(document, contexts=contexts)
    )
    assert find_flaw(document, lambda value, place: None) is None
