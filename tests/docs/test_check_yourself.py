"""A stranger's programs in the guide run as they are written, and see a forgery."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from issuer.settings import ROOT
from tests.conftest import absent
from tests.credentials.sealed_pdfs import sealer

GUIDE = ROOT / "docs" / "how-to" / "check-a-certificate-yourself.md"
SOUND = "sealed by the issuer"


def programs() -> dict[str, str]:
    """Return the guide's programs by the file name in their first line."""
    text = GUIDE.read_text(encoding="utf-8")
    found = re.findall(r"^```\w+\n((?:#|//) ([\w.]+)\n.*?)^```", text, re.M | re.S)
    return {name: code for code, name in found}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("check") / "demo"
    environment = {**os.environ, "DEMO_DIR": str(folder)}
    subprocess.run(
        [sys.executable, "-m", "tools.demo"],
        cwd=ROOT,
        env=environment,
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture
def folder(demo: Path, tmp_path: Path) -> Path:
    """Return the demo's public files, with the guide's programs beside them."""
    for file in demo.iterdir():
        if file.suffix in {".json", ".jwt", ".pdf", ".pem", ".png", ".txt"}:
            shutil.copy(file, tmp_path)
    for name, code in programs().items():
        (tmp_path / name).write_text(code, encoding="utf-8")
    return tmp_path


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False
    )


def run_python(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return run(folder, sys.executable, *command)


def forge(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_seal_of_the_json_is_checked(folder: Path) -> None:
    done = run_python(folder, "seal.py", "credential.json")
    assert (done.returncode, done.stdout.strip()) == (0, SOUND), done.stderr

    forge(folder / "credential.json", '"value":"12/15"', '"value":"15/15"')
    done = run_python(folder, "seal.py", "credential.json")
    assert (done.returncode, done.stdout[:3]) == (1, "NOT")


def test_the_seal_of_a_revoked_key_does_not_count(folder: Path) -> None:
    file = folder / "did.json"
    document = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**document, "assertionMethod": []}), encoding="utf-8")
    done = run_python(folder, "seal.py", "credential.json")
    assert done.returncode == 1
    assert "revoked" in done.stderr


def test_the_jwt_is_checked_with_pyjwt(folder: Path) -> None:
    done = run_python(folder, "jwt_check.py")
    assert SOUND in done.stdout, done.stderr

    swap_last_character(folder / "credential.jwt")
    assert run_python(folder, "jwt_check.py").returncode == 1


@pytest.mark.node
def test_the_jwt_is_checked_with_jose(folder: Path, node: Path) -> None:
    (folder / "node_modules").symlink_to(ROOT / "tests" / "node" / "node_modules")
    command = (str(node), "jwt.mjs")
    done = run(folder, *command)
    assert SOUND in done.stdout, done.stderr

    swap_last_character(folder / "credential.jwt")
    assert run(folder, *command).returncode == 1


def test_the_jwt_is_checked_with_openssl(folder: Path) -> None:
    require("openssl", "jq", "xxd")
    done = run(folder, "sh", "jwt.sh")
    assert done.stdout.strip() == "Verified OK", done.stderr

    swap_last_character(folder / "credential.jwt")
    assert run(folder, "sh", "jwt.sh").stdout.strip() != "Verified OK"


def test_the_code_is_checked_and_names_the_file(folder: Path) -> None:
    done = run_python(folder, "code.py", "qr.txt")
    assert SOUND in done.stdout, done.stderr
    assert "Paula Pihlaja [103915, 12, 15]" in done.stdout
    digest = run(folder, "sha256sum", "credential.json").stdout.split()[0]
    assert digest in done.stdout

    file = folder / "qr.txt"
    address, _, digits = file.read_text(encoding="utf-8").strip().partition("#")
    file.write_text(f"{address}#{int(digits) + 1}", encoding="utf-8")
    done = run_python(folder, "code.py", "qr.txt")
    assert (done.returncode, done.stderr[:3]) == (1, "NOT")


def test_the_picture_gives_the_same_file(folder: Path) -> None:
    assert run_python(folder, "badge.py").returncode == 0
    assert_same(folder / "from-badge.json", folder / "credential.json")


def test_the_pdf_gives_the_same_file(folder: Path) -> None:
    require("pdfdetach")
    assert run(folder, "sh", "pdf.sh").returncode == 0
    assert_same(folder / "from-pdf.json", folder / "credential.json")


def test_the_seal_of_the_pdf_is_checked(folder: Path) -> None:
    require("openssl")
    split = run_python(folder, "pdf_seal.py")
    assert split.stdout == "0 bytes were added after the seal\n", split.stderr
    assert run(folder, "sh", "pdf_seal.sh").returncode == 0
    page = bytearray((folder / "certificate.pdf").read_bytes())
    page[9000] ^= 1
    (folder / "certificate.pdf").write_bytes(page)
    run_python(folder, "pdf_seal.py")
    assert run(folder, "sh", "pdf_seal.sh").returncode != 0


def test_the_seal_of_the_pdf_is_no_strangers(folder: Path) -> None:
    require("openssl")
    run_python(folder, "pdf_seal.py")
    stranger = sealer().certificate.chain[-1].public_bytes(Encoding.PEM)
    (folder / "ca.pem").write_bytes(stranger)
    assert run(folder, "sh", "pdf_seal.sh").returncode != 0


def test_the_status_list_is_asked(folder: Path) -> None:
    done = run_python(folder, "status.py")
    assert (done.returncode, done.stdout.strip()) == (0, "not revoked"), done.stderr

    forge(folder / "status-list.json", '"ttl":300000', '"ttl":300001')
    done = run_python(folder, "status.py")
    assert (done.returncode, done.stderr[:7]) == (1, "unknown")


def assert_same(one: Path, other: Path) -> None:
    assert one.read_bytes() == other.read_bytes()


def swap_last_character(file: Path) -> None:
    """Change the signature of a JWT in the last but one character."""
    text = file.read_text(encoding="utf-8")
    other = "A" if text[-2] != "A" else "B"
    file.write_text(text[:-2] + other + text[-1], encoding="utf-8")


def require(*programs: str) -> None:
    for name in programs:
        if not shutil.which(name):
            absent(f"{name} is not here")
