"""From markup to PDF/A-3a and PDF/UA-1 with WeasyPrint: the only module to import it.

The same markup, assets and dates give the same bytes, in any process: every date is
given and the fonts are our own.
"""

import warnings
from collections.abc import Mapping
from datetime import datetime
from functools import cache, lru_cache
from threading import Lock
from xml.etree.ElementTree import Element

import pydyf  # type: ignore[import-untyped]
from weasyprint import CSS, Attachment, Document
from weasyprint.css.tokens import InvalidValues
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from issuer.credentials import page_more_letters
from issuer.credentials.page_code import CodePicture
from issuer.credentials.page_fetcher import SCHEME, AssetFetcher
from issuer.credentials.page_fonts import (
    FACES_CSS,
    font_assets,
    needs_more_letters,
    source_characters,
)
from issuer.credentials.page_html import ParsedPage, parse_page
from issuer.credentials.page_refusals import TemplateUnfit
from issuer.credentials.page_seal import draw_into_field, panel_size_css, take_panel
from issuer.credentials.page_speed import speed_up
from issuer.credentials.page_tags import tag_fully
from issuer.credentials.qr import Matrix

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


tag_fully()
speed_up()


def draw_pdf(
    markup: str,
    *,
    css: str,
    css_sha256: str,
    assets: Mapping[str, bytes],
    codes: Mapping[str, Matrix],
    code_border: int,
    credential: bytes | None,
    created: datetime,
    page_css: str = "",
    title_prefix: str = "",
    has_seal_field: bool = False,
) -> bytes:
    """Return `markup` as PDF/A-3a (ISO 19005-3) and PDF/UA-1 with the credential.

    `css` is the template's and kept parsed by its SHA-256; `page_css` is this page's
    own. `created` is aware and in UTC. With a seal's field, the element with the id
    `seal` becomes an empty signature field that looks as that element did. Raises
    TemplateUnfit if markup or style asks for anything outside `assets`.
    """
    with _one_at_a_time:
        try:
            styles = [
                *_font_faces(markup),
                _style(css, css_sha256, assets),
                _page_style(page_css),
            ]
            pictures = {
                f"{SCHEME}:{address}": CodePicture(code, border=code_border)
                for address, code in codes.items()
            }
            document = _lay_out(
                markup, styles, assets, pictures, has_seal_field=has_seal_field
            )
            document.metadata.title = f"{title_prefix}{document.metadata.title}"
            return _write(document, credential, created)
        except FatalURLFetchingError as error:
            # It derives from BaseException and would fell a worker process.
            raise TemplateUnfit(reason=str(error)) from error
        except InvalidValues as error:  # an @import of an address without a scheme
            raise TemplateUnfit(reason=str(error)) from error


def _lay_out(
    markup: str,
    styles: list[CSS],
    assets: Mapping[str, bytes],
    pictures: Mapping[str, object],
    *,
    has_seal_field: bool,
) -> Document:
    fetcher = AssetFetcher(assets)
    page = parse_page(markup, fetcher)
    panel = take_panel(page) if has_seal_field else None
    document = _render(page, styles, fetcher, pictures)
    if panel is not None:
        size = _parse(panel_size_css(document), assets)
        draw_into_field(document, _render(panel, [*styles, size], fetcher, {}))
    return document


def _render(
    page: Element,
    styles: list[CSS],
    fetcher: AssetFetcher,
    pictures: Mapping[str, object],
) -> Document:
    # A cache of its own for each document: what is kept there holds on to all of it.
    return ParsedPage(page, fetcher).render(
        stylesheets=styles,
        font_config=_font_configuration(),
        pdf_variant=VARIANT,
        cache=dict(pictures),
    )


def _write(document: Document, credential: bytes | None, created: datetime) -> bytes:
    stamp = created.strftime("%Y-%m-%dT%H:%M:%SZ")
    document.metadata.created = document.metadata.modified = stamp
    _claim_pdf_ua(document)
    attachments = []
    if credential is not None:
        attachments.append(
            Attachment(
                string=credential,
                name=ATTACHMENT_NAME,
                relationship="Source",
                created=created,
                modified=created,
            )
        )
    with warnings.catch_warnings():
        # WeasyPrint 70 leaves its colour profile's file to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        pdf: bytes = document.write_pdf(
            pdf_variant=VARIANT, attachments=attachments, finisher=_finish
        )
    return pdf


@cache
def _font_configuration() -> FontConfiguration:
    return FontConfiguration()


def _font_faces(markup: str) -> list[CSS]:
    """Return the style sheets of the fonts; the rare letters' only where they stand."""
    return [_own_faces(), *([_more_faces()] if needs_more_letters(markup) else [])]


@cache
def _own_faces() -> CSS:
    return _parse(FACES_CSS, font_assets())


@cache
def _more_faces() -> CSS:
    own = source_characters()
    assets = page_more_letters.more_letters_assets(own)
    return _parse(page_more_letters.FACES_CSS, assets)


def _style(css: str, css_sha256: str, assets: Mapping[str, bytes]) -> CSS:
    if css_sha256 not in _parsed_styles:
        _parsed_styles[css_sha256] = _parse(css, assets)
    return _parsed_styles[css_sha256]


@lru_cache(maxsize=32)
def _page_style(css: str) -> CSS:
    """Return the sheet of an organisation's pages; there are few of these as well."""
    return _parse(css, {})


def _parse(css: str, assets: Mapping[str, bytes]) -> CSS:
    fetcher = AssetFetcher(assets)
    return CSS(string=css, font_config=_font_configuration(), url_fetcher=fetcher)


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

    The attachment is named twice in the catalogue's /AF. Pictures of pixels ask a
    reader to interpolate, which PDF/A forbids (ISO 19005-3 §6.2.8). And who wants the
    attachment alone should not have to unpack every other object first.
    """
    del document
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))
    pdf.catalog.__class__ = _Unpacked
    for item in pdf.objects:
        if isinstance(item, pydyf.Stream) and "Interpolate" in item.extra:
            item.extra["Interpolate"] = "false"
        if isinstance(item, dict) and (
            item.get("Type") == "/Filespec" or "Names" in item
        ):
            item.__class__ = _Unpacked
