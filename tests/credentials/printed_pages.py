"""Makes and reads printed certificates for the tests of the page."""

import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdf
import pypdfium2
import zxingcpp

from issuer.credentials.page import render_page
from issuer.credentials.page_templates import PageTemplate
from issuer.domain.certificates import CertificateStatement
from tests.statements import PUBLIC_URL, SERIAL

TEMPLATES = Path(__file__).parents[2] / "credential_templates"
TEMPLATE = PageTemplate.load(TEMPLATES, "osaamistodistus", "1")
CHECK_URL = f"{PUBLIC_URL}/v/{SERIAL.replace('-', '')}"
PROOF_URL = f"{PUBLIC_URL}/q#" + "31415926535897932384" * 21
CREDENTIAL = json.dumps({"name": "Paula", "ä": "ö"}, ensure_ascii=False).encode()
CREATED = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def page_of(
    statement: CertificateStatement | Mapping[str, Any], **changes: Any
) -> bytes:
    given = {
        "template": TEMPLATE,
        "check_url": CHECK_URL,
        "credential": CREDENTIAL,
        "created": CREATED,
        **changes,
    }
    if isinstance(statement, CertificateStatement):
        statement = asdict(statement)
    return render_page(statement, **given)


def in_two_languages(statement: CertificateStatement) -> dict[str, Any]:
    """Return the statement's dict with every text of the catalogue in Swedish too."""
    two = asdict(statement) | {"second_language": "sv"}
    swedish = {"language": "sv"}
    two["qualification"]["second"] = {"name": "Påhittad examen", **swedish}
    for unit in two["units"]:
        unit["second"] = {"name": f"Skötsel av {unit['code']}", **swedish}
        for area in unit["areas"]:
            area["second"] = {"name": f"Arbetet {area['name']}", **swedish}
            for row in area["requirements"]:
                row["second"] = {"text": f"planerar {row['key']}", **swedish}
    return two


def text_of(pdf: bytes) -> str:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    return " ".join(" ".join(p.extract_text() for p in reader.pages).split())


def read_codes(pdf: bytes, *, dpi: int, page: int = 0) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    picture = document[page].render(scale=dpi / 72, grayscale=True).to_pil()
    document.close()
    return [found.text for found in zxingcpp.read_barcodes(picture)]
