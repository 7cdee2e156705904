"""An SVG logo, read with bounds and written again from the short list of parts.

What a drawing program notes for itself is left out; what could run, fetch, move or hide
something is refused by name. DOCTYPE and entities are refused before anything is read.
"""

from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from issuer.credentials.logo_refusals import (
    LogoPartRefused,
    LogoTextRefused,
    LogoTooDetailed,
    LogoUnreadable,
)
from issuer.credentials.logo_svg_parts import (
    EDITORS,
    ELEMENTS,
    FORMS,
    GRADIENTS,
    LEFT_OUT,
    PAINTS,
    PRESENTATION,
    SVG,
    TEXTS,
    XLINK,
)
from issuer.credentials.logo_svg_references import require_plain_references
from issuer.credentials.logo_svg_values import (
    find_reference,
    length,
    numbers,
    write_number,
)

MOST_SHAPES = 2000
DEEPEST = 30
_SMALLEST_SIDE = 0.01
_DOCTYPES = (b"<!doctype", b"<!entity")


@dataclass(slots=True)
class Shape:
    """One element as it will be written; `refers_to` are ids within the file."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    id: str = ""
    refers_to: dict[str, str] = field(default_factory=dict)
    children: list["Shape"] = field(default_factory=list)


def rewrite_svg(data: bytes) -> tuple[bytes, float]:
    """Return the drawing written anew, and its width over its height.

    Raises LogoUnreadable, LogoPartRefused, LogoTextRefused or LogoTooDetailed.
    """
    if any(mark in data.lower() for mark in _DOCTYPES):
        raise LogoPartRefused(field="logo", part="<!DOCTYPE>")
    reading = _Reading()
    try:
        text = data.decode("utf-8-sig")
        reading.parse(text.lstrip())
    except (UnicodeDecodeError, expat.ExpatError) as error:
        raise LogoUnreadable(field="logo") from error
    root = reading.root
    if root is None or reading.box is None:
        raise LogoUnreadable(field="logo")
    names = require_plain_references(root)
    box = " ".join(map(write_number, reading.box))
    width, height = reading.box[2:]
    head = (
        f'<svg xmlns="{SVG}" viewBox="{box}" '
        f'width="{write_number(width)}" height="{write_number(height)}"'
    )
    body = "".join(_written(child, names) for child in root.children)
    paint = _attributes(root, names)
    return f"{head}{paint}>{body}</svg>\n".encode(), width / height


class _Reading:
    """What the parser meets, element by element, taken or refused at once."""

    def __init__(self) -> None:
        self.root: Shape | None = None
        self.box: list[float] | None = None
        self._open: list[Shape] = []
        self._left_out = 0
        self._count = 0

    def parse(self, text: str) -> None:
        """Read the whole file; raises ExpatError and what `rewrite_svg` raises."""
        parser = expat.ParserCreate("utf-8", namespace_separator=" ")
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.EntityDeclHandler = _refuse_doctype
        parser.Parse(text.encode(), True)

    def _start(self, name: str, given: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST_SHAPES or len(self._open) >= DEEPEST:
            raise LogoTooDetailed(field="logo")
        namespace, _, local = name.rpartition(" ")
        if self._left_out or namespace in EDITORS or (local in LEFT_OUT):
            self._left_out += 1
            return
        if local in TEXTS:
            raise LogoTextRefused(field="logo")
        is_root = not self._open
        if namespace != SVG or local not in ELEMENTS or is_root != (local == "svg"):
            raise LogoPartRefused(field="logo", part=f"<{local[:40]}>")
        shape = _shape(local, given)
        if is_root:
            self.root, self.box = shape, _box(given)
        else:
            self._open[-1].children.append(shape)
        self._open.append(shape)

    def _end(self, name: str) -> None:
        if self._left_out:
            self._left_out -= 1
        else:
            self._open.pop()


def _refuse_doctype(*_: object) -> None:
    raise LogoPartRefused(field="logo", part="<!DOCTYPE>")


def _shape(name: str, given: dict[str, str]) -> Shape:
    shape = Shape(name)
    style = _declarations(given.get("style", ""))
    for full, value in [*given.items(), *style]:
        namespace, _, attribute = full.rpartition(" ")
        if attribute.lower().startswith("on"):
            raise LogoPartRefused(field="logo", part=f"{attribute[:40]}=")
        if attribute == "href" and namespace in {"", XLINK}:
            _take_href(shape, value)
        elif not namespace and attribute != "style":
            _take(shape, attribute, value)
    return shape


def _take(shape: Shape, attribute: str, value: str) -> None:
    """Take an attribute that is on the list; leave out one that is not drawn."""
    if attribute == "id":
        shape.id = value
        return
    target = find_reference(value)
    if target and (attribute in PAINTS or attribute == "clip-path"):
        shape.refers_to[attribute] = target
        shape.attributes.pop(attribute, None)
        return
    rule = ELEMENTS[shape.name].get(attribute) or PRESENTATION.get(attribute)
    if rule is None:
        if "url(" in value.lower() or "\\" in value:
            raise LogoPartRefused(field="logo", part=f"{attribute[:40]}: url()")
        return
    try:
        shape.attributes[attribute] = rule(value)
    except (ValueError, OverflowError) as error:
        part = f'{attribute}="{" ".join(value.split())[:40]}"'
        raise LogoPartRefused(field="logo", part=part) from error
    shape.refers_to.pop(attribute, None)


def _take_href(shape: Shape, value: str) -> None:
    if shape.name not in GRADIENTS or not value.startswith("#"):
        raise LogoPartRefused(field="logo", part=f"href={value[:40]}")
    shape.refers_to["href"] = value[1:]


def _declarations(style: str) -> list[tuple[str, str]]:
    """Return the declarations of a `style`, which stand over the attributes."""
    pairs = [part.partition(":") for part in style.split(";") if part.strip()]
    return [
        (name.strip().lower(), value.replace("!important", "").strip())
        for name, _, value in pairs
    ]


def _box(given: dict[str, str]) -> list[float]:
    """Return the drawing's own coordinates: its viewBox, or its width and height."""
    try:
        if "viewBox" in given:
            box = numbers(given["viewBox"])
        else:
            sides = [length(given.get(side, "")) for side in ("width", "height")]
            box = [0.0, 0.0, *(float(side.removesuffix("px")) for side in sides)]
        _, _, width, height = (float(write_number(value)) for value in box)
    except ValueError as error:
        raise LogoUnreadable(field="logo") from error
    if min(width, height) < _SMALLEST_SIDE:
        raise LogoUnreadable(field="logo")
    return box


def _written(shape: Shape, names: dict[str, str]) -> str:
    if FORMS.get(shape.name, "id") not in {*shape.attributes, "id"}:
        return ""
    body = "".join(_written(child, names) for child in shape.children)
    head = f"<{shape.name}{_attributes(shape, names)}"
    return f"{head}>{body}</{shape.name}>" if body else f"{head}/>"


def _attributes(shape: Shape, names: dict[str, str]) -> str:
    found: dict[str, Any] = dict(shape.attributes)
    if shape.id in names and shape.id:
        found["id"] = names[shape.id]
    for attribute, target in shape.refers_to.items():
        own = f"#{names[target]}"
        found[attribute] = own if attribute == "href" else f"url({own})"
    return "".join(f" {name}={quoteattr(value)}" for name, value in found.items())
