"""Canonical N-Quads of documents of others, in safe mode: a lost term is a refusal.

PyLD, a library of the tests, expands the document and says what no context defines;
pyoxigraph canonicalizes what came out. Documents that hold graphs are canonicalized by
PyLD, since pyoxigraph parts from the others over some of them. Where our own way
(`rdfc`) can read the document as well, both must agree: so whatever tests this path
tests that of our certificates too.
"""

import importlib
import json
import threading
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

import pyoxigraph as ox

from issuer.credentials import rdfc
from issuer.credentials.generic_contexts import GenericContexts
from issuer.credentials.generic_rules import is_url
from issuer.credentials.rdfc import NotCanonicalizable
from issuer.domain.errors import IssuerError, sentence

_NQUADS = "application/n-quads"
_ONE_AT_A_TIME = threading.Lock()  # PyLD's caches break under threads
_ALLOWED_CONTROLS = "\t\n\r"


class SafeModeMissing(IssuerError):
    """PyLD is not installed, so undefined terms could not be seen."""

    code = "json_ld.safe_mode_missing"
    sentence = sentence("Documents of others need the test library PyLD.")


class TermsLost(NotCanonicalizable):
    """Something in the document would be left out of what is signed."""

    code = "json_ld.terms_lost"
    sentence = sentence("Not every part of the document would be signed: %(reason)s")


def canonical_nquads(
    document: Mapping[str, Any], *, contexts: GenericContexts
) -> bytes:
    """Return the canonical N-Quads of `document` (RDFC-1.0), nothing of it dropped.

    Raises SafeModeMissing, TermsLost, or NotCanonicalizable.
    """
    _require_plain(document)
    try:
        with _ONE_AT_A_TIME:
            nquads = _canonical(document, contexts)
    except RecursionError as error:
        raise NotCanonicalizable(reason="it is nested too deeply") from error
    _require_agreement(document, nquads, contexts)
    return nquads


def _canonical(document: Mapping[str, Any], contexts: GenericContexts) -> bytes:
    jsonld = _pyld()
    lost: list[str] = []
    try:
        expanded = jsonld.expand(
            document,
            _options(contexts),
            on_property_dropped=lambda name: lost.append(str(name)),
        )
        _require_nothing_lost(expanded, lost)
        statements: str = jsonld.to_rdf(
            expanded,
            {
                **_options(contexts),
                "format": _NQUADS,
                "rdfDirection": "i18n-datatype",
            },
        )
        return rdfc.joined(_canonical_lines(statements, jsonld))
    except IssuerError:
        raise
    except Exception as error:  # whatever PyLD trips over in a hostile document
        raise NotCanonicalizable(reason=_reason(error)) from error


def _canonical_lines(statements: str, jsonld: Any) -> list[str]:  # noqa: ANN401 - PyLD
    dataset = ox.Dataset(ox.parse(statements.encode(), format=ox.RdfFormat.N_QUADS))
    if all(isinstance(quad.graph_name, ox.DefaultGraph) for quad in dataset):
        return rdfc.canonical_lines_of(dataset)
    rdfc.require_tractable(rdfc.lines_of(dataset))
    canonical = jsonld.normalize(
        statements,
        {"algorithm": "URDNA2015", "inputFormat": _NQUADS, "format": _NQUADS},
    )
    # PyLD writes rare control characters as they are; these lines have none.
    return rdfc.in_order(canonical.split("\n")[:-1])


def _options(contexts: GenericContexts) -> dict[str, Any]:
    texts = contexts.library.texts

    def load(url: str, _: object) -> dict[str, Any]:
        if url not in texts:
            raise rdfc.ContextUnknown(context=url[:200])
        return {
            "contentType": "application/ld+json",
            "contextUrl": None,
            "documentUrl": url,
            # Read anew each time: PyLD writes into what it is given for an @import.
            "document": {"@context": json.loads(texts[url])},
        }

    resolver = importlib.import_module("pyld.context_resolver").ContextResolver
    return {"documentLoader": load, "contextResolver": resolver({}, load), "base": ""}


def _pyld() -> Any:  # noqa: ANN401 - a module
    try:
        return importlib.import_module("pyld.jsonld")
    except ImportError as error:
        raise SafeModeMissing from error


def _require_plain(value: object) -> None:
    """Refuse what JSON-LD drops or libraries write differently, wherever it stands."""
    for member in _leaves(value):
        if member is None:
            raise TermsLost(reason="null says nothing")
        if isinstance(member, str) and any(
            unicodedata.category(c) in {"Cc", "Cs"} and c not in _ALLOWED_CONTROLS
            for c in member
        ):
            raise NotCanonicalizable(reason="it holds a control character")


def _leaves(value: object) -> Iterator[object]:
    """Yield names and values, but nothing of a context: there null is a meaning."""
    if isinstance(value, Mapping):
        for name, member in value.items():
            yield name
            if name != "@context":
                yield from _leaves(member)
    elif isinstance(value, list):
        for member in value:
            yield from _leaves(member)
    else:
        yield value


def _require_nothing_lost(expanded: object, lost: list[str]) -> None:
    if lost:
        raise TermsLost(reason=f"no context defines {lost[0][:200]}")
    for name, value in _names_and_types(expanded):
        if not is_url(value) and not (name == "@id" and value.startswith("_:")):
            raise TermsLost(reason=f"{value[:200]} is no absolute URL")


def _names_and_types(node: object) -> Iterator[tuple[str, str]]:
    """Yield each id and type in an expanded document."""
    if isinstance(node, list):
        for member in node:
            yield from _names_and_types(member)
    elif isinstance(node, Mapping) and "@value" in node:
        kind = node.get("@type")
        if kind is not None and kind != "@json":
            yield "@type", str(kind)
    elif isinstance(node, Mapping):
        for name, member in node.items():
            if name in {"@id", "@type"}:
                named = member if isinstance(member, list) else [member]
                yield from ((name, str(each)) for each in named)
            else:
                yield from _names_and_types(member)


def _require_agreement(
    document: Mapping[str, Any], nquads: bytes, contexts: GenericContexts
) -> None:
    """Refuse a document that our own path reads, and reads otherwise."""
    if '"@direction"' in json.dumps(document):
        return  # RDF 1.2 has a form of its own for it; our certificates have none
    try:
        ours = rdfc.canonical_nquads(document, contexts=contexts.library)
    except NotCanonicalizable:
        return
    if ours != nquads:
        raise NotCanonicalizable(reason="programs read it differently")


def _reason(error: BaseException) -> str:
    """Return what went wrong first, as PyLD wraps its errors."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error)[:200]
