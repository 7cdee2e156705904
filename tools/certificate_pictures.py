"""Draws the pictures of the certificate in docs/screens.

Cover and annex of the template's own sample, in each language and in two side by side:
`python -m tools.certificate_pictures`.
"""

import copy
import io
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

from issuer.credentials.page import render_page
from issuer.credentials.page_templates import PageTemplate
from tools.toolchain import ROOT

FOLDER = ROOT / "docs" / "screens"
TEMPLATES = ROOT / "credential_templates"
DPI = 120
COLOURS = 64
CREATED = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)

# What people write, and what no catalogue holds, in the languages of the pictures.
_WRITTEN: dict[str, dict[str, Any]] = {
    "fi": {},
    "sv": {
        "department": "Sysselsättningstjänster",
        "tasks": [
            "Gräsklippning",
            "Skötsel av planteringar",
            "Beskärning",
            "Vinterskötsel",
        ],
        "summary": "Paula skötte parker och gångvägar från höst till första snön. Hon "
        "arbetade noggrant, höll maskinerna i skick och tog hänsyn till andra.",
        "signatory_title": "sysselsättningskoordinator",
    },
    "en": {
        "department": "Employment services",
        "tasks": ["Mowing", "Care of plantings", "Pruning", "Winter maintenance"],
        "summary": "Paula cared for parks and paths from autumn to the first snow. She "
        "worked with care, kept the machines in order and minded other people.",
        "signatory_title": "employment coordinator",
    },
}


def draw_pictures(folder: Path) -> list[Path]:
    """Write every picture into `folder` and return the files."""
    template = PageTemplate.load(TEMPLATES, "osaamistodistus", "1")
    sample = json.loads((TEMPLATES / "osaamistodistus/1/sample.json").read_bytes())
    folder.mkdir(parents=True, exist_ok=True)
    drawn = []
    for name, statement in statements(sample):
        pdf = render_page(
            statement,
            template=template,
            check_url=statement["id"].replace("-", ""),
            credential=b"{}",
            created=CREATED,
        )
        cover, annex = _pictures(pdf, ("Puistojen", "parker"))
        for part, picture in (("cover", cover), ("annex", annex)):
            drawn.append(folder / f"certificate-{name}-{part}.png")
            drawn[-1].write_bytes(picture)
    return drawn


def statements(sample: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give what each picture shows, by its name."""
    for language in ("fi", "sv", "en"):
        yield language, _in_language(sample, language)
    yield "fi-sv", {**_in_language(sample, "fi"), "second_language": "sv"}


def _in_language(sample: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return the sample as its catalogue and its people say it in `language`."""
    told: dict[str, Any] = {**copy.deepcopy(dict(sample)), "language": language}
    written = dict(_WRITTEN[language])
    told["issuer"]["department"] = written.pop(
        "department", told["issuer"]["department"]
    )
    told |= written
    if language == "sv":
        _translate(told)
    return told


def _translate(part: object) -> None:
    """Put each official text's Swedish in the place of the Finnish."""
    if isinstance(part, list):
        for item in part:
            _translate(item)
    if not isinstance(part, dict):
        return
    if second := part.get("second"):
        for key in {"name", "text"} & second.keys():
            part[key] = second[key]
            if f"{key}_language" in part:
                part[f"{key}_language"] = second["language"]
    for item in part.values():
        _translate(item)


def _pictures(pdf: bytes, words: tuple[str, ...]) -> tuple[bytes, bytes]:
    """Return the first page, and the first later one whose heading has the words."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        later = next(
            number
            for number in range(1, len(document))
            if any(w in document[number].get_textpage().get_text_range() for w in words)
        )
        return _picture(document[0]), _picture(document[later])
    finally:
        document.close()


def _picture(page: pypdfium2.PdfPage) -> bytes:
    image = page.render(scale=DPI / 72).to_pil().convert("RGB")
    png = io.BytesIO()
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(png, "PNG", optimize=True)
    return png.getvalue()


if __name__ == "__main__":
    for file in draw_pictures(FOLDER):
        print(f"{file.relative_to(ROOT)}  {file.stat().st_size // 1024} KB")
