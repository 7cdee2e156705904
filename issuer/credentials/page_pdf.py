"""From markup to PDF/A-3a and PDF/UA-1 with WeasyPrint: the only module to import it.

The same markup, assets and dates give the same bytes, in any process: every date is
given and the fonts are our own.
"""

import warnings
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from threading import Lock

import pydyf  # type: ignore[import-untyped]
from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from issuer.credentials.page_fetcher import AssetFetcher
from issuer.credentials.page_fonts import FACES_CSS, font_assets
from issuer.credentials.page_refusals import TemplateUnfit

VARIANT = "pdf/a-3a"
ATTACHMENT_NAME = "credential.json"

# WeasyPrint writes one variant. PDF/A-3a already holds what PDF/UA-1 asks for but its
# mark, which PDF/A allows only with a description of its schema (ISO 19005-3 §6.6.2.3).
_PDF_UA_1 = b"""
<rdf:Description rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>part of ISO 14289</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
"""

# Pango's font map is shared by the whole process and is not made for threads.
_one_at_a_time = Lock()
# Parsed style sheets by the template's SHA-256. Parsing one and loading its fonts takes
# a tenth of a page's time, and a new FontConfiguration for each page leaks memory. A
# process meets a handful of template versions, so nothing is ever dropped.
_parsed_styles: dict[str, CSS] = {}


def draw_pdf(
    markup: str,
    *,
    css: str,
    css_sha256: str,
    assets: Mapping[str, bytes],
    credential: bytes,
    created: datetime,
) -> bytes:
    """Return `markup` as PDF/A-3a (ISO 19005-3) and PDF/UA-1 with the credential.

    `created` is aware and in UTC. Raises TemplateUnfit if the markup or the style
    sheet asks for anything outside `assets`.
    """
    with _one_at_a_time:
        try:
            return _draw(markup, css, css_sha256, assets, credential, created)
        except FatalURLFetchingError as error:
            # It derives from BaseException and would fell a worker process.
            raise TemplateUnfit(reason=str(error)) from error


def _draw(
    markup: str,
    css: str,
    css_sha256: str,
    assets: Mapping[str, bytes],
    credential: bytes,
    created: datetime,
) -> bytes:
    styles = [_font_faces(), _style(css, css_sha256, assets)]
    page = HTML(string=markup, url_fetcher=AssetFetcher(assets))
    # No `cache=`: a picture kept there holds on to its whole document.
    document = page.render(
        stylesheets=styles, font_config=_font_configuration(), pdf_variant=VARIANT
    )
    stamp = created.strftime("%Y-%m-%dT%H:%M:%SZ")
    document.metadata.created = document.metadata.modified = stamp
    _claim_pdf_ua(document)
    attachment = Attachment(
        string=credential,
        name=ATTACHMENT_NAME,
        relationship="Source",
        created=created,
        modified=created,
    )
    with warnings.catch_warnings():
        # WeasyPrint 70 leaves its colour profile's file to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        pdf: bytes = document.write_pdf(
            pdf_variant=VARIANT, attachments=[attachment], finisher=_finish
        )
    return pdf


@cache
def _font_configuration() -> FontConfiguration:
    return FontConfiguration()


@cache
def _font_faces() -> CSS:
    return CSS(
        string=FACES_CSS,
        font_config=_font_configuration(),
        url_fetcher=AssetFetcher(font_assets()),
    )


def _style(css: str, css_sha256: str, assets: Mapping[str, bytes]) -> CSS:
    if css_sha256 not in _parsed_styles:
        _parsed_styles[css_sha256] = CSS(
            string=css,
            font_config=_font_configuration(),
            url_fetcher=AssetFetcher(assets),
        )
    return _parsed_styles[css_sha256]


def _claim_pdf_ua(document: Document) -> None:
    """Put the mark of PDF/UA-1 inside the RDF that WeasyPrint writes.

    Its own option `xmp_metadata` appends after the RDF, where no reader looks.
    """
    written = document.metadata.generate_rdf_metadata

    def with_mark(*variant: object) -> bytes:
        rdf: bytes = written(*variant)
        return rdf.replace(b"</rdf:RDF>", _PDF_UA_1 + b"</rdf:RDF>")

    document.metadata.generate_rdf_metadata = with_mark


class _Unpacked(pydyf.Dictionary):  # type: ignore[misc]
    """An object that stays outside the packed stream of objects."""

    compressible = False


def _finish(document: Document, pdf: pydyf.PDF) -> None:
    """Mend three things in the tree WeasyPrint 70 wrote, before it is serialised.

    The attachment is named twice in the catalogue's /AF, and column headings lack the
    scope that a screen reader looks for (ISO 14289-1 §7.5). And who wants the
    attachment alone should not have to unpack every other object first.
    """
    del document
    pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
    pdf.catalog.__class__ = _Unpacked
    for item in pdf.objects:
        if isinstance(item, dict) and item.get("S") == "/TH":
            item["A"]["Scope"] = "/Column"
        if isinstance(item, dict) and (
            item.get("Type") == "/Filespec" or "Names" in item
        ):
            item.__class__ = _Unpacked
