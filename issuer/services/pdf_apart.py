"""A stranger's PDF, read in a process of its own that may do next to nothing.

The child has an empty environment, little memory and time, no network and no way to
write or start anything; it holds no key and no database. It answers with values that
its parent checks like anybody's.
"""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import Any, Final

import issuer
from issuer.credentials import pades_sentences, pdf_attachment
from issuer.credentials.pades_inspection import PDF_CHECKS
from issuer.domain.errors import IssuerError, sentence
from issuer.domain.verification import Check, Outcome, Reason

SECONDS: Final = 10
_AT_ONCE: Final = 2
_PROGRAM = "issuer.services.pdf_apart_child"
_ROOT = Path(issuer.__file__).parent.parent
_TEXTS = {text for name, text in vars(pades_sentences).items() if name.isupper()}
_REFUSALS: Final = {
    kind.code: kind
    for kind in (
        pdf_attachment.PdfRefused,
        pdf_attachment.PdfTooLarge,
        pdf_attachment.PdfWithoutCredential,
        pdf_attachment.PdfAmbiguous,
    )
}
_free = BoundedSemaphore(_AT_ONCE)


class TooManyPdfs(IssuerError):
    """Other PDFs are being read, and none was done in time."""

    code = "pdf_apart.busy"
    sentence = sentence("Other PDFs are being checked just now. Try again in a moment.")


def read_credential_apart(pdf: bytes) -> bytes:
    """Return the one attached credential. Raises a kind of PdfRefused, TooManyPdfs."""
    if len(pdf) > pdf_attachment.LARGEST_PDF:
        raise pdf_attachment.PdfTooLarge
    answer = _ask({"deed": "read", "pdf": _text(pdf)})
    if "credential" in answer:
        return base64.b64decode(str(answer["credential"]))
    raise _REFUSALS.get(str(answer.get("refused")), pdf_attachment.PdfTooLarge)


def inspect_pdf_apart(
    pdf: bytes,
    *,
    roots: Iterable[bytes],
    at: datetime,
    timestamp_roots: Iterable[bytes] = (),
    revocation_lists: Iterable[bytes] = (),
    known_since: datetime | None = None,
) -> tuple[Check, ...]:
    """Check the PDF's own seal as `inspect_pdf` does; raises TooManyPdfs."""
    answer = _ask(
        {
            "deed": "inspect",
            "pdf": _text(pdf),
            "roots": [_text(each) for each in roots],
            "timestamp_roots": [_text(each) for each in timestamp_roots],
            "revocation_lists": [_text(each) for each in revocation_lists],
            "known_since": known_since.isoformat() if known_since else None,
            "at": at.isoformat(),
        }
    )
    try:
        checks = tuple(_check(each) for each in answer["checks"])
    except (AttributeError, KeyError, TypeError, ValueError):
        checks = ()
    if [check.name for check in checks] != list(PDF_CHECKS):
        return (
            Check(
                PDF_CHECKS[0],
                Outcome.UNKNOWN,
                pades_sentences.SEAL_TOO_LARGE,
                reason=Reason.SEAL_TOO_LARGE,
            ),
        )
    return checks


def _ask(order: dict[str, Any]) -> dict[str, Any]:
    """Return what a child of its own answers; nothing where it failed or was ended."""
    if not _free.acquire(timeout=SECONDS):
        raise TooManyPdfs
    try:
        with TemporaryFile() as out:
            subprocess.run(  # noqa: S603 - our own program
                [sys.executable, "-s", "-m", _PROGRAM],
                cwd=_ROOT,
                env={k: v for k, v in os.environ.items() if k.endswith("LIBRARY_PATH")},
                input=json.dumps(order).encode(),
                stdout=out,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
                check=True,
            )
            out.seek(0)
            answer = json.load(out)
    except (subprocess.SubprocessError, ValueError):
        return {}
    finally:
        _free.release()
    return answer if isinstance(answer, dict) else {}


def _check(given: dict[str, Any]) -> Check:
    """Return a check in our own words: a child's words are shown to nobody."""
    if given["text"] not in _TEXTS:
        raise ValueError("not a sentence of ours")
    facts = {str(k): str(v)[:200] for k, v in given["facts"].items()}
    reason = given["reason"] and Reason(given["reason"])
    outcome = Outcome(given["outcome"])
    return Check(str(given["name"]), outcome, given["text"], facts, reason or None)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
