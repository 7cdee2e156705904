"""References within a drawing: each leads to one part, no chain, no circle, no bomb.

A gradient may take its stops from another that takes them from nobody; a clip holds
shapes that are not clipped themselves. What is drawn stays within bounds, because each
use of a clip counts all of its shapes again.
"""

from collections.abc import Iterator
from typing import Protocol, Self

from issuer.credentials.logo_refusals import LogoPartRefused, LogoTooDetailed
from issuer.credentials.logo_svg_parts import FORMS, GRADIENTS

# What is drawn costs every page of the organisation: a shape counts as one, and as one
# more for every few letters of its path.
MOST_DRAWN = 4000
_LETTERS_TO_ONE = 24
_FORMS = frozenset(FORMS.values())


class Referring(Protocol):
    """An element that has an id and may refer to others by theirs."""

    name: str
    id: str
    attributes: dict[str, str]
    refers_to: dict[str, str]
    children: list[Self]


def require_plain_references(root: Referring) -> dict[str, str]:
    """Return a new short name for every id that is referred to.

    Raises LogoPartRefused for a reference that leads nowhere, to another kind of
    part, or on to a third; LogoTooDetailed if too much would be drawn.
    """
    shapes = list(_walk(root))
    by_id = {shape.id: shape for shape in reversed(shapes) if shape.id}
    drawn = _weight(root)
    for shape in shapes:
        for attribute, target in shape.refers_to.items():
            found = by_id.get(target)
            if found is None or not _may_refer(attribute, found):
                part = f"{attribute}: #{target[:40]}"
                raise LogoPartRefused(field="logo", part=part)
            drawn += _weight(found)
    if drawn > MOST_DRAWN:
        raise LogoTooDetailed(field="logo")
    wanted = dict.fromkeys(
        target for shape in shapes for target in shape.refers_to.values()
    )
    return {target: f"p{number}" for number, target in enumerate(wanted, 1)}


def _may_refer(attribute: str, target: Referring) -> bool:
    if attribute == "clip-path":
        inside = (reference for part in _walk(target) for reference in part.refers_to)
        return target.name == "clipPath" and "clip-path" not in inside
    return target.name in GRADIENTS and (attribute != "href" or not target.refers_to)


def _weight(shape: Referring) -> int:
    return sum(
        1
        + sum(len(part.attributes.get(form, "")) for form in _FORMS) // _LETTERS_TO_ONE
        for part in _walk(shape)
    )


def _walk(shape: Referring) -> Iterator[Referring]:
    yield shape
    for child in shape.children:
        yield from _walk(child)
