"""RDF Dataset Canonicalization, W3C RDFC-1.0, of a JSON-LD document, by pyoxigraph.

Contexts are put in place of their URLs at every level, so that nothing is fetched.
Three kinds of documents are refused, because implementations part over them or never
finish: texts that sort otherwise in UTF-16 than by code point (rdf-canonize issue 52),
named graphs (pyoxigraph merges related hashes), and graphs with many blank nodes that
look alike (RDFC-1.0 §7.1: dataset poisoning).
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pyoxigraph as ox

from issuer.credentials import context_terms
from issuer.credentials.contexts import ContextLibrary
from issuer.domain.errors import IssuerError, sentence

_MOST_CONTEXTS = 16
_MOST_BLANK_NODES = 2000
_MOST_ALIKE = 6  # linked nodes that only a permutation can tell apart: 6! = 720
_MOST_LINKED = 12
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


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
    return canonical_lines_of(_parse(_spliced(document, contexts)))


def canonical_lines_of(dataset: ox.Dataset) -> list[str]:
    """Return the canonical lines of a data set without named graphs, relabelling it.

    Raises NotCanonicalizable.
    """
    require_tractable(lines_of(dataset))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return in_order(lines_of(dataset))


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
        definitions = _definitions(document, contexts)
        body = {name: v for name, v in document.items() if name != "@context"}
        text = json.dumps(body) if definitions and body else ""
        if not text or '"@context"' in text:
            return _Splice(contexts.texts).text(document)
    except RecursionError as error:
        raise NotCanonicalizable(reason="it is nested too deeply") from error
    used = context_terms.cut(definitions, context_terms.words_of(text, definitions))
    return f'{{"@context":[{used}],{text.removeprefix("{")}'


def _definitions(
    document: Mapping[str, Any], contexts: ContextLibrary
) -> tuple[str, ...]:
    """Return the texts of the document's contexts if each is known, else nothing."""
    named = document.get("@context")
    urls = named if isinstance(named, list) else [named]
    known = [contexts.texts.get(url) for url in urls if isinstance(url, str)]
    texts = tuple(text for text in known if text is not None)
    return texts if len(texts) == len(urls) <= _MOST_CONTEXTS else ()


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
        return ox.Dataset(
            ox.parse(
                text.encode(), format=ox.RdfFormat.JSON_LD, without_named_graphs=True
            )
        )
    except (SyntaxError, ValueError) as error:
        raise NotCanonicalizable(reason=str(error)[:200]) from error


def lines_of(dataset: ox.Dataset) -> list[str]:
    """Return the statements as N-Quads (RDFC-1.0 §5), in no order."""
    text = ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b""
    return text.decode().split("\n")[:-1]


def require_tractable(lines: Iterable[str]) -> None:
    """Refuse what could take factorial time, by first degree hash (RDFC-1.0 §4.6).

    Nodes that look alike are no trouble by themselves. Linked to each other, they are
    told apart by trying out their permutations. Raises NotCanonicalizable.
    """
    mentions: defaultdict[str, list[str]] = defaultdict(list)
    links: set[tuple[str, str]] = set()
    for line in lines:
        if " _:" not in line:
            if line.startswith("_:"):
                mentions[line.partition(" ")[0]].append(line)
            continue
        terms = _terms(line)
        labels = [term for term in terms if term.startswith("_:")]
        for label in set(labels):
            mentions[label].append(line)
        links.update(combinations(labels, 2))
    if len(mentions) > _MOST_BLANK_NODES:
        raise NotCanonicalizable(reason="it has too many nodes without an id")
    ends = {label for link in links for label in link}
    looks = {label: _look(label, mentions[label]) for label in ends}
    counts = Counter(looks.values())
    linked = {
        label
        for link in links
        if all(counts[looks[end]] > 1 for end in link)
        for label in link
    }
    alike = Counter(looks[label] for label in linked)
    if alike and (max(alike.values()) > _MOST_ALIKE or alike.total() > _MOST_LINKED):
        raise NotCanonicalizable(reason="it has too many nodes that look alike")


def _terms(line: str) -> tuple[str, ...]:
    """Return subject, predicate, object and graph of a line; the graph may be ""."""
    subject, predicate, rest = line.removesuffix(" .").split(" ", 2)
    if not rest.startswith('"'):
        object_, _, graph = rest.partition(" ")
        return subject, predicate, object_, graph
    literal, quote, kind = rest.rpartition('"')
    kind, _, graph = kind.partition(" ")
    return subject, predicate, literal + quote + kind, graph


def _look(label: str, mentions: Iterable[str]) -> tuple[str, ...]:
    """Return what the first degree hash is made of: equal looks have equal hashes."""
    return tuple(sorted(_masked(line, label) for line in mentions))


def _masked(line: str, label: str) -> str:
    if " _:" not in line:
        return line.removeprefix(label)
    return " ".join(
        term if not term.startswith("_:") else "_:a" if term == label else "_:z"
        for term in _terms(line)
    )


def in_order(lines: list[str]) -> list[str]:
    """Return the lines sorted by code point; raises NotCanonicalizable.

    They are refused if JavaScript would sort them otherwise.
    """
    by_code_point = sorted(lines)
    if _ASTRAL.search("".join(lines)) and by_code_point != sorted(
        lines, key=lambda line: line.encode("utf-16-be", "surrogatepass")
    ):
        raise NotCanonicalizable(
            reason="rare characters make its order differ between programs"
        )
    return by_code_point
