"""What makes pages faster changes not one byte of them."""

import subprocess
import sys
from hashlib import sha256

import weasyprint

from issuer.credentials import page_speed
from tests.credentials.printed_pages import page_of
from tests.statements import example_statement
from tools.toolchain import ROOT

SLOW = """
import sys
from hashlib import sha256
from issuer.credentials import page_speed
page_speed.speed_up = lambda: False
from tests.credentials.printed_pages import page_of
from tests.statements import example_statement
from weasyprint import css
assert css.ComputedStyle.__missing__ is not page_speed.compute
for units in (1, 6):
    for language in ("fi", "sv", "en"):
        statement = example_statement(units, language=language)
        print(sha256(page_of(statement)).hexdigest())
"""


def test_pages_have_the_same_bytes_as_weasyprint_alone_makes():
    versions = (weasyprint.VERSION, page_speed.pydyf.VERSION)
    assert versions == page_speed.KNOWN, "look anew at what stands in for WeasyPrint's"
    done = subprocess.run(
        [sys.executable, "-c", SLOW],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    fast = [
        sha256(page_of(example_statement(units, language=language))).hexdigest()
        for units in (1, 6)
        for language in ("fi", "sv", "en")
    ]
    assert page_speed.css.ComputedStyle.__missing__ is page_speed.compute
    assert fast == done.stdout.split()


def test_another_version_is_left_alone(monkeypatch):
    monkeypatch.setattr(weasyprint, "VERSION", "99")
    assert page_speed.speed_up() is False
