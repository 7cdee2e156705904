"""The demo's contract with an outside checker: what it writes, and that it holds."""

import json
import os
import subprocess
import sys
import time

import pytest

from tools.toolchain import ROOT

SHAPE = {"replaces", "serial", "verdict", "at", "checks"}


def run(*command, folder, **environment):
    return subprocess.run(
        command,
        cwd=ROOT,
        env={
            **{k: v for k, v in os.environ.items() if k != "CATALOGUE"},
            "DEMO_DIR": str(folder),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def demo(folder, **environment):
    done = run(sys.executable, "-m", "tools.demo", folder=folder, **environment)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


def flask(folder, *arguments):
    line = " ".join(arguments)
    return run("sh", "-c", f". '{folder}/env' && .venv/bin/flask {line}", folder=folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    demo(folder)
    return folder


def written(folder):
    return {
        file.name: file.read_bytes()
        for file in folder.iterdir()
        if file.is_file() and not file.name.startswith("issuer.db")
    }


def test_the_demo_writes_what_it_promises(folder):
    credential = json.loads((folder / "credential.json").read_bytes())
    assert credential["id"].startswith("http://localhost:8000/v/")
    assert credential["issuer"]["id"] == "did:web:localhost%3A8000"
    did = json.loads((folder / "did.json").read_bytes())
    assert did["id"] == credential["issuer"]["id"]
    for proof in credential["proof"]:
        assert proof["verificationMethod"] in did["assertionMethod"]
    assert (folder / "qr.txt").read_text().startswith("http://localhost:8000/q#")
    for name in (
        "credential.jwt",
        "badge.png",
        "status-list.json",
        "jwks.json",
        "ca.pem",
    ):
        assert (folder / name).stat().st_size > 0
    (counts,) = json.loads((folder / "catalogue.json").read_bytes())
    assert set(counts) == {
        "record_number",
        "units",
        "target_areas",
        "requirements",
        "coded",
    }
    for alignment in credential["credentialSubject"]["achievement"]["alignment"]:
        assert alignment["targetUrl"].startswith("https://eperusteet.opintopolku.fi/")


def test_the_report_has_its_shape(folder):
    report = json.loads((folder / "report.json").read_bytes())
    assert set(report) == SHAPE
    assert report["verdict"] == "valid"
    members = {"check", "outcome", "reason", "text"}
    assert all(set(check) == members for check in report["checks"])
    assert {check["outcome"] for check in report["checks"]} == {"passed"}


def test_the_pdf_is_sealed_and_the_report_says_so(folder):
    pdf = (folder / "certificate.pdf").read_bytes()
    assert b"/ETSI.CAdES.detached" in pdf
    report = json.loads((folder / "report-pdf.json").read_bytes())
    assert report["verdict"] == "valid"
    outcomes = {check["check"]: check["outcome"] for check in report["checks"]}
    assert outcomes["pdf_seal"] == outcomes["page"] == "passed"
    assert set(outcomes.values()) == {"passed"}


def test_a_second_run_is_quick_and_changes_nothing(folder):
    before = written(folder)
    started = time.monotonic()
    demo(folder)
    assert time.monotonic() - started < 60
    after = written(folder)
    assert {name for name in before if before[name] != after[name]} <= {
        "report.json",
        "report-pdf.json",
    }


def test_exit_codes_tell_valid_from_not_valid_from_unknown(folder, tmp_path):
    whole = (folder / "credential.json").read_text()
    valid = flask(folder, "certificates", "verify", f"{folder}/credential.json")
    assert valid.returncode == 0, valid.stderr
    assert set(json.loads(valid.stdout)) == SHAPE
    pdf = flask(folder, "certificates", "verify", f"{folder}/certificate.pdf")
    assert pdf.returncode == 0, pdf.stdout + pdf.stderr
    for form in ("credential.jwt", "badge.png", "qr.txt"):
        found = flask(folder, "certificates", "verify", f"{folder}/{form}")
        assert found.returncode == 0, found.stdout + found.stderr
    changed = tmp_path / "changed.json"
    changed.write_text(whole.replace("Paula", "Paulo", 1))
    assert flask(folder, "certificates", "verify", str(changed)).returncode == 1
    foreign = tmp_path / "foreign.json"
    foreign.write_text(whole.replace("localhost%3A8000", "elsewhere.example"))
    assert flask(folder, "certificates", "verify", str(foreign)).returncode == 2
    page = bytearray((folder / "certificate.pdf").read_bytes())
    page[-20] ^= 1
    bent = tmp_path / "bent.pdf"
    bent.write_bytes(page)
    assert flask(folder, "certificates", "verify", str(bent)).returncode != 0


def test_nothing_is_left_unfinished(folder):
    assert "nothing is unfinished" in flask(folder, "certificates", "unfinished").stdout
    assert flask(folder, "certificates", "finish").returncode == 0


def test_a_real_qualification_gives_its_real_codes(folder, shared_data):
    file = shared_data / "eperusteet" / "OPH-901-2020_puutarha-alan-perustutkinto.json"
    demo(folder, CATALOGUE=str(file))
    credential = json.loads((folder / "credential.json").read_bytes())
    unit, *requirements = credential["credentialSubject"]["achievement"]["alignment"]
    source = json.loads(file.read_bytes())
    units = [u for u in source["tutkinnonOsat"] if u.get("ammattitaitovaatimukset2019")]
    by_code = {u["koodiUri"]: u for u in units}
    areas = by_code[unit["targetCode"]]["ammattitaitovaatimukset2019"]["kohdealueet"]
    real = {
        v["koodi"]["uri"]: v["vaatimus"]["fi"] for a in areas for v in a["vaatimukset"]
    }
    assert len(requirements) >= 1
    for requirement in requirements:
        assert real[requirement["targetCode"]].strip() == requirement["targetName"]


def test_a_file_that_is_no_qualification_gets_one_sentence(folder, tmp_path):
    bad = tmp_path / "bad.json"
    bad.write_text('{"nimi": {"fi": "x"')
    done = run(
        sys.executable, "-m", "tools.demo", folder=tmp_path / "d", CATALOGUE=str(bad)
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "bad.json" in done.stderr
