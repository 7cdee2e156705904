"""Every way to change one thing in a JSON document."""

import copy
import re
from collections.abc import Iterator
from typing import Any

Step = str | int
Path = tuple[Step, ...]


def mutations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (what was done, changed copy): each leaf changed, each member taken out,
    and to each object a member added, one that no context defines and one that does."""
    for path, value in _walk(document):
        where = "/".join(map(str, path))
        if path:
            yield f"{where} taken out", _without(document, path)
        if isinstance(value, dict):
            for name in ("extraClaim", "description" if "name" in value else "name"):
                if name not in value:
                    changed = value | {name: "5, kiitettävä"}
                    yield f"{where}/{name} added", _with(document, path, changed)
        elif not isinstance(value, list):
            yield f"{where} changed", _with(document, path, _changed(value))


def _walk(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    yield path, value
    members: Any = ()
    if isinstance(value, dict):
        members = value.items()
    elif isinstance(value, list):
        members = enumerate(value)
    for step, member in members:
        yield from _walk(member, (*path, step))


def _changed(value: str | float | bool | None) -> str | float | bool:
    """Change one character, and stay plausible: a date stays a date."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    text = value or "a"
    [*digits] = re.finditer(r"[0-9]", text)
    if digits:
        at = digits[-1].start()
        return f"{text[:at]}{(int(text[at]) + 1) % 10}{text[at + 1 :]}"
    return text[:-1] + ("b" if text[-1] == "a" else "a")


def _with(document: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    if not path:
        return dict(value)
    changed = copy.deepcopy(document)
    _parent(changed, path)[path[-1]] = value
    return changed


def _without(document: dict[str, Any], path: Path) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    del _parent(changed, path)[path[-1]]
    return changed


def _parent(document: Any, path: Path) -> Any:
    for step in path[:-1]:
        document = document[step]
    return document
