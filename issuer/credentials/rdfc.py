"""RDF Dataset Canonicalization, W3C RDFC-1.0, of a JSON-LD document, by pyoxigraph.

Contexts are put in place of their URLs at every level, so that nothing is fetched.
Three kinds of documents are refused, because implementations part over them or never
finish: texts that sort otherwise in UTF-16 than by code point (rdf-canonize issue 52),
named graphs (pyoxigraph merges related hashes), and graphs with many blank nodes that
look alike (RDFC-1.0 §7.1: dataset poisoning).
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

import pyoxigraph as ox

from issuer.credentials.contexts import ContextLibrary
from issuer.domain.errors import IssuerError, sentence

_MOST_CONTEXTS = 16
_MOST_BLANK_NODES = 2000
_MOST_ALIKE = 6  # linked nodes that only a permutation can tell apart: 6! = 720
_MOST_LINKED = 12


class NotCanonicalizable(IssuerError):
    """The document has no canonical form that every implementation agrees on."""

    code = "rdfc.refused"
    sentence = sentence("The document has no agreed canonical form: %(reason)s")


class ContextUnknown(NotCanonicalizable):
    """The document names a context that is not in the library, or defines its own."""

    code = "rdfc.context_unknown"
    sentence = sentence("The document uses an unknown context: %(context)s")


def canonical_lines(
    document: Mapping[str, Any], *, contexts: ContextLibrary
) -> list[str]:
    """Return the canonical N-Quads lines of `document`, sorted, without line ends.

    Raises NotCanonicalizable or ContextUnknown (W3C RDFC-1.0 §4.4).
    """
    dataset = _parse(_spliced(document, contexts))
    if any(not isinstance(quad.graph_name, ox.DefaultGraph) for quad in dataset):
        raise NotCanonicalizable(reason="it holds a graph within a graph")
    _require_tractable(dataset)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return _sorted([f"{quad} ." for quad in dataset])


def joined(lines: Iterable[str]) -> bytes:
    """Return canonical lines as one N-Quads document."""
    return "".join(line + "\n" for line in lines).encode()


def canonical_nquads(document: Mapping[str, Any], *, contexts: ContextLibrary) -> bytes:
    """Return the canonical N-Quads of `document`; raises as `canonical_lines`."""
    return joined(canonical_lines(document, contexts=contexts))


def count_statements(document: Mapping[str, Any]) -> int:
    """Return how many lines `document` must give if every member of it is signed.

    JSON-LD drops what no context defines, and two nodes with one id become one. Where
    the lines are fewer than this, something in the document is not covered. Counts
    for documents without lists, graphs or embedded values, as certificates are.
    """
    total = 0
    for name, value in document.items():
        if name in {"@context", "id"}:
            continue
        members = value if isinstance(value, list) else [value]
        total += len(members)
        total += sum(count_statements(m) for m in members if isinstance(m, Mapping))
    return total


def _spliced(document: Mapping[str, Any], contexts: ContextLibrary) -> str:
    """Return `document` as JSON text with each context URL replaced by its text."""
    try:
        return _Splice(contexts.texts).text(document)
    except RecursionError as error:
        raise NotCanonicalizable(reason="it is nested too deeply") from error


@dataclass(slots=True)
class _Splice:
    """Writes one document; `budget` bounds how often contexts are put in."""

    texts: Mapping[str, str]
    budget: int = _MOST_CONTEXTS

    def text(self, node: object) -> str:
        if isinstance(node, Mapping):
            return "{" + ",".join(self._member(*item) for item in node.items()) + "}"
        if isinstance(node, list):
            return "[" + ",".join(self.text(item) for item in node) + "]"
        return json.dumps(node)

    def _member(self, name: str, value: object) -> str:
        if name != "@context":
            return f"{json.dumps(name)}:{self.text(value)}"
        named = value if isinstance(value, list) else [value]
        return f'"@context":[{",".join(self._context(context) for context in named)}]'

    def _context(self, context: object) -> str:
        self.budget -= 1
        if self.budget < 0:
            raise ContextUnknown(context="too many of them")
        if not isinstance(context, str) or context not in self.texts:
            raise ContextUnknown(context=str(context)[:200])
        return self.texts[context]


def _parse(text: str) -> ox.Dataset:
    try:
        return ox.Dataset(ox.parse(text.encode(), format=ox.RdfFormat.JSON_LD))
    except (SyntaxError, ValueError) as error:
        raise NotCanonicalizable(reason=str(error)[:200]) from error


def _require_tractable(quads: Iterable[ox.Quad]) -> None:
    """Refuse what could take factorial time, by first degree hash (RDFC-1.0 §4.6).

    Nodes that look alike are no trouble by themselves. Linked to each other, they are
    told apart by trying out their permutations.
    """
    mentions: defaultdict[str, list[ox.Quad]] = defaultdict(list)
    links: set[tuple[str, str]] = set()
    for quad in quads:
        labels = [t.value for t in (quad.subject, quad.object) if _is_blank(t)]
        for label in set(labels):
            mentions[label].append(quad)
        if len(labels) == 2:
            links.add((labels[0], labels[1]))
    if len(mentions) > _MOST_BLANK_NODES:
        raise NotCanonicalizable(reason="it has too many nodes without an id")
    hashes = {label: _first_degree_hash(label, mentions[label]) for label in mentions}
    counts = Counter(hashes.values())
    linked = {
        label
        for link in links
        if all(counts[hashes[end]] > 1 for end in link)
        for label in link
    }
    alike = Counter(hashes[label] for label in linked)
    if alike and (max(alike.values()) > _MOST_ALIKE or alike.total() > _MOST_LINKED):
        raise NotCanonicalizable(reason="it has too many nodes that look alike")


def _first_degree_hash(label: str, related: Iterable[ox.Quad]) -> bytes:
    lines = [
        f"{_masked(quad.subject, label)} {quad.predicate} "
        f"{_masked(quad.object, label)} ."
        for quad in related
    ]
    return hashlib.sha256("\n".join(_sorted(lines)).encode()).digest()


def _is_blank(term: object) -> TypeGuard[ox.BlankNode]:
    return isinstance(term, ox.BlankNode)


def _masked(term: object, label: str) -> str:
    if not _is_blank(term):
        return str(term)
    return "_:a" if term.value == label else "_:z"


def _has_astral(line: str) -> bool:
    return not line.isascii() and max(line) > "\uffff"


def _sorted(lines: list[str]) -> list[str]:
    """Sort by code point, and refuse if JavaScript would sort otherwise."""
    by_code_point = sorted(lines)
    if any(_has_astral(line) for line in lines) and by_code_point != sorted(
        lines, key=lambda line: line.encode("utf-16-be", "surrogatepass")
    ):
        raise NotCanonicalizable(
            reason="rare characters make its order differ between programs"
        )
    return by_code_point
