"""Lines of text that were broken before, in the same style and width, broken once.

Of all that WeasyPrint does, shaping text takes the most, and the certificates of a
course say the same requirements in the same words. A broken line holds a text and
numbers and nothing of its page. It is kept beside its style, and only beside one that
`page_speed` keeps.
"""

# ruff: noqa: ANN401 - WeasyPrint has no types

from typing import Any

from weasyprint.css import AnonymousStyle
from weasyprint.layout import inline, preferred
from weasyprint.text import line_break

MOST_LINES = 4096  # beside one style

_split = line_break.split_first_line
_strut = line_break.strut


def keep(style: Any) -> None:
    """Let lines be kept beside a style that outlives its page."""
    style.kept_lines = {}


def split_first_line(
    text: str,
    style: Any,
    context: Any,
    max_width: float | None,
    justification_spacing: float,
    is_line_start: bool = True,
    minimum: bool = False,
) -> Any:
    """Return the first line of `text`, as it was broken before or broken now."""
    lines = _kept_lines(style)
    if lines is None:
        return _split(
            text,
            style,
            context,
            max_width,
            justification_spacing,
            is_line_start,
            minimum,
        )
    key = text, max_width, justification_spacing, is_line_start, minimum
    if (kept := lines.get(key)) is None:
        kept = _split(text, style, context, *key[1:])
        if len(lines) >= MOST_LINES:
            lines.clear()
        lines[key] = kept
    layout, *measures = kept
    return _copy(layout), *measures


def strut(style: Any) -> tuple[float, float]:
    """Return the height and the baseline of a line without text."""
    lines = _kept_lines(style)
    if lines is None:
        return _measured(style)
    if (kept := lines.get(None)) is None:
        kept = lines[None] = _measured(style)
    found: tuple[float, float] = kept
    return found


def _measured(style: Any) -> tuple[float, float]:
    found: tuple[float, float] = _strut(style)
    return found


def _kept_lines(style: Any) -> dict[Any, Any] | None:
    """Return what is kept beside the style, or None if it is of this page alone."""
    lines: dict[Any, Any] | None = style.__dict__.get("kept_lines")
    if lines is None and style.__class__ is AnonymousStyle:
        above = style.parent_style
        if "kept_lines" in above.__dict__ and style is above.anonymous_style:
            lines = style.kept_lines = {}
    return lines


def _copy(layout: Any) -> Any:
    """Return the line for one box, which may change it: it is at rest, and small."""
    copy = object.__new__(line_break.Layout)
    copy.__dict__.update(layout.__dict__)
    return copy


def speed_up_text() -> None:
    """Put the functions in place; `page_speed` knows whether they fit."""
    inline.split_first_line = preferred.split_first_line = split_first_line
    inline.strut = strut
