"""Systems send files: every form, the client of one file, and files that mean harm."""

import http.client
import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import zlib
from urllib.parse import urlsplit

import pytest

from tests.journeys.test_check_a_file import appended, files  # noqa: F401
from tests.journeys.test_scan_the_code import codes, served  # noqa: F401
from tools.toolchain import ROOT

pytestmark = pytest.mark.browser


def post(served, data, kind="application/octet-stream", **headers):  # noqa: F811
    asked = urllib.request.Request(
        f"{served.url}/api/v1/verifications",
        data=data,
        headers={"Content-Type": kind, "Accept-Language": "en", **headers},
        method="POST",
    )
    with urllib.request.urlopen(asked, timeout=60) as answer:
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
        return json.load(answer)


def test_every_form_has_its_verdict_and_a_pdf_its_own_seal(served, files, codes):  # noqa: F811
    for form, data in files["valid"].items():
        report = post(served, data)
        assert report["verdict"] == "valid", (form, report)
        assert report["serial"] == codes["valid"].serial
        names = [check["check"] for check in report["checks"]]
        assert ("pdf_seal" in names) == (form == "pdf")
        reason = {
            check["reason"] for check in post(served, files["revoked"][form])["checks"]
        }
        assert "revoked" in reason
    altered = files["valid"]["pdf"].replace(b"/Subtype", b"/subtype", 1)
    report = post(served, altered)
    assert report["verdict"] == "not_valid"
    failed = [c["check"] for c in report["checks"] if c["outcome"] == "failed"]
    assert set(failed) & {"pdf_seal", "page"}


def test_hostile_files_are_refused_while_others_are_answered(served, files):  # noqa: F811
    wait_a_minute(served)
    valid = files["valid"]
    bomb = zlib.compress(b"{" + b" " * 60_000_000)
    double = zlib.compress(zlib.compress(b"\0" * 200_000_000))
    slowest, stop = [0.0], threading.Event()

    def others() -> None:
        while not stop.is_set():
            started = time.monotonic()
            with urllib.request.urlopen(f"{served.url}/about", timeout=30) as answer:
                assert answer.status == 200
            slowest[0] = max(slowest[0], time.monotonic() - started)
            time.sleep(0.05)

    other = threading.Thread(target=others)
    other.start()
    try:
        for data in (
            b"[" * 100_000,
            b"%PDF-1.7\n" + os.urandom(2_000_000),
            appended(valid["pdf"], bomb),
            appended(valid["pdf"], double),
            b"\x89PNG\r\n\x1a\n" + b"\xff" * 1000,
            b'{"a":1,"a":2}',
            b"",
            b"%PDF-1.7\n" + b"1 0 obj<</JS(app.alert(1))>>endobj " * 50_000,
        ):
            started = time.monotonic()
            report = post(served, data)
            assert report["verdict"] != "valid"
            assert time.monotonic() - started < 11
    finally:
        stop.set()
        other.join()
    assert slowest[0] < 5


def test_too_large_a_file_is_refused(served):  # noqa: F811
    """The server says so, or hangs up, before all of it has come."""
    place = urlsplit(served.url)
    line = http.client.HTTPConnection(place.hostname, place.port, timeout=60)
    try:
        line.request("POST", "/api/v1/verifications", body=b" " * (21 * 1024 * 1024))
        assert line.getresponse().status in {413, 429}
    except (BrokenPipeError, ConnectionResetError):
        with urllib.request.urlopen(f"{served.url}/about", timeout=30) as answer:
            assert answer.status == 200
    finally:
        line.close()


def test_another_sites_form_is_refused_and_a_system_needs_no_token(served):  # noqa: F811
    with pytest.raises(urllib.error.HTTPError) as refused:
        post(served, b"{}", Origin="https://evil.example")
    refused.value.close()
    assert refused.value.code in {403, 429}


def test_the_client_of_one_file(served, files, tmp_path):  # noqa: F811
    wait_a_minute(served)
    for standing in ("valid", "revoked"):
        (tmp_path / f"{standing}.json").write_bytes(files[standing]["json"])
    (tmp_path / "notes.md").write_text("not a certificate")
    client = [sys.executable, "-I", str(ROOT / "tools" / "check_certificates.py")]
    done = subprocess.run(
        [*client, served.url, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert [line[0] for line in lines] == ["not_valid", "valid"]
    only = [*client, served.url, str(tmp_path / "valid.json")]
    assert subprocess.run(only, check=False, capture_output=True).returncode == 0


def test_the_description_names_every_path(served):  # noqa: F811
    with urllib.request.urlopen(f"{served.url}/api/v1/openapi.json") as answer:
        document = json.load(answer)
    assert set(document["paths"]) == {
        "/api/v1/verifications",
        "/api/v1/certificates/{serial}/verification",
    }
    for reference in re.findall(r'"#/([^"]+)"', json.dumps(document)):
        place = document
        for step in reference.split("/"):
            place = place[step]


def wait_a_minute(served) -> None:  # noqa: F811
    """Begin with a fresh count of checks per address."""
    served.stop()
    served.start()
