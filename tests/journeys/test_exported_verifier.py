"""The verifier as one file on a stick: it checks from the disk, with no network."""

import hashlib
import json
import os
import re
import subprocess
import sys

import pytest

from tests.journeys.served import fi
from tests.journeys.test_check_a_file import files  # noqa: F401
from tests.journeys.test_scan_the_code import (  # noqa: F401
    HOLDER,
    PHONE,
    _today,
    codes,
    served,
)
from tools.toolchain import ROOT

# The last two are the page of PDFs that is built into the browser.
OWN = ("file:", "blob:", "data:", "chrome-extension:", "chrome:")
AS_OF = "The seal holds, the status is known as of %(day)s"


def exported(served, target, *more):  # noqa: F811
    done = subprocess.run(
        [sys.executable, "-m", "flask", "verifier", "export", str(target), *more],
        cwd=ROOT,
        env={**os.environ, **served.environment, "FLASK_APP": "wsgi"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert hashlib.sha256(target.read_bytes()).hexdigest() in done.stdout
    return target


@pytest.fixture(scope="module")
def stick(served, codes, files, tmp_path_factory):  # noqa: F811
    """The file as a school has it, and the service gone for good."""
    target = exported(served, tmp_path_factory.mktemp("stick") / "tarkistus.html")
    served.stop()
    return target


@pytest.fixture
def school(browser, stick):
    context = browser.new_context(viewport=PHONE)
    context.set_offline(True)
    page = context.new_page()
    asked, errors = [], []
    context.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda m: m.type == "error" and errors.append(m.text))
    page.goto(stick.as_uri())
    yield page
    context.close()
    assert errors == []
    assert [url for url in asked if not url.startswith(OWN)] == []


def give(page, name, data) -> str:
    page.locator("#file").set_input_files(
        [{"name": name, "mimeType": "x/y", "buffer": data}]
    )
    page.wait_for_selector(".verdict:visible:not(.checking)")
    return page.locator("main").inner_text()


@pytest.mark.browser
@pytest.mark.parametrize("form", ["json", "jwt", "png", "pdf", "txt"])
def test_every_form_is_checked_from_the_disk(school, files, codes, form):  # noqa: F811
    text = give(school, f"x.{form}", files["valid"][form])
    assert fi(AS_OF) % {"day": _today()} in text
    assert HOLDER in text
    for standing in ("revoked", "superseded"):
        text = give(school, f"x.{form}", files[standing][form])
        assert fi("The certificate is not valid") in text


@pytest.mark.browser
def test_a_code_is_pasted_or_opened(school, stick, codes):  # noqa: F811
    digits = codes["valid"].digits
    school.locator("#code").fill(f"https://todistus.example/q#{digits}")
    school.get_by_role("button", name=fi("Check the code")).click()
    school.get_by_text(HOLDER).first.wait_for()
    school.reload()
    school.evaluate("digits => { location.hash = digits; }", codes["revoked"].digits)
    school.get_by_text(fi("The certificate is not valid")).wait_for()
    altered = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    school.locator("#code").fill(altered)
    school.get_by_role("button", name=fi("Check the code")).click()
    school.get_by_text(
        fi("The seal does not match the contents: something was changed after sealing.")
    ).wait_for()
    assert HOLDER not in school.locator("main").inner_text()


@pytest.mark.browser
def test_an_altered_file_is_found(school, files):  # noqa: F811
    data = files["valid"]["json"].replace(HOLDER.encode(), b"Maija Mustikka")
    text = give(school, "x.json", data)
    assert fi("The certificate is not valid") in text
    assert "Maija" not in text


@pytest.mark.browser
def test_its_policy_allows_its_own_script_and_nothing_else(stick):
    page = stick.read_text()
    assert re.search(r"script-src 'sha256-[\w+/=]+'; style-src 'sha256-", page)
    assert "default-src 'none'" in page
    assert not re.search(r'(src|href)="(?!#|\{\{)[a-z/]', page)
    assert len(page.encode()) < 150_000


@pytest.mark.browser
def test_a_school_may_trust_some_issuers_only(served, stick, browser, files, tmp_path):  # noqa: F811
    other = stick.read_text()
    kept = json.loads(re.search(r'id="kept-files">(.*?)</script>', other).group(1))
    assert [i["name"] for i in kept["files"]["/issuers"]["issuers"]] != []
    kept["files"]["/issuers"]["issuers"] = []
    target = tmp_path / "without.html"
    target.write_text(
        re.sub(
            r'(id="kept-files">).*?(</script>)',
            lambda m: m.group(1) + json.dumps(kept) + m.group(2),
            other,
        )
    )
    page = browser.new_page()
    page.goto(target.as_uri())
    text = give(page, "x.json", files["valid"]["json"])
    assert fi("The certificate could not be confirmed") in text
    assert HOLDER not in text
    page.context.close()
    for language, title in (("sv", "Kontrollera en fil"), ("en", "Check a file")):
        page = exported(served, tmp_path / f"{language}.html", "--language", language)
        assert f"<h1>{title}</h1>" in page.read_text()
    done = subprocess.run(
        [sys.executable, "-m", "flask", "verifier", "export", "x", "--issuer", "did:x"],
        cwd=ROOT,
        env={**os.environ, **served.environment, "FLASK_APP": "wsgi"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "did:x" in done.stderr
