"""The page that a code opens, as the server sends it: the same for everybody."""

import gzip
import re

import pytest

from issuer.domain.forbidden_claims import CLAUSE
from issuer.services.joined_scripts import join_scripts
from issuer.web.pages import STATIC
from tests.web.conftest import house

__all__ = ["house"]

SCRIPTS = ("compact_proof", "issuer_files", "scan", "scan_conclusion", "speaking")
HEADLINES = {
    "fi": ("Todistus on aito ja voimassa", "Todistus ei ole pätevä"),
    "sv": ("Intyget är äkta och giltigt", "Intyget är inte giltigt"),
    "en": ("The certificate is genuine and valid", "The certificate is not valid"),
}


def test_its_headers_let_it_be_kept_and_tell_nobody(visitor):
    headers = visitor.get("/q").headers
    assert headers["Cache-Control"] == "public, max-age=300"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "default-src 'none'; script-src 'self'" in headers["Content-Security-Policy"]
    assert "require-trusted-types-for 'script'" in headers["Content-Security-Policy"]
    assert "Set-Cookie" not in headers


def test_who_is_signed_in_gets_the_page_of_everybody(visitor, house):
    page = visitor.get("/q").text
    signed_in = visitor.sign_in(house.sirpa).get("/q")
    assert signed_in.text == page
    assert "Set-Cookie" not in signed_in.headers
    assert "csrf" not in page
    with visitor.client.session_transaction() as kept:
        kept["_flashes"] = [("message", "Paula was added.")]
    assert visitor.get("/q").text == page


@pytest.mark.parametrize("language", HEADLINES)
def test_every_sentence_is_in_the_page_in_the_readers_language(visitor, language):
    page = visitor.get("/q", headers={"Accept-Language": language}).text
    for headline in HEADLINES[language]:
        assert f"<h1>{headline}</h1>" in page
    assert CLAUSE[language] in page
    shown = re.sub(r"<noscript>.*?</noscript>", "", page, flags=re.DOTALL)
    for verdict in re.findall(r'<div class="verdict [^>]*>', shown):
        assert verdict.endswith(" hidden>") == ('data-when="checking"' not in verdict)


def test_the_three_answers_have_three_shapes(visitor):
    page = visitor.get("/q").text
    shapes = {
        kind: re.search(rf'<div class="verdict {kind}".*?<svg.*?</svg>', page).group(0)
        for kind in ("valid", "not_valid", "unknown")
    }
    assert len({shape.partition("<svg")[2] for shape in shapes.values()}) == 3


def test_without_scripts_the_way_to_the_number_is_there(visitor):
    page = visitor.get("/q").text
    assert "<noscript>" in page
    form = page.partition('<form class="serial-form"')[2]
    assert 'action="/v"' in form
    assert 'name="serial"' in form


def test_no_sentence_is_in_a_script():
    """A text of two words or more is an error's or a technique's, never a reader's."""
    for name in SCRIPTS:
        source = (STATIC / "js" / f"{name}.js").read_text(encoding="utf-8")
        code = re.sub(r"^\s*//.*$", "", source, flags=re.MULTILINE)
        assert not re.search(r'"[A-ZÅÄÖ][a-zåäö]+ [^"]*"', code), name
        assert not re.search(r"\.innerHTML|\.outerHTML|insertAdjacent|eval\(", code)


def test_it_is_light(visitor):
    page, style = visitor.get("/q").data, (STATIC / "css" / "scan.css").read_bytes()
    script = visitor.get(script_of(page.decode())).data
    checking = ("compact_proof", "scan_conclusion", "scan")
    sources = {n: (STATIC / "js" / f"{n}.js").read_text() for n in checking}
    alone = join_scripts(sources, start="start").encode()
    packed = [len(gzip.compress(each)) for each in (page, script, style)]
    assert len(gzip.compress(alone)) < 5_000
    assert sum(packed) < 12_000


def test_its_script_is_one_file_of_its_own_and_fingerprinted(visitor):
    address = script_of(visitor.get("/q").text)
    answer = visitor.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000"
    assert "import(" not in answer.text
    assert address in visitor.get("/q/worker.js").text


def script_of(page: str) -> str:
    [address] = re.findall(r' src="([^"]+)"', page)
    assert re.fullmatch(r"/q/scan\.js\?v=[0-9a-f]{12}", address)
    return address
