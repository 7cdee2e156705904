"""The printed certificate: a statement and a template become one PDF.

Templates are sandboxed and get strings, numbers and lists only; what people wrote stays
text. The sealed JSON is attached byte for byte, so that paper and file are one thing.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from issuer.credentials.page_contents import build_contents, require_page_possible
from issuer.credentials.page_look import DrawnLook
from issuer.credentials.page_markup import fill
from issuer.credentials.page_preview import (
    WATERMARK_ADDRESS,
    WATERMARK_CSS,
    preview_code,
    preview_word,
    watermark_svg,
)
from issuer.credentials.page_refusals import TemplateUnfit
from issuer.credentials.page_templates import PageTemplate
from issuer.credentials.qr import ErrorCorrection, qr_matrix
from issuer.domain.look import PageLook

QR_ADDRESS = "qr.svg"
_QR_SIDE_MM = 30
_QR_BORDER = 4
_COLOUR = re.compile(r"#[0-9a-f]{6}")

# Templates read from their folders, kept for the life of a rendering process, which
# makes many pages with few templates.
_loaded: dict[str, PageTemplate] = {}


def render_page(
    statement: Mapping[str, Any],
    *,
    template: PageTemplate,
    check_url: str,
    credential: bytes,
    created: datetime,
    look: DrawnLook | None = None,
    preview: bool = False,
) -> bytes:
    """Return the certificate's PDF, `credential` attached as credential.json.

    `statement` is the dict of a CertificateStatement, `check_url` what the QR code
    holds, `created` an aware time. The same arguments give the same bytes. A preview
    says so across every page, carries no credential, and its QR code leads nowhere.
    Raises PageTooLarge, CharacterUnprintable, TemplateMissing or TemplateUnfit.
    """
    # Imported here because it takes a second and needs Pango, which the serving
    # process does without: pages are drawn in child processes.
    from issuer.credentials.page_pdf import draw_pdf  # noqa: PLC0415

    require_page_possible(statement)
    language = statement["language"]
    for spoken in filter(None, (language, statement.get("second_language"))):
        template.require_language(spoken)
    look = look or DrawnLook(PageLook())
    code = preview_code(language) if preview else check_url
    assets = {**template.assets, **look.assets()}
    css = colours_css(look)
    if preview:
        assets[WATERMARK_ADDRESS] = watermark_svg(language)
        css += WATERMARK_CSS
    return draw_pdf(
        build_markup(
            statement, template=template, check_url=check_url, look=look, code=code
        ),
        css=template.css,
        css_sha256=template.sha256,
        page_css=css,
        assets=assets,
        codes={QR_ADDRESS: qr_matrix(code, error_correction=_error_correction(code))},
        code_border=_QR_BORDER,
        credential=None if preview else credential,
        created=created.astimezone(UTC),
        title_prefix=f"{preview_word(language)}: " if preview else "",
        has_seal_field=template.has_seal_panel and not preview,
    )


def build_markup(
    statement: Mapping[str, Any],
    *,
    template: PageTemplate,
    check_url: str,
    look: DrawnLook | None = None,
    code: str | None = None,
) -> str:
    """Return the page as HTML; raise TemplateUnfit if the template cannot make it.

    `code` is what the QR code holds, if that is not `check_url`.
    """
    language = statement["language"]
    code = code or check_url
    modules = len(qr_matrix(code, error_correction=_error_correction(code)))
    contents = build_contents(statement, titles=template.title, check_url=check_url)
    contents["look"] = (look or DrawnLook(PageLook())).contents()
    # The side with its quiet zone, and the zone alone, which a template pulls into the
    # margin so that the dark modules stand flush with the text.
    contents["qr_side"] = round(_QR_SIDE_MM * (modules + 2 * _QR_BORDER) / modules, 2)
    contents["qr_quiet"] = round(_QR_SIDE_MM * _QR_BORDER / modules, 2)
    return fill(template, language, contents)


def colours_css(look: DrawnLook) -> str:
    """Return the organisation's colours as the properties that templates use.

    Raises TemplateUnfit for what is no `#rrggbb`: a style sheet takes nothing else.
    """
    colours = {"accent": look.pinned.accent, "accent-tint": look.pinned.accent_tint}
    for name, colour in colours.items():
        if not _COLOUR.fullmatch(colour):
            raise TemplateUnfit(reason=f"{name}: {colour!r} is not a colour")
    return "".join(f":root{{--{name}:{value}}}" for name, value in colours.items())


def render_in_child(
    statement: bytes,
    *,
    template_dir: str,
    check_url: str,
    credential: bytes,
    created: str,
    template_sha256: str = "",
    look: Mapping[str, Any] | None = None,
    logo: bytes = b"",
    preview: bool = False,
) -> bytes:
    """Do `render_page` in a worker process that holds no key and no database.

    Takes what crosses a process boundary: the statement as JSON, the template version's
    folder, `created` in ISO 8601. Raises what `render_page` raises, and TemplateChanged
    if the folder does not hold what has `template_sha256`.
    """
    return render_page(
        json.loads(statement),
        template=_template(template_dir, template_sha256),
        check_url=check_url,
        credential=credential,
        created=datetime.fromisoformat(created),
        look=DrawnLook.of_draft(look, logo or None),
        preview=preview,
    )


def _template(template_dir: str, sha256: str) -> PageTemplate:
    """Return the template in the folder; read anew if it is not the one wanted."""
    known = _loaded.get(template_dir)
    if known is None or known.sha256 != sha256:
        folder = Path(template_dir)
        known = PageTemplate.load(folder.parent.parent, folder.parent.name, folder.name)
        if sha256:
            known.require_unchanged(sha256)
        _loaded[template_dir] = known
    return known


def _error_correction(check_url: str) -> ErrorCorrection:
    """Return Q for a short address, M for one that carries a proof in its fragment."""
    return "M" if "#" in check_url else "Q"
