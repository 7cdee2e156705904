"""Is a page still PDF/A-3a and PDF/UA-1, as far as can be told without a validator.

Cheap assertions over the file's objects, each with the clause it stands for. They find
what a change of template, renderer or seal has broken; veraPDF remains the judge.
"""

import io
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

from issuer.credentials.page_refusals import ToolMissing
from issuer.credentials.page_structure import (
    Pdf,
    aloud,
    attachments,
    is_annotation_tagged,
    is_seen,
    list_fonts,
    list_tags,
)

_PRINTED, _HIDDEN = 4, 2 | 32  # of an annotation's flags (ISO 32000-1 table 165)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a page should not be: which check, and what it saw."""

    check: str
    text: str


def inspect_conformance(
    data: bytes, *, languages: Collection[str] = ()
) -> list[Finding]:
    """Return what is wrong with the PDF, nothing if all checks pass.

    `languages` must occur inside the document beside its own. Raises ToolMissing where
    pikepdf is not installed.
    """
    pikepdf = _pikepdf()
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            checks = {
                **CHECKS,
                "languages": lambda pdf: _languages(pdf, languages),
                "signature": lambda pdf: _signature(pdf, data),
            }
            return [
                Finding(name, text)
                for name, check in checks.items()
                for text in _found_by(check, pdf)
            ]
    except pikepdf.PdfError as error:
        return [Finding("readable", f"it cannot be read: {error}")]


def _pikepdf() -> Any:  # noqa: ANN401 - the module
    try:
        import pikepdf  # noqa: PLC0415 - not part of the product
    except ImportError as error:
        raise ToolMissing(package="pikepdf") from error
    return pikepdf


def _found_by(check: Callable[[Pdf], Iterator[str]], pdf: Pdf) -> list[str]:
    """Return what a check found; a part of the file that is not there is found too."""
    try:
        return list(check(pdf))
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        return [f"it cannot be told: {type(error).__name__} {error}"]


def _claims(pdf: Pdf) -> Iterator[str]:
    """ISO 19005-3 §6.6.4, ISO 14289-1 §5: both claims, in one RDF."""
    xmp = pdf.Root.Metadata.read_bytes().decode()
    blocks = re.findall(r"<rdf:RDF.*?</rdf:RDF>", xmp, re.DOTALL)
    if len(blocks) != 1:
        yield f"the metadata hold {len(blocks)} RDF blocks"
    rdf = "".join(blocks)
    for name, value in (
        ("pdfaid:part", "3"),
        ("pdfaid:conformance", "A"),
        ("pdfuaid:part", "1"),
    ):
        if not re.search(rf'{name}(="|>){value}["<]', rdf):
            yield f"the metadata do not say {name} {value}"
    if "<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>" not in rdf:
        yield "the metadata do not describe the schema of pdfuaid"
    if "<dc:title>" not in rdf:
        yield "the metadata hold no title"


def _catalogue(pdf: Pdf) -> Iterator[str]:
    """ISO 19005-3 §6.2.3 and §6.7, ISO 14289-1 §7.1: what the catalogue must hold."""
    root = pdf.Root
    intents = [str(intent.S) for intent in root.get("/OutputIntents", [])]
    if intents != ["/GTS_PDFA1"]:
        yield f"the output intents are {intents}"
    for has_it, text in (
        (str(root.get("/Lang", "")), "the document has no language"),
        (root.get("/MarkInfo", {}).get("/Marked", False), "it is not marked as tagged"),
        (
            root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False),
            "the title is not shown in the window",
        ),
        (not pdf.is_encrypted, "it is encrypted"),
        *((n in root, f"{n} is missing") for n in ("/StructTreeRoot", "/Outlines")),
        *((n not in root, f"{n} is not allowed") for n in ("/OpenAction", "/AA")),
    ):
        if not has_it:
            yield text


def _pages(pdf: Pdf) -> Iterator[str]:
    """ISO 14289-1 §7.18.3: on each page the tabulator follows the structure."""
    for number, page in enumerate(pdf.pages, 1):
        if str(page.obj.get("/Tabs", "")) != "/S":
            yield f"page {number} has another tab order than its structure"


def _fonts(pdf: Pdf) -> Iterator[str]:
    """ISO 19005-3 §6.2.11: each font embedded, each glyph known as a character."""
    for font in list_fonts(pdf):
        name = str(font.get("/BaseFont", "?"))
        described = font.get("/DescendantFonts", [font])[0].get("/FontDescriptor", {})
        if not any(f"/FontFile{kind}" in described for kind in ("", "2", "3")):
            yield f"the font {name} is not embedded"
        if "/ToUnicode" not in font:
            yield f"the font {name} does not say its characters"


def _annotations(pdf: Pdf) -> Iterator[str]:
    """ISO 14289-1 §7.18, ISO 19005-3 §6.3: annotations are tagged and are printed."""
    for number, page in enumerate(pdf.pages, 1):
        for note in page.obj.get("/Annots", []):
            kind = str(note.get("/Subtype", "?"))
            flags = int(note.get("/F", 0))
            if not flags & _PRINTED or flags & _HIDDEN:
                yield f"page {number}: a {kind} is not printed"
            if not is_seen(note, page.mediabox):
                continue
            if not is_annotation_tagged(pdf, note):
                yield f"page {number}: a {kind} is not part of the structure"
            if kind == "/Widget" and "/AP" not in note:
                yield f"page {number}: a widget has no appearance"


def _attached(pdf: Pdf) -> Iterator[str]:
    """ISO 19005-3 §6.8: every attachment once, with how it relates to the page."""
    related = [item.objgen for item in pdf.Root.get("/AF", [])]
    named = attachments(pdf)
    if len(set(related)) != len(related):
        yield "an attachment is named twice in /AF"
    if set(related) != {item.objgen for item in named}:
        yield "/AF and the embedded files are not the same"
    for item in named:
        if "/AFRelationship" not in item:
            yield f"the attachment {item.get('/UF', '?')} says no relationship"


def _tags(pdf: Pdf) -> Iterator[str]:
    """ISO 14289-1 §7.3–7.5: figures speak, heads of tables say what they head."""
    kinds = []
    for tag in list_tags(pdf):
        kind = str(tag.get("/S", ""))
        kinds.append(kind)
        if kind == "/Figure" and not str(tag.get("/Alt", "")).strip():
            yield "a picture has no text in its place"
        if kind == "/TH" and not aloud(tag, "/Scope"):
            yield "a table heading does not say what it heads"
    if kinds.count("/H1") != 1:
        yield f"there are {kinds.count('/H1')} headings of the first level"
    levels = [int(kind[2]) for kind in kinds if re.fullmatch(r"/H[1-6]", kind)]
    if any(
        after > before + 1 for before, after in zip([0, *levels], levels, strict=False)
    ):
        yield "a level of headings is left out"


def _languages(pdf: Pdf, wanted: Collection[str]) -> Iterator[str]:
    """ISO 14289-1 §7.2: what is in another language says so."""
    spoken = {str(tag.Lang) for tag in list_tags(pdf) if "/Lang" in tag}
    for language in sorted(set(wanted) - spoken - {str(pdf.Root.get("/Lang", ""))}):
        yield f"nothing is marked as {language}"


def _signature(pdf: Pdf, data: bytes) -> Iterator[str]:
    """ISO 32000-1 §12.8: one certifying signature at most, and it covers the file."""
    fields = pdf.Root.get("/AcroForm", {}).get("/Fields", [])
    seals = [
        field.V
        for field in fields
        if "/V" in field and str(field.V.get("/Type", "")) != "/DocTimeStamp"
    ]
    if len(seals) > 1:
        yield f"there are {len(seals)} signatures"
    for seal in seals:
        first, length, second, rest = (int(place) for place in seal.ByteRange)
        hole = data[length:second]
        if first or hole[:1] != b"<" or hole[-1:] != b">":
            yield "the signature leaves out more than itself"
        # Validation data for the long term comes after what was signed.
        if second + rest != len(data) and "/DSS" not in pdf.Root:
            yield "the signature does not cover the end of the file"


CHECKS: dict[str, Callable[[Pdf], Iterator[str]]] = {
    "claims": _claims,
    "catalogue": _catalogue,
    "pages": _pages,
    "fonts": _fonts,
    "annotations": _annotations,
    "attachments": _attached,
    "tags": _tags,
}
