"""A page's markup as the tree that WeasyPrint lays out.

Markup that is well-formed XML takes a fast parser written in C; any other takes the
slow one that mends HTML as browsers do.
"""

from xml.etree.ElementTree import Element, ParseError, fromstring

import cssselect2  # type: ignore[import-untyped]
from weasyprint import HTML

from issuer.credentials.page_fetcher import AssetFetcher


def parse_page(markup: str, fetcher: AssetFetcher) -> Element:
    """Return the tree of `markup`, whose texts were escaped by the template."""
    try:
        return fromstring(markup)  # noqa: S314 - our own template's
    except ParseError:
        page: Element = HTML(string=markup, url_fetcher=fetcher).etree_element
        return page


class ParsedPage(HTML):  # type: ignore[misc]  # weasyprint ships no types
    """A page that is parsed already: what HTML would hold after its own parser."""

    def __init__(self, page: Element, fetcher: AssetFetcher) -> None:
        self.base_url = None
        self.url_fetcher = fetcher
        self.media_type = "print"
        self.wrapper_element = cssselect2.ElementWrapper.from_html_root(
            page, content_language=None
        )
        self.etree_element = self.wrapper_element.etree_element
