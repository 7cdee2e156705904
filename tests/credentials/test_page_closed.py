"""The renderer fetches nothing, and what people wrote stays text."""

import io
import socket
from dataclasses import replace

import pypdf
import pytest
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError

from issuer.credentials.page_fetcher import AssetFetcher
from issuer.credentials.page_refusals import (
    CharacterUnprintable,
    PageTooLarge,
    TemplateMissing,
    TemplateUnfit,
)
from issuer.domain.certificates import CertificateStatement
from tests.credentials.printed_pages import (
    TEMPLATE,
    page_of,
    text_of,
)
from tests.statements import example_statement


@pytest.fixture(scope="module")
def statement() -> CertificateStatement:
    return example_statement(units=2)


HOSTILE = (
    '<img src="http://attacker.example/x.png">',
    "<script>alert(1)</script>",
    "<style>@import url(http://attacker.example/x.css);</style>",
    '"><link rel=attachment href="file:///etc/passwd">',
    "background:url(http://attacker.example/)",
    "{{7*7}} {% raw %}",
    "&lt;b&gt; &amp;",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(
    text: str, statement: CertificateStatement, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*_: object, **__: object) -> None:
        raise AssertionError("the renderer opened a socket")

    monkeypatch.setattr(socket, "socket", no_network)
    monkeypatch.setattr(socket, "create_connection", no_network)
    unit = statement.units[0]
    area = unit.areas[0]
    row = replace(area.requirements[0], text=text, task=text, instructor=text)
    unit = replace(unit, name=text, areas=(replace(area, requirements=(row,)),))
    made = page_of(
        replace(
            statement,
            holder_name=text,
            summary=text,
            tasks=(text,),
            coach=text,
            units=(unit,),
        )
    )
    reader = pypdf.PdfReader(io.BytesIO(made))
    assert "".join(text.split()) in "".join(text_of(made).split())
    assert list(reader.attachments) == ["credential.json"]
    for page in reader.pages:
        for note in page.get("/Annots", []):
            assert "attacker" not in note["/A"]["/URI"]


@pytest.mark.parametrize(
    "address",
    [
        "http://attacker.example/x.png",
        "file:///etc/passwd",
        "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>",
        "asset:other.svg",
        "ASSET:qr.svg",
        "asset:../qr.svg",
    ],
)
def test_the_fetcher_serves_its_assets_and_nothing_else(address: str) -> None:
    fetcher = AssetFetcher({"qr.svg": b"<svg/>"})
    assert fetcher.fetch("asset:qr.svg").read() == b"<svg/>"
    with pytest.raises(ValueError, match="not an asset"):
        fetcher.fetch(address)
    markup = f'<html lang="fi"><title>T</title><img alt="x" src="{address}">'
    with pytest.raises(FatalURLFetchingError):
        HTML(string=markup, url_fetcher=fetcher).write_pdf()


def test_a_template_that_reaches_out_is_refused(
    statement: CertificateStatement,
) -> None:
    reaching = replace(
        TEMPLATE,
        html={"fi": '<html lang="fi"><img alt="" src="http://attacker.example/x.png">'},
    )
    with pytest.raises(TemplateUnfit, match=r"attacker\.example"):
        page_of(statement, template=reaching)


def test_a_statement_that_cannot_be_printed_is_refused(
    statement: CertificateStatement,
) -> None:
    only_finnish = replace(TEMPLATE, languages=("fi",))
    with pytest.raises(TemplateMissing):
        page_of(example_statement(language="sv"), template=only_finnish)
    with pytest.raises(CharacterUnprintable):
        page_of(replace(statement, summary="🌲"))
    with pytest.raises(PageTooLarge):
        page_of(example_statement(units=43))
