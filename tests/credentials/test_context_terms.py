"""A document means the same under cut contexts as under whole ones."""

import json
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.credentials import context_terms, rdfc
from issuer.credentials.contexts import CREDENTIALS_V2, ContextLibrary
from issuer.credentials.document import CONTEXTS, build_document
from issuer.credentials.rdfc import NotCanonicalizable
from tests.conformance.mutations import mutations
from tests.statements import example_statement

URL = "https://a.example/context"
Json = dict[str, Any]


def whole(document: Json, contexts: ContextLibrary) -> list[str] | None:
    """Return the lines under the whole contexts, or None where it is refused."""
    try:
        text = rdfc._Splice(contexts.texts).text(document)
        return rdfc.canonical_lines_of(rdfc._parse(text))
    except NotCanonicalizable:
        return None


def cut(document: Json, contexts: ContextLibrary) -> list[str] | None:
    try:
        return rdfc.canonical_lines(document, contexts=contexts)
    except NotCanonicalizable:
        return None


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("units", [1, 2, 6])
def test_our_documents(language: str, units: int, contexts: ContextLibrary) -> None:
    document = build_document(example_statement(units, language))

    lines = cut(document, contexts)

    assert lines
    assert lines == whole(document, contexts)


def test_our_documents_are_really_cut(contexts: ContextLibrary) -> None:
    document = build_document(example_statement())
    texts = [contexts.texts[url] for url in CONTEXTS]

    body = json.dumps({n: v for n, v in document.items() if n != "@context"})
    text = rdfc._spliced(document, contexts)

    assert text.endswith(body.removeprefix("{"))
    assert len(text) - len(body) < sum(map(len, texts)) / 2.5


def test_each_single_change_of_a_document(contexts: ContextLibrary) -> None:
    document = build_document(example_statement())

    differing = [
        what
        for what, changed in mutations(document)
        if cut(changed, contexts) != whole(changed, contexts)
    ]

    assert differing == []


@pytest.mark.shared
def test_the_battery(shared_data: Path, contexts: ContextLibrary) -> None:
    path = shared_data / "standards/sample/rdfc_battery_documents.json"
    documents = json.loads(path.read_bytes())

    differing = [
        name
        for name, document in documents.items()
        if cut(document, contexts) != whole(document, contexts)
    ]

    assert differing == []


def _terms(definition: Any) -> Iterator[tuple[str, Any]]:
    """Yield every term of a definition and of those within it, with its meaning."""
    for each in definition if isinstance(definition, list) else [definition]:
        for name, meaning in each.items() if isinstance(each, dict) else ():
            if not name.startswith("@"):
                yield name, meaning
                if isinstance(meaning, dict):
                    yield from _terms(meaning.get("@context"))


def _using(term: str, inner: list[str]) -> Iterator[Json]:
    """Yield documents that use a term as a type and as a property, full of others."""
    members = {name: f"https://a.example/{n}" for n, name in enumerate(inner)}
    yield {"id": "https://a.example/", "type": [term], **members}
    yield {"id": "https://a.example/", term: {**members, "type": inner[:3]}}
    yield {"id": "https://a.example/", term: term, "name": {"type": term, **members}}


def test_every_term_of_our_contexts(contexts: ContextLibrary) -> None:
    """With its own inner terms, and with the six after it in the alphabet."""
    found = [t for url in CONTEXTS for t in _terms(json.loads(contexts.texts[url]))]
    names = sorted({name for name, _ in found} - {"id", "type"})
    differing, readable = [], 0
    for number, (term, meaning) in enumerate(found):
        own = dict(_terms(meaning.get("@context"))) if isinstance(meaning, dict) else {}
        for inner in (list(own), names[number % len(names) :][:6]):
            for body in _using(term, [n for n in inner if n not in {"id", "type"}]):
                document = {"@context": CONTEXTS, **body}
                lines = cut(document, contexts)
                readable += lines is not None
                if lines != whole(document, contexts):
                    differing.append(document)
    assert differing == []
    assert readable > 500


def test_every_order_of_contexts(contexts: ContextLibrary) -> None:
    body = build_document(example_statement())
    accepted = 0
    for length in (1, 2, 3):
        for urls in permutations(contexts.texts, length):
            document = {**body, "@context": list(urls)}
            lines = cut(document, contexts)
            accepted += lines is not None
            assert lines == whole(document, contexts), urls
    assert accepted > 10


def library(definition: Json) -> ContextLibrary:
    return ContextLibrary({URL: json.dumps(definition)})


@pytest.mark.parametrize(
    ("definition", "body"),
    [
        ({"a": "b:c", "b": "https://b.example/"}, {"a": "x"}),
        (
            {
                "a": {"@id": "b:c"},
                "b": {"@id": "d:e", "@prefix": True},
                "d": "https://d/",
            },
            {"a": 1},
        ),
        ({"b": "https://b.example/"}, {"b:c": "x", "@type": "b:T"}),
        ({"b": "https://b.example/"}, {"@id": "b:c", "https://x.example/": "y"}),
        ({"a": {"@id": "x:a", "@type": "@vocab"}, "v": "x:v"}, {"a": "v"}),
        ({"a": {"@id": "x:a", "@type": "@id"}, "v": "x:"}, {"a": "v:w"}),
        ({"a": {"@id": "x:a", "@type": "t"}, "t": "x:t"}, {"a": "v"}),
        ({"a": {"@reverse": "b"}, "b": "x:b"}, {"a": {"@id": "x:y"}}),
        ({"n": "@nest", "a": "x:a"}, {"n": {"a": "v"}}),
        ({"a": {"@id": "x:a", "@nest": "n"}, "n": "@nest"}, {"n": {"a": "v"}}),
        ({"i": "@id", "t": "@type", "T": "x:T"}, {"x:q": {"i": "x:y", "t": "T"}}),
        ({"@vocab": "https://v.example/", "a": None}, {"a": "x", "b": "y"}),
        ({"@vocab": "https://v.example/", "a": None}, {"b": {"c": "a"}}),
        ({'q"': "x:q", "b\\": "x:b"}, {'q"': "1", "b\\": "2"}),
        ({"ä": "x:a", "😀": "x:b"}, {"ä": "1", "😀": "2"}),
        ({"a:b": {"@id": "a:b", "@type": "@id"}}, {"a:b": "x:y"}),
        (
            {"https://a.example/x": {"@id": "https://a.example/x", "@type": "@id"}},
            {"https://a.example/x": "y:z"},
        ),
        ({"ab": "x:ab", "a": "x:a"}, {"a": '"ab', "ab": 'x"ab":'}),
        ({"a": {"@id": "x:a", "@container": "@language"}}, {"a": {"fi": "x"}}),
        ({"a": {"@id": "x:a", "@container": "@list"}}, {"a": ["x", "y"]}),
        (
            {"T": {"@id": "x:T", "@context": {"a": "p:a", "p": "x:"}}},
            {"@type": "T", "a": "v"},
        ),
        (
            {"a": "x:1", "T": {"@id": "x:T", "@context": {"a": "x:2"}}},
            {"a": {"@type": "T", "a": "v"}},
        ),
        (
            {"a": "x:a", "b": {"@id": "x:b", "@context": None}},
            {"a": "v", "b": {"a": "w", "x:c": "z"}},
        ),
        (
            {
                "a": "x:a",
                "b": {"@id": "x:b", "@context": [None, {"a": "x:a"}]},
                "c": {"@id": "x:c", "@context": {"a": "x:a"}},
            },
            {"b": {"a": "v"}, "c": {"a": "w"}},
        ),
        (
            {
                "@vocab": "https://v.example/1/",
                "a": {"@id": "same"},
                "b": {
                    "@id": "x:b",
                    "@context": {
                        "@vocab": "https://v.example/2/",
                        "a": {"@id": "same"},
                    },
                },
            },
            {"a": "v", "b": {"a": "w"}},
        ),
        (
            {
                "b": {"@id": "x:b", "@context": {"a": "x:a"}},
                "c": {"@id": "x:c", "@context": {"a": "x:a"}},
            },
            {"a": "u", "b": {"a": "v"}, "c": {"a": "w"}},
        ),
    ],
)
def test_what_a_term_may_depend_on(definition: Json, body: Json) -> None:
    contexts = library({"unused": "x:unused", **definition})
    document = {"@context": URL, "@id": "https://a.example/", "x:p": "y", **body}

    lines = cut(document, contexts)

    assert lines
    assert lines == whole(document, contexts)


def test_contexts_that_contradict_each_other_are_refused_as_before() -> None:
    contexts = ContextLibrary(
        {
            "x:1": '{"@protected":true,"a":"https://a.example/1"}',
            "x:2": '{"a":"https://a.example/2"}',
        }
    )
    document = {"@context": ["x:1", "x:2"], "x:p": "y"}

    assert cut(document, contexts) is None
    assert whole(document, contexts) is None


def test_a_context_that_forgets_the_ones_before_it() -> None:
    contexts = ContextLibrary(
        {
            "x:1": '{"a":"x:a"}',
            "x:2": "null",
            "x:3": '{"T":{"@id":"x:T","@context":{"a":"x:a"}}}',
        }
    )
    document = {"@context": ["x:1", "x:2", "x:3"], "@type": "T", "a": "v"}

    lines = cut(document, contexts)

    assert lines is not None
    assert len(lines) == 2
    assert lines == whole(document, contexts)


def test_an_empty_document_has_no_lines(contexts: ContextLibrary) -> None:
    assert cut({"@context": CREDENTIALS_V2}, contexts) == []


_NAMES = ["name", "type", "id", "issuer", "Achievement", "result", "Result", "value"]
_NAMES += ["achievement", "alignment", "Alignment", "targetName", "description", "url"]
_NAMES += ["OpenBadgeCredential", "VerifiableCredential", "evidence", "Evidence"]
_NAMES += ["xsd:dateTime", "@type", "unknown", "credentialStatus", "proof", "narrative"]
_WORDS = st.sampled_from([*_NAMES, "https://a.example/", "x", 'a"name"', "fi", "1"])
_BODIES = st.recursive(
    _WORDS | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=4)
    ),
    max_leaves=14,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(_NAMES), _BODIES, min_size=1, max_size=5))
def test_any_document(body: Json) -> None:
    contexts = _LIBRARY

    document = {"@context": CONTEXTS, **body}

    assert cut(document, contexts) == whole(document, contexts)


_LIBRARY = ContextLibrary.load()


def test_words_are_cut_once(contexts: ContextLibrary) -> None:
    texts = tuple(contexts.texts[url] for url in CONTEXTS)

    words = context_terms.words_of('{"name":"x","fi":1}', texts)

    assert words == {"name"}
    assert context_terms.cut(texts, words) is context_terms.cut(texts, words)
