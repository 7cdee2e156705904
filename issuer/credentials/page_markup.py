"""A template's HTML, compiled once: sandboxed, and with nothing to reach but itself."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import DictLoader, StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from issuer.credentials.page_contents import write_day, write_span
from issuer.credentials.page_fonts import is_in_serif
from issuer.credentials.page_refusals import TemplateUnfit
from issuer.credentials.page_templates import PageTemplate

_ENTRY = "certificate.html"


def fill(template: PageTemplate, language: str, contents: Mapping[str, Any]) -> str:
    """Return the page as HTML; raise TemplateUnfit if the template cannot make it."""
    try:
        page = _compiled(template.html[language], tuple(template.parts.items()))
        return page.render(contents)
    except TemplateError as error:
        raise TemplateUnfit(reason=f"{type(error).__name__}: {error}") from error


@lru_cache(maxsize=16)
def _compiled(html: str, parts: tuple[tuple[str, str], ...]) -> Template:
    """Return the page's template, which may include its own parts and no other file."""
    environment = ImmutableSandboxedEnvironment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=DictLoader({**dict(parts), _ENTRY: html}),
    )
    environment.filters |= {"day": write_day, "span": write_span}
    environment.tests["in_serif"] = is_in_serif
    return environment.get_template(_ENTRY)
