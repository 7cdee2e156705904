"""The printed certificate: a statement and a template become one PDF.

Templates are sandboxed and get strings, numbers and lists only; what people wrote stays
text. The sealed JSON is attached byte for byte, so that paper and file are one thing.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from issuer.credentials.page_contents import (
    build_contents,
    require_page_possible,
    write_day,
    write_span,
)
from issuer.credentials.page_refusals import TemplateUnfit
from issuer.credentials.page_templates import PageTemplate
from issuer.credentials.qr import ErrorCorrection, qr_matrix, qr_svg

QR_ADDRESS = "qr.svg"
_QR_SIDE_MM = 30
_QR_BORDER = 4

_environment = ImmutableSandboxedEnvironment(
    autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_environment.filters |= {"day": write_day, "span": write_span}

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
) -> bytes:
    """Return the certificate's PDF, `credential` attached as credential.json.

    `statement` is the dict of a CertificateStatement, `check_url` what the QR code
    holds, `created` an aware time. The same arguments give the same bytes. Raises
    PageTooLarge, CharacterUnprintable, TemplateMissing or TemplateUnfit.
    """
    # Imported here because it takes a second and needs Pango, which the serving
    # process does without: pages are drawn in child processes.
    from issuer.credentials.page_pdf import draw_pdf  # noqa: PLC0415

    require_page_possible(statement)
    template.require_language(statement["language"])
    level = _error_correction(check_url)
    return draw_pdf(
        build_markup(statement, template=template, check_url=check_url),
        css=template.css,
        css_sha256=template.sha256,
        assets={
            **template.assets,
            QR_ADDRESS: qr_svg(
                check_url, error_correction=level, border=_QR_BORDER
            ).encode(),
        },
        credential=credential,
        created=created.astimezone(UTC),
    )


def build_markup(
    statement: Mapping[str, Any], *, template: PageTemplate, check_url: str
) -> str:
    """Return the page as HTML; raise TemplateUnfit if the template cannot make it."""
    language = statement["language"]
    modules = len(qr_matrix(check_url, error_correction=_error_correction(check_url)))
    contents = build_contents(
        statement, title=template.title[language], check_url=check_url
    )
    # The side with its quiet zone, and the zone alone, which a template pulls into the
    # margin so that the dark modules stand flush with the text.
    contents["qr_side"] = round(_QR_SIDE_MM * (modules + 2 * _QR_BORDER) / modules, 2)
    contents["qr_quiet"] = round(_QR_SIDE_MM * _QR_BORDER / modules, 2)
    try:
        page = _environment.from_string(template.html[language])
        return page.render(contents)
    except TemplateError as error:
        raise TemplateUnfit(reason=f"{type(error).__name__}: {error}") from error


def render_in_child(
    statement: bytes,
    *,
    template_dir: str,
    check_url: str,
    credential: bytes,
    created: str,
) -> bytes:
    """Do `render_page` in a worker process that holds no key and no database.

    Takes what crosses a process boundary: the statement as JSON, the template version's
    folder, `created` in ISO 8601. Raises what `render_page` raises.
    """
    return render_page(
        json.loads(statement),
        template=_template(template_dir),
        check_url=check_url,
        credential=credential,
        created=datetime.fromisoformat(created),
    )


def _template(template_dir: str) -> PageTemplate:
    if template_dir not in _loaded:
        folder = Path(template_dir)
        _loaded[template_dir] = PageTemplate.load(
            folder.parent.parent, folder.parent.name, folder.name
        )
    return _loaded[template_dir]


def _error_correction(check_url: str) -> ErrorCorrection:
    """Return Q for a short address, M for one that carries a proof in its fragment."""
    return "M" if "#" in check_url else "Q"
