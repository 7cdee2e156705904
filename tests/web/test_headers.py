"""Every answer carries the headers that keep a browser from doing harm."""

import re

import pytest

PAGES = ["/", "/v", "/v/X", "/entry", "/about", "/accessibility", "/nothing-here"]
COMMON = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self' data:; font-src 'none'; connect-src 'self'; "
        "manifest-src 'self'; worker-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cache-Control": "no-store",
    "Content-Language": "fi",
}
OWN_SCRIPT = r'<script type="module" src="/static/js/\w+\.js\?v=[0-9a-f]{12}"></script>'
FINDABLE = {"/", "/about", "/accessibility"}


@pytest.mark.parametrize("path", PAGES)
def test_every_page_carries_exactly_these_headers(visitor, path):
    headers = dict(visitor.get(path).headers)
    checks = path.startswith("/v")
    assert headers.pop("Referrer-Policy") == (
        "no-referrer" if checks else "same-origin"
    )
    assert headers.pop("X-Robots-Tag") == (
        "all" if path in FINDABLE else "noindex, nofollow"
    )
    assert set(headers.pop("Vary").split(", ")) == {"Cookie", "Accept-Language"}
    assert headers.pop("Content-Type") == "text/html; charset=utf-8"
    assert headers.pop("Content-Length")
    if path == "/entry":  # it has forms, whose tokens a cookie carries
        assert headers.pop("Set-Cookie").startswith("form=")
    assert headers == COMMON


def test_pages_hold_no_inline_style_or_script(demo_visitor):
    for path in [*PAGES, "/entry"]:
        page = demo_visitor.get(path).text
        assert re.sub(OWN_SCRIPT, "", page).count("<script") == 0
        assert "<style" not in page
        assert "style=" not in page
        assert " onclick" not in page


def test_static_files_are_kept_for_a_year_under_their_fingerprint(visitor):
    page = visitor.get("/").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert "?v=" in address
    with visitor.get(address) as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=31536000"
        assert "Content-Security-Policy" in answer.headers
        assert len(answer.data) < 20_000


def test_over_https_browsers_are_told_to_stay_there(https_app):
    answer = https_app.test_client().get("/", base_url="https://todistus.example")
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000"


def test_over_http_no_such_promise_is_made(visitor):
    assert "Strict-Transport-Security" not in visitor.get("/").headers
