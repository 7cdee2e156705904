"""Contexts cut to the terms that a document uses: the same N-Quads, in half the time.

JSON-LD looks a term up for a name, a type, a value or the prefix of one, and each of
these is written out: in the document, or in a definition that was looked up before. In
the JSON text it begins after a quotation mark and ends before one or before a colon. A
term that begins nowhere so is never looked up, and its definition may be left out. So
may the repetition, within a term, of a definition that is the same everywhere.
"""

import json
import re
from collections.abc import Iterator, Set
from functools import lru_cache
from typing import Any

_WORD = re.compile(r'"([^":\\]+)')  # more than the words, never fewer


@lru_cache(maxsize=64)
def terms_of(definitions: tuple[str, ...]) -> frozenset[str]:
    """Return every name in these definitions that a document may use as a term."""
    names: set[str] = set()
    for text in definitions:
        _collect(json.loads(text), names)
    return frozenset(names)


def words_of(text: str, definitions: tuple[str, ...]) -> frozenset[str]:
    """Return the terms of `definitions` that the JSON `text` may look up."""
    return terms_of(definitions).intersection(_WORD.findall(text))


@lru_cache(maxsize=256)
def cut(definitions: tuple[str, ...], words: frozenset[str]) -> str:
    """Return `definitions`, comma-separated, without the terms that nothing looks up.

    Looked up are `words`, and whatever the definitions that are kept name in turn. What
    is defined here so and there otherwise is kept, as it may be protected: whatever is
    refused under the whole contexts is refused under the cut ones.
    """
    parsed = [json.loads(text) for text in definitions]
    words |= _disputed(parsed)
    while True:
        kept = [_kept(each, words) for each in parsed]
        named = words_of(_written(kept), definitions)
        if named <= words:
            return _written(_without_repetition(kept))
        words |= named


def _written(contexts: list[Any]) -> str:
    return ",".join(json.dumps(each, separators=(",", ":")) for each in contexts)


def _without_repetition(contexts: list[Any]) -> list[Any]:
    """Leave out, within terms, what the first context says and all others repeat.

    It is in force from the first context on, and nothing ever changes it, unless a
    context is null and forgets everything. It must be a keyword or a whole URL, which
    mean the same in every context.
    """
    if any(each is None for each in _contexts(contexts)):
        return contexts
    spelled_out = {
        name
        for name, meaning in _meanings(contexts[0]).items()
        if isinstance(meaning, str) and (meaning.startswith("@") or "://" in meaning)
    }
    constant = spelled_out - _disputed(contexts)
    return [
        {name: _without(meaning, constant) for name, meaning in each.items()}
        if isinstance(each, dict)
        else each
        for each in contexts
    ]


def _disputed(contexts: list[Any]) -> frozenset[str]:
    """Return the terms that have more than one meaning in these contexts."""
    first: dict[str, Any] = {}
    return frozenset(
        name
        for each in _contexts(contexts)
        for name, meaning in _meanings(each).items()
        if first.setdefault(name, meaning) != meaning
    )


def _meanings(context: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return the terms of one context, without keywords and what is within terms."""
    if not isinstance(context, dict):
        return {}
    return {name: v for name, v in context.items() if not name.startswith("@")}


def _without(meaning: Any, constant: Set[str]) -> Any:  # noqa: ANN401 - JSON
    """Return what a term means without `constant` in the context within it."""
    if not isinstance(meaning, dict) or not isinstance(meaning.get("@context"), dict):
        return meaning
    inner = {
        name: _without(each, constant)
        for name, each in meaning["@context"].items()
        if name not in constant
    }
    return {**meaning, "@context": inner}


def _contexts(contexts: Any) -> Iterator[Any]:  # noqa: ANN401 - JSON
    """Yield every context, at any depth; None for one that forgets or is elsewhere."""
    for each in contexts if isinstance(contexts, list) else [contexts]:
        yield each if isinstance(each, dict) else None
        for meaning in _meanings(each).values():
            if isinstance(meaning, dict) and "@context" in meaning:
                yield from _contexts(meaning["@context"])


def _collect(definition: object, names: set[str]) -> None:
    if isinstance(definition, list):
        for each in definition:
            _collect(each, names)
    elif isinstance(definition, dict):
        for name, meaning in definition.items():
            names.add(name)
            _collect(meaning, names)


def _kept(definition: Any, words: frozenset[str]) -> Any:  # noqa: ANN401 - JSON
    """Return one context, cut; keywords and odd names are always kept."""
    if isinstance(definition, list):
        return [_kept(each, words) for each in definition]
    if not isinstance(definition, dict):
        return definition
    return {
        name: _kept_term(meaning, words)
        for name, meaning in definition.items()
        if name in words or not _is_plain(name)
    }


def _kept_term(meaning: Any, words: frozenset[str]) -> Any:  # noqa: ANN401 - JSON
    """Return what a term means, with the context that holds within it cut as well."""
    if isinstance(meaning, dict) and "@context" in meaning:
        return {**meaning, "@context": _kept(meaning["@context"], words)}
    return meaning


def _is_plain(name: str) -> bool:
    """Tell whether `name` is found by _WORD wherever JSON text holds it."""
    return (
        name.isascii()
        and name.isprintable()
        and bool(name)
        and not name.startswith("@")
        and not any(mark in name for mark in '":\\')
    )
