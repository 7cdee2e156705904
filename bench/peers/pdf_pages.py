"""The certificates that every engine prints: the template's sample, as one cohort.

Two pages: a cover and one unit of sixteen requirements. Holder, serial, days and code
differ from page to page, as they do among people of one course.
"""

import copy
import json
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pypdfium2
from jinja2 import DictLoader, Environment

from issuer.credentials.document import build_document
from issuer.credentials.page import _error_correction, build_markup
from issuer.credentials.page_contents import build_contents, write_day, write_span
from issuer.credentials.page_templates import PageTemplate, list_versions
from issuer.credentials.qr import qr_svg
from issuer.domain.identifiers import Serial
from tests.statements import example_statement

_TEMPLATES = Path(__file__).resolve().parent.parent.parent / "credential_templates"
# A copy, which nobody works on while it is measured with.
_copied = TemporaryDirectory(prefix="bench-templates-")
TEMPLATES = shutil.copytree(_TEMPLATES, Path(_copied.name, "templates"))
NAME = "osaamistodistus"
LETTERS = "AEIOU"


@dataclass(frozen=True, slots=True)
class Page:
    """One certificate to print, in the shapes that the engines take."""

    number: int
    statement: Mapping[str, Any]
    check_url: str

    @property
    def markup(self) -> str:
        """Return the HTML that the template makes of it."""
        return build_markup(
            self.statement, template=template(), check_url=self.check_url
        )

    @property
    def code(self) -> str:
        """Return its QR code as SVG."""
        level = _error_correction(self.check_url)
        return qr_svg(self.check_url, error_correction=level, border=4)

    @property
    def contents(self) -> dict[str, Any]:
        """Return the same values and words that the HTML template gets."""
        contents = build_contents(
            self.statement, titles=template().title, check_url=self.check_url
        )
        return {**contents, "w": words(), "code": self.code, "days": _days(contents)}


@cache
def template() -> PageTemplate:
    """Return the newest version of the template."""
    version = [v for name, v in list_versions(TEMPLATES) if name == NAME][-1]
    return PageTemplate.load(TEMPLATES, NAME, version)


@cache
def words() -> dict[str, Any]:
    """Return the template's Finnish words."""
    page = Environment(loader=DictLoader(dict(template().parts)), autoescape=True)
    found = page.get_template("words.fi.html").module
    return {k: v for k, v in vars(found).items() if not k.startswith("_")}["words"]


@cache
def _sample() -> dict[str, Any]:
    folder = TEMPLATES / template().name / template().version
    return json.loads((folder / "sample.json").read_text(encoding="utf-8"))


def page(number: int) -> Page:
    """Return the certificate with this number; the same number, the same bytes."""
    statement = copy.deepcopy(_sample())
    first, second = statement["units"][:2]
    unit = {**first, "areas": first["areas"] + second["areas"][-1:]}
    rows = [row for area in unit["areas"] for row in area["requirements"]]
    unit |= {"total": len(rows), "identified": sum(row["identified"] for row in rows)}
    for place, row in enumerate(rows):
        if row["observed_on"]:
            on = date.fromisoformat(row["observed_on"])
            shift = timedelta(days=(number * 7 + place // 3) % 20)
            row["observed_on"] = (on - shift).isoformat()
    serial = str(Serial.from_bits(number * 7919))
    letters = LETTERS[number % 5] + LETTERS[number // 5 % 5].lower()
    statement |= {
        "units": [unit],
        "serial": serial,
        "holder_name": f"{letters}la Osallistuja-{number}",
        "holder_birth_date": date(1970 + number % 35, 1 + number % 12, 4).isoformat(),
    }
    host = statement["id"].partition("/v/")[0]
    digits = "".join(str((number * 31 + place * 7) % 10) for place in range(620))
    return Page(number, statement, f"{host}/q#{digits}")


@cache
def credential() -> bytes:
    """Return JSON as large as such a certificate's sealed credential."""
    document = build_document(example_statement(3))
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _days(contents: Mapping[str, Any]) -> dict[str, str]:
    """Return each day and span as it is printed, for an engine without our filters."""
    days = {contents["issued_on"], contents["accepted_on"]}
    days.add(contents["holder_birth_date"])
    days |= {environment["published_on"] for environment in contents["environments"]}
    days.add(contents["qualification"]["edition_date"])
    spans = [(contents["period_from"], contents["period_to"])]
    for unit in contents["units"]:
        for area in unit["areas"]:
            spans.append((area["seen_from"], area["seen_to"]))
            days |= {row["observed_on"] for row in area["rows"] if row["observed_on"]}
    written = {day: write_day(day) for day in days if day}
    return written | {f"{a}/{b}": write_span(a, b) for a, b in spans if a and b}


def printed_words(pdf: bytes) -> Counter[str]:
    """Return the words on the pages and how often each stands there."""
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    texts = [sheet.get_textpage().get_text_range() for sheet in document]
    document.close()
    return Counter("".join("".join(texts).replace("￾", "").split()).lower())
