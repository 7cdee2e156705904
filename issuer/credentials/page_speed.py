"""What WeasyPrint 70 works out again and again, worked out with less work.

Each function here returns what the one it stands in for returns: pages have the same
bytes with and without, which the tests check. Another version of WeasyPrint or pydyf
than the one this was written beside is left as it is. docs/explanation tells what each
is worth.
"""

# ruff: noqa: ANN401 - WeasyPrint and pydyf have no types

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

import pydyf  # type: ignore[import-untyped]
import weasyprint
from weasyprint import css
from weasyprint.css.computed_values import COMPUTER_FUNCTIONS, PHYSICAL_FUNCTIONS
from weasyprint.css.functions import check_math
from weasyprint.css.properties import (
    INHERITED,
    INITIAL_NOT_COMPUTED,
    INITIAL_VALUES,
    Dimension,
)
from weasyprint.layout import percent

from issuer.credentials.page_speed_text import keep, speed_up_text

KNOWN = ("70.0", "0.13.0")
MOST_STYLES = 10_000

# Properties whose computing looks at others, or is saved half-way.
_INVOLVED = {"position", "float", "display", "page"}
_LOGICAL = {
    key: find(block="ttb", inline="ltr") for key, find in PHYSICAL_FUNCTIONS.items()
}
_PLAIN = {
    key
    for key, value in INITIAL_VALUES.items()
    if key not in _INVOLVED
    and key not in INITIAL_NOT_COMPUTED
    and not key.startswith(("__", "text_decoration_"))
    and not check_math(value)
}
_NOT_INHERITED = {key: INITIAL_VALUES[key] for key in _PLAIN - set(INHERITED)}
_INHERITED = frozenset(_PLAIN & set(INHERITED)) - COMPUTER_FUNCTIONS.keys()

_compute = css.ComputedStyle.__missing__
_set_computed_styles = css.StyleFor.set_computed_styles
_resolve_one = percent.resolve_one_percentage
_write = pydyf.PDF.write


def compute(style: Any, key: str) -> Any:
    """Compute a property; at once where no rule of the sheet speaks of it."""
    cascaded = style.cascaded
    if key not in cascaded:
        logical = _LOGICAL.get(key)
        if logical is None or (logical not in cascaded and style["direction"] == "ltr"):
            if key in _NOT_INHERITED:
                value = style[key] = _NOT_INHERITED[key]
                return value
            if key in _INHERITED and style.parent_style is not None:
                value = style.parent_style[key]
                if not check_math(value):
                    style[key] = value
                    return value
    return _compute(style, key)


def set_computed_styles(
    styles: css.StyleFor,
    element: Any,
    parent: Any,
    root: Any = None,
    pseudo_type: str | None = None,
    base_url: str | None = None,
    target_collector: Any = None,
) -> None:
    """Give the element the style of an earlier page's, where the same rules made it.

    A style holds no element and no box, so WeasyPrint shares it within a page. The
    sheets outlive a page here, and so may the styles that they and nothing else make.
    """
    key = _key(styles, element, parent, pseudo_type)
    if key is not None and (kept := _kept_styles.get(key)) is not None:
        style = styles.get_computed_styles()[element, pseudo_type] = kept.style
        if target_collector and style["anchor"]:
            target_collector.collect_anchor(style["anchor"])
        return
    _set_computed_styles(
        styles, element, parent, root, pseudo_type, base_url, target_collector
    )
    if key is not None:
        if len(_kept_styles) >= MOST_STYLES:
            _kept_styles.clear()
            _kept_ids.clear()
        style = styles.get_computed_styles()[element, pseudo_type]
        cascaded = styles.get_cascaded_styles().get((element, pseudo_type), {})
        _kept_styles[key] = _KeptStyle(style, [value for value, _ in cascaded.values()])
        _kept_ids.add(id(style))
        keep(style)


class _KeptStyle:
    """A style and the values it was made from, which must not make room for others."""

    def __init__(self, style: Any, values: list[Any]) -> None:
        self.style = style
        self.values = values


_kept_styles: dict[Any, _KeptStyle] = {}
_kept_ids: set[int] = set()


def _key(
    styles: css.StyleFor, element: Any, parent: Any, pseudo_type: str | None
) -> Any:
    """Return what makes the element's style, or None if it is of this page alone."""
    if not isinstance(element, Element) or element.get("style"):
        return None
    above = None
    if parent is not None:
        above = id(styles.get_computed_styles()[parent, None])
        if above not in _kept_ids:
            return None
    cascaded = styles.get_cascaded_styles().get((element, pseudo_type), {})
    rules = tuple(
        (name, _identity(value), weight) for name, (value, weight) in cascaded.items()
    )
    return above, pseudo_type, rules


def _identity(value: Any) -> Any:
    """Return what a value is known by: itself if it is text, else the very object.

    Texts, such as the language, are read from each element anew; other values are
    parsed once, with their sheet.
    """
    if value.__class__ is str:
        return value
    if value.__class__ is tuple and all(part.__class__ is str for part in value):
        return value
    return id(value)


def resolve_one_percentage(box: Any, name: str, refer_to: float) -> None:
    """Set a used length from a computed one; lengths and auto without detours."""
    value = box.style[name]
    if value.__class__ is Dimension:
        number, unit = value
        setattr(box, name, refer_to * number / 100 if unit == "%" else number)
    elif value == "auto" and name[:3] != "min":
        setattr(box, name, "auto")
    else:
        _resolve_one(box, name, refer_to)


def to_bytes(item: Any) -> bytes:
    """Write a part of a PDF; the commonest kinds first and each asked for once."""
    if (write := _WRITERS.get(item.__class__)) is not None:
        return write(item)
    written: bytes = _to_bytes(item)
    return written


def _write_float(item: float) -> bytes:
    if item.is_integer():
        return b"%d" % int(item)
    return f"{item:f}".rstrip("0").encode()


_to_bytes = pydyf._to_bytes  # noqa: SLF001
_WRITERS: dict[type, Callable[[Any], bytes]] = {
    bytes: lambda item: item,
    str: lambda item: item.encode("ascii"),  # others must fail: pydyf then does else
    int: lambda item: b"%d" % item,
    float: _write_float,
}


class _Once:
    """A property that keeps its value while a PDF is being written.

    The file's identifier is a hash of all its objects, which pydyf makes twice over.
    """

    def __init__(self, made: property) -> None:
        self._make = made.fget

    def __get__(self, item: Any, kind: type | None = None) -> bytes:
        if not _writing:
            return self._make(item)  # type: ignore[misc, no-any-return]
        kept: bytes | None = item.__dict__.get("kept_data")
        if kept is None:
            kept = item.kept_data = self._make(item)  # type: ignore[misc]
        return kept


_writing: list[bool] = []


def write(pdf: pydyf.PDF, *arguments: Any, **options: Any) -> None:
    """Write a PDF, each of its objects once."""
    _writing.append(True)
    try:
        _write(pdf, *arguments, **options)
    finally:
        _writing.pop()


def speed_up() -> bool:
    """Put the functions in place; tell whether the versions are those they know."""
    if (weasyprint.VERSION, pydyf.VERSION) != KNOWN:
        return False
    css.ComputedStyle.__missing__ = compute
    css.StyleFor.set_computed_styles = set_computed_styles
    percent.resolve_one_percentage = resolve_one_percentage
    speed_up_text()
    pydyf._to_bytes = to_bytes  # noqa: SLF001
    pydyf.PDF.write = write
    for kind in (pydyf.Dictionary, pydyf.Stream):
        kind.data = _Once(kind.__dict__["data"])
    return True
