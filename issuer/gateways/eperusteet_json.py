"""A file's bytes as a JSON tree whose every reading is checked and knows its place.

Strict where JSON is loose: a key given twice, NaN, and a value of another kind than
expected are refused with the place (`tutkinnonOsat[3].nimi`), never guessed at.
"""

import json
import re
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from typing import Any, NoReturn

from issuer.domain.catalogue_refusals import (
    CatalogueHoldsIdentityCode,
    CatalogueKeyRepeated,
    CatalogueNotJson,
    CatalogueNotText,
    CatalogueNumberRefused,
    CatalogueShapeWrong,
    CatalogueTooDeep,
    CatalogueTooLarge,
)
from issuer.domain.personal_identity_code import holds_personal_identity_code

LARGEST_FILE = 64 * 1024 * 1024
_LARGEST_INTEGER = 2**63 - 1
_LARGEST_SCOPE = 10_000
_CODE = re.compile(r"[\w./:-]{1,200}")


@dataclass(frozen=True, slots=True)
class Place:
    """A value of the file and where it stands; a missing value is None."""

    value: Any
    path: str
    file: str

    @property
    def is_missing(self) -> bool:
        """Tell whether there is nothing here."""
        return self.value is None

    def field(self, name: str) -> "Place":
        """Return the place of `name`, missing if this is missing.

        Raises CatalogueShapeWrong where this is no object.
        """
        path = f"{self.path}.{name}" if self.path else name
        if self.value is None:
            return Place(None, path, self.file)
        return Place(self._object().get(name), path, self.file)

    def items(self, name: str) -> list["Place"]:
        """Return the places in the list `name`, none if it is missing."""
        there = self.field(name)
        if there.value is None:
            return []
        if not isinstance(there.value, list):
            there.refuse("a list")
        return [
            Place(value, f"{there.path}[{position}]", self.file)
            for position, value in enumerate(there.value)
        ]

    def string(self, name: str) -> str | None:
        """Return the text `name` as it stands."""
        there = self.field(name)
        if there.value is not None and not isinstance(there.value, str):
            there.refuse("a text")
        text: str | None = there.value
        return text

    def code(self, name: str) -> str | None:
        """Return the code `name`: letters, digits and `_ . / : -`, else refused."""
        text = (self.string(name) or "").strip()
        if not text:
            return None
        if not _CODE.fullmatch(text) or not text.isprintable():
            self.field(name).refuse("a code")
        if holds_personal_identity_code(text):
            raise CatalogueHoldsIdentityCode(
                file=self.file, place=self.field(name).path
            )
        return text

    def integer(self, name: str) -> int | None:
        """Return the whole number `name`, which fits a database column."""
        there = self.field(name)
        value = there.value
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            there.refuse("a whole number")
        if not 0 <= value <= _LARGEST_INTEGER:
            there.refuse("a whole number of ordinary size")
        return value

    def scope(self, name: str) -> Decimal | None:
        """Return the scope `name`; 10.0 and 10 are the same."""
        there = self.field(name)
        value = there.value
        if value is None:
            return None
        if not isinstance(value, int | Decimal) or isinstance(value, bool):
            there.refuse("a number")
        if not 0 <= value <= _LARGEST_SCOPE:
            there.refuse(f"a number from 0 to {_LARGEST_SCOPE}")
        exact = round(Decimal(value), 3)
        return Decimal(f"{exact.normalize():f}")

    def flag(self, name: str) -> bool:
        """Return whether `name` is true; missing is not."""
        there = self.field(name)
        if there.value is not None and not isinstance(there.value, bool):
            there.refuse("true or false")
        return bool(there.value)

    def refuse(self, expected: str) -> NoReturn:
        """Raise CatalogueShapeWrong about this place."""
        raise CatalogueShapeWrong(
            file=self.file,
            place=self.path or "the whole file",
            expected=expected,
            found=_kind(self.value),
        )

    def _object(self) -> dict[str, Any]:
        if not isinstance(self.value, dict):
            self.refuse("an object")
        return self.value


def parse_json(raw: bytes, *, name: str) -> Place:
    """Return the whole file as a place; `name` is what people call the file.

    Raises CatalogueTooLarge, CatalogueNotText, CatalogueNotJson, CatalogueTooDeep,
    CatalogueKeyRepeated or CatalogueNumberRefused.
    """
    if len(raw) > LARGEST_FILE:
        raise CatalogueTooLarge(file=name, limit=LARGEST_FILE // 1024 // 1024)
    try:
        tree = _decoder(name).decode(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise CatalogueNotText(file=name, position=error.start) from error
    except json.JSONDecodeError as error:
        raise CatalogueNotJson(
            file=name, line=error.lineno, column=error.colno, position=error.pos
        ) from error
    except RecursionError as error:
        raise CatalogueTooDeep(file=name) from error
    return Place(tree, "", name)


def _decoder(name: str) -> json.JSONDecoder:
    """Return a decoder that refuses what JSON readers differ about."""

    def number(text: str) -> Decimal:
        try:
            return Decimal(text)
        except DecimalException as error:
            raise CatalogueNumberRefused(file=name, number=text[:40]) from error

    def whole_number(text: str) -> int:
        if len(text) > 40:
            raise CatalogueNumberRefused(file=name, number=text[:40] + "…")
        return int(text)

    def constant(text: str) -> NoReturn:
        raise CatalogueNumberRefused(file=name, number=text)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise CatalogueKeyRepeated(file=name, key=_printable(twice))
        return found

    return json.JSONDecoder(
        parse_float=number,
        parse_int=whole_number,
        parse_constant=constant,
        object_pairs_hook=once,
    )


def _kind(value: object) -> str:
    match value:
        case None:
            return "missing"
        case bool():
            return "true or false"
        case int() | Decimal():
            return f"the number {value}"[:60]
        case str():
            return f"the text “{_printable(value)}”"
        case list():
            return "a list"
        case _:
            return "an object"


def _printable(text: str) -> str:
    """Return the beginning of `text` as it may be shown and logged."""
    if holds_personal_identity_code(text[:1000]):
        return "…"
    shown = "".join(c if c.isprintable() else "�" for c in text[:40])
    return shown + "…" if len(text) > 40 else shown
