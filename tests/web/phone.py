"""What tests of the instructor's and the participant's pages share: reading a page."""

import re
from html import unescape
from typing import Any

from issuer.domain.signoffs import Mark

_INPUT = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')


def words(answer: Any) -> str:
    """Return the page's text as it is read, without tags and spare white space."""
    bare = re.sub(r"<(style|script)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def inputs(answer: Any, kind: str) -> list[dict[str, str]]:
    """Return the page's inputs of one type with their attributes."""
    found = [
        {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag)}
        for tag in _INPUT.findall(answer.text)
    ]
    return [attributes for attributes in found if attributes.get("type") == kind]


def hidden(answer: Any) -> dict[str, str]:
    """Return the hidden fields of the page, as its form would send them."""
    return {i["name"]: i["value"] for i in inputs(answer, "hidden") if "value" in i}


def checked(answer: Any) -> dict[str, str]:
    """Return the radio marks that are chosen on the page."""
    return {i["name"]: i["value"] for i in inputs(answer, "radio") if "checked" in i}


def marks(chosen: dict[int, Mark], observed_on: str = "2025-03-10") -> dict[str, str]:
    """Return the form fields of these marks, by mapping id."""
    fields = {f"mark-{id_}": mark.value for id_, mark in chosen.items()}
    return {"observed_on": observed_on, **fields}
