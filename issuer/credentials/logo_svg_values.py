"""What the attributes of a drawing may hold, each rewritten in one plain form.

Every number is read and written again, so that no renderer meets a value it was not
made for: a path with half a curve would stop every page of the organisation.
"""

import re
from collections.abc import Callable
from math import cos, radians, sin, tan

from PIL import ImageColor

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?"
_NUMBERS = re.compile(_NUMBER, re.ASCII)
_SEPARATORS = re.compile(r"[\s,]*", re.ASCII)
_LENGTH = re.compile(rf"\s*({_NUMBER})\s*(px|pt|pc|mm|cm|in|%)?\s*", re.ASCII)
_FUNCTION = re.compile(r"[\s,]*([a-zA-Z]+)\s*\(([^()]*)\)[\s,]*", re.ASCII)
_COLOUR = re.compile(
    r"#[0-9a-fA-F]{3}|#[0-9a-fA-F]{6}|"
    r"rgba?\(\s*[\d.]+%?(?:[\s,]+[\d.]+%?){2,3}\s*\)",
    re.ASCII,
)
_REFERENCE = re.compile(r"url\(\s*(['\"]?)#([^'\"()\s]{1,100})\1\s*\)", re.ASCII)
_LARGEST = 1_000_000.0
_SMALLEST_AREA = 1e-9

# How many numbers each command of a path takes (SVG 1.1 §8.3), and each transformation.
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7}
_TRANSFORMS = {
    "matrix": {6},
    "translate": {1, 2},
    "scale": {1, 2},
    "rotate": {1, 3},
    "skewX": {1},
    "skewY": {1},
}

Rewrite = Callable[[str], str]


def write_number(value: float) -> str:
    """Return `value` in plain decimals; raises ValueError beyond a drawing's size."""
    if not -_LARGEST <= value <= _LARGEST:
        raise ValueError("a number is out of bounds")
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def number(text: str) -> str:
    """Rewrite one number."""
    return write_number(_one_number(text.strip()))


def length(text: str) -> str:
    """Rewrite a number with or without its unit."""
    found = _LENGTH.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return write_number(float(found[1])) + (found[2] or "")


def dashes(text: str) -> str:
    """Rewrite the pattern of a dashed line."""
    if text.strip() == "none":
        return "none"
    parts = re.split(r"[\s,]+", text.strip())
    rewritten = [length(part) for part in parts]
    if any(part.startswith("-") for part in rewritten):
        raise ValueError(text)
    return " ".join(rewritten)


def numbers(text: str) -> list[float]:
    """Read numbers with white space or commas between them."""
    found, position = [], _past_separators(text, 0)
    while position < len(text):
        match = _NUMBERS.match(text, position)
        if match is None:
            raise ValueError(text[:40])
        found.append(float(match[0]))
        position = _past_separators(text, match.end())
    return found


def points(text: str) -> str:
    """Rewrite the corners of a polygon or a broken line: pairs of numbers."""
    found = numbers(text)
    if len(found) < 4 or len(found) % 2:
        raise ValueError(text[:40])
    return " ".join(map(write_number, found))


def transform(text: str) -> str:
    """Rewrite a list of transformations."""
    written: list[str] = []
    functions: list[tuple[str, list[float]]] = []
    position = 0
    while position < len(text.rstrip()):
        match = _FUNCTION.match(text, position)
        values = numbers(match[2]) if match else []
        if match is None or len(values) not in _TRANSFORMS.get(match[1], ()):
            raise ValueError(text[:40])
        written.append(f"{match[1]}({' '.join(map(write_number, values))})")
        functions.append((match[1], values))
        position = match.end()
    if written and not _keeps_area(functions):
        raise ValueError(text[:40])
    return " ".join(written)


def path(text: str) -> str:
    """Rewrite the commands of a path, each with all the numbers it takes."""
    written: list[str] = []
    position, command = 0, ""
    while (position := _past_separators(text, position)) < len(text):
        letter = text[position]
        if letter.isascii() and letter.isalpha():
            position += 1
            command = _known(letter, is_first=not written)
            if command in "Zz":
                written.append("Z")
                continue
        elif not command or command in "Zz":
            raise ValueError(text[:40])
        values, position = _arguments(text, position, command)
        written.append(f"{command}{' '.join(values)}")
        # Further pairs after a move draw lines (SVG 1.1 §8.3.2).
        command = {"M": "L", "m": "l"}.get(command, command)
    return "".join(written)


def _keeps_area(functions: list[tuple[str, list[float]]]) -> bool:
    """Tell whether what is transformed keeps an area that can be drawn, and undone."""
    a, b, c, d = 1.0, 0.0, 0.0, 1.0
    for name, values in functions:
        e, f, g, h = _matrix(name, values)
        a, b, c, d = a * e + c * f, b * e + d * f, a * g + c * h, b * g + d * h
    area = abs(a * d - b * c)
    return area >= _SMALLEST_AREA and max(map(abs, (a, b, c, d))) <= _LARGEST


def _matrix(name: str, values: list[float]) -> tuple[float, float, float, float]:
    """Return the four numbers of a transformation that turn and stretch (§7.5)."""
    if name == "matrix":
        a, b, c, d = values[:4]
        return a, b, c, d
    if name == "scale":
        return values[0], 0.0, 0.0, values[-1]
    angle = radians(values[0])
    if name == "rotate":
        return cos(angle), sin(angle), -sin(angle), cos(angle)
    skew = {"skewX": (0.0, tan(angle)), "skewY": (tan(angle), 0.0)}
    b, c = skew.get(name, (0.0, 0.0))
    return 1.0, b, c, 1.0


def _known(letter: str, *, is_first: bool) -> str:
    if letter.upper() not in {*_TAKES, "Z"} or (is_first and letter not in "Mm"):
        raise ValueError(letter)
    return letter


def _arguments(text: str, position: int, command: str) -> tuple[list[str], int]:
    found: list[str] = []
    for place in range(_TAKES[command.upper()]):
        position = _past_separators(text, position)
        if command in "Aa" and place in {3, 4}:
            flag = text[position : position + 1]
            if flag not in {"0", "1"}:
                raise ValueError(text[:40])
            found.append(flag)
            position += 1
            continue
        match = _NUMBERS.match(text, position)
        if match is None:
            raise ValueError(text[:40])
        found.append(write_number(float(match[0])))
        position = match.end()
    return found, position


def colour(text: str) -> str:
    """Rewrite a colour: a name of CSS, `#rrggbb` or `rgb()`."""
    name = text.strip().lower()
    if name in ImageColor.colormap:
        return name
    if not _COLOUR.fullmatch(text.strip()):
        raise ValueError(text[:40])
    return text.strip()


def paint(text: str) -> str:
    """Rewrite what fills a shape: a colour, none, or that of the shapes around it."""
    for word in ("none", "inherit", "currentColor"):
        if text.strip().lower() == word.lower():
            return word
    return colour(text)


def find_reference(text: str) -> str | None:
    """Return the id that `url(#id)` names within the same file, or None."""
    found = _REFERENCE.fullmatch(text.strip())
    return found[2] if found else None


def one_of(*words: str) -> Rewrite:
    """Return the rule that takes these words and no other."""

    def rule(text: str) -> str:
        if text.strip() not in words:
            raise ValueError(text[:40])
        return text.strip()

    return rule


def _past_separators(text: str, position: int) -> int:
    found = _SEPARATORS.match(text, position)
    return found.end() if found else position


def _one_number(text: str) -> float:
    if not _NUMBERS.fullmatch(text):
        raise ValueError(text[:40])
    return float(text)
