"""`make demo`: the main job, end to end, on the embedded default.

Sets up `var/demo` (settings, keys, database) and walks one certificate all the way:
catalogue, mapping, publication, sign-off, acceptance, release, page, QR, verification.
A second run finds what the first one made. `CATALOGUE=file` uses a real qualification.
"""

import json
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from alembic import command
from sqlalchemy.orm import Session

from issuer.app import create_app
from issuer.cli.database import migrations
from issuer.clock import now
from issuer.credentials.public_key import PURPOSES
from issuer.domain.errors import IssuerError
from issuer.i18n import report_as_json
from issuer.services.catalogue import import_edition, import_starter
from issuer.services.due_work import finish_due_work
from issuer.services.keys import (
    create_keys,
    list_keys,
    publish_did_document,
    publish_jwks,
)
from issuer.services.status import read_status_list
from issuer.services.x509_keys import create_pdf_seal, list_pdf_seals
from issuer.services.x509_lists import read_authorities
from issuer.settings import ROOT, SettingsRefused, settings_from
from issuer.wiring import Wiring
from tools.demo_cast import Cast, find_or_add_cast
from tools.demo_walk import find_or_walk_certificate
from tools.printed_page import read_qr

FORMAT = "4"  # raised when what an older demo made can no longer be used
FOLDER = Path(os.environ.get("DEMO_DIR") or ROOT / "var" / "demo")
PUBLIC_URL = "http://localhost:8000"


def main() -> int:
    """Run the demo; return the exit code."""
    started = time.monotonic()
    try:
        _run(os.environ.get("CATALOGUE") or None)
    except (IssuerError, SettingsRefused, OSError) as error:
        print(f"  ✗ {error}", file=sys.stderr)
        return 1
    print(f"\n  Done in {time.monotonic() - started:.1f} s. Everything is in var/demo.")
    print("  Next: make run, then open http://localhost:8000")
    return 0


def _run(catalogue: str | None) -> None:
    with told("Settings"):
        app = create_app(settings_from(write_environment(FOLDER)))
    with app.app_context():
        _walk(app.extensions["issuer"], catalogue)


def _walk(house: Wiring, catalogue: str | None) -> None:
    with told("Database"):
        command.upgrade(migrations(house.settings.database_url), "head")
    with told("Sealing keys"):
        if {key.purpose for key in list_keys(house.keys)} != set(PURPOSES):
            create_keys(house.keys, did=house.settings.host_did, at=now())
    with told(f"Catalogue {Path(catalogue).name if catalogue else '(starter)'}"):
        edition_id, counts = _import(house, catalogue)
    with told("Municipality and people"), house.sessions() as session:
        cast = find_or_add_cast(session, house.settings, at=now())
    with told("X.509 seal of the PDFs"):
        require_pdf_seal(house)
    _write_json("catalogue.json", [counts])
    _certificate(house, cast, edition_id)


def require_pdf_seal(house: Wiring) -> None:
    """Draw the seal of the demo's PDFs, unless there is one."""
    did = house.settings.host_did
    lines = list_pdf_seals(house.seals, did=did, at=now())
    if any(line.state == "in force" for line in lines):
        return
    with house.reading() as session:
        create_pdf_seal(session, house.seals, did=did, algorithm="p256", at=now())


def _import(house: Wiring, file: str | None) -> tuple[int, dict[str, str | int]]:
    with house.sessions() as session:
        if file is None:
            outcome = import_starter(session, at=now())
        else:
            raw = Path(file).read_bytes()
            outcome = import_edition(session, raw, name=Path(file).name, at=now())
    return outcome.edition_id, dict(outcome.counts)


def _certificate(house: Wiring, cast: Cast, edition_id: int) -> None:
    with house.sessions() as session:
        certificate_id = find_or_walk_certificate(
            session, house, cast, edition_id, told=told
        )
    with told("Page drawn and stored"):
        finish_due_work(house.sessions, house.sealing, house.making, at=now())
    with house.reading() as session, told("Files in var/demo"):
        signatory = cast.sirpa
        _, credential = house.read_credential(session, signatory, certificate_id)
        _, jwt = house.read_jwt(session, signatory, certificate_id)
        _, badge = house.read_badge(session, signatory, certificate_id)
        _, page = house.read_page(session, signatory, certificate_id)
        _write("credential.json", credential)
        _write("credential.jwt", jwt)
        _write("badge.png", badge)
        _write("certificate.pdf", page)
        _write("status-list.json", _status_list(session, credential))
        did = house.settings.host_did
        slug = _slug(credential)
        _write("ca.pem", read_authorities(session, house.seals, slug=slug))
        _write_json("did.json", publish_did_document(session, house.keys, did=did))
        _write_json("jwks.json", publish_jwks(session, house.keys, did=did))
    with told("QR read from the printed page"):
        _write("qr.txt", f"{read_qr(page)}\n".encode())
    with house.reading() as session, told("Verified: the JSON"):
        _verify(session, house, credential, file="report.json")
    with house.reading() as session, told("Verified: the PDF and its PAdES seal"):
        _verify(session, house, page, file="report-pdf.json")


def _verify(session: Session, house: Wiring, data: bytes, *, file: str) -> None:
    report = house.check_presented(session, data, now())
    _write_json(file, report_as_json(report, "fi"))
    if report.verdict != "valid":
        raise SettingsRefused(f"The certificate does not verify; see {file}.")


def _status_list(session: Session, credential: bytes) -> bytes:
    slug, _, number = _list_path(credential)
    return read_status_list(session, slug=slug, number=int(number)).data


def _slug(credential: bytes) -> str:
    return _list_path(credential)[0]


def _list_path(credential: bytes) -> list[str]:
    url: str = json.loads(credential)["credentialStatus"]["statusListCredential"]
    return url.rpartition("/org/")[2].split("/")


def write_environment(folder: Path) -> dict[str, str]:
    """Make the demo's folder and secrets; return its settings, also kept in `env`.

    A folder that an older demo made is moved aside, never removed.
    """
    stamp = folder / "format"
    if (folder / "env").exists() and not (
        stamp.exists() and stamp.read_text().strip() == FORMAT
    ):
        folder.rename(folder.with_name(f"{folder.name}-until-{now():%Y%m%dT%H%M%SZ}"))
    write_secrets(folder)
    stamp.write_text(f"{FORMAT}\n")
    settings = settings_of(folder, public_url=PUBLIC_URL)
    lines = [f"export {name}={_quoted(value)}" for name, value in settings.items()]
    _write("env", "".join(f"{line}\n" for line in lines).encode())
    return settings


def settings_of(folder: Path, *, public_url: str) -> dict[str, str]:
    """Return the settings of a demo that lives in `folder`."""
    return {
        "DEMO": "1",
        "PUBLIC_URL": public_url,
        "DATABASE_URL": f"sqlite:///{folder / 'issuer.db'}",
        "SECRET_KEY_FILE": str(folder / "secret_key"),
        "KEYS_DIR": str(folder / "keys"),
        "KEY_PASSPHRASE_FILE": str(folder / "key_passphrase"),
        "BLOB_DIR": str(folder / "blobs"),
        "FLASK_APP": str(ROOT / "wsgi.py"),
    }


def write_secrets(folder: Path) -> None:
    """Make the folder and its two secrets, unless they are there already."""
    folder.mkdir(parents=True, exist_ok=True)
    _secret(folder / "secret_key")
    _secret(folder / "key_passphrase")


@contextmanager
def told(step: str) -> Iterator[None]:
    """Print the step with a tick and the time it took."""
    started = time.monotonic()
    yield
    print(f"  ✓ {step:<44} {time.monotonic() - started:6.2f} s", flush=True)


def _secret(file: Path) -> None:
    if not file.exists():
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(secrets.token_urlsafe(48) + "\n")


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "'\\''") + "'"


def _write(name: str, data: bytes) -> None:
    file = FOLDER / name
    if not file.exists() or sha256(file.read_bytes()).digest() != sha256(data).digest():
        file.write_bytes(data)


def _write_json(name: str, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=2)
    _write(name, f"{text}\n".encode())


if __name__ == "__main__":
    sys.exit(main())
