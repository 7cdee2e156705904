"""What it costs to refuse hostile input, against a reader without our bounds.

Every hostile form that the tests know goes through the whole inspection; the peer is
pypdf with the bounds it has when nobody sets any, on the same files. The processor time
of this thread counts, the best of some runs, since others use the machine too. Writes
var/bench/refusal.json.
"""

import io
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from pypdf import PdfReader  # noqa: E402

from issuer.credentials.contexts import ContextLibrary  # noqa: E402
from issuer.credentials.key_ring import KeyRing  # noqa: E402
from issuer.credentials.signer import create_issuer_keys  # noqa: E402
from tests.credentials.conftest import (  # noqa: E402
    KEY_CREATED,
    PASSPHRASE,
    Issuing,
    load_signers,
)
from tests.credentials.hostile_forms import HOSTILE_FORMS  # noqa: E402
from tests.statements import DID  # noqa: E402

RUNS = 9 if os.environ.get("BENCH_LENGTH") == "long" else 3
GOAL_MS = 200
SHOWN = 5


def main() -> int:
    """Measure, print the dearest, write the file."""
    with tempfile.TemporaryDirectory() as folder:
        issuing = _issuing(Path(folder))
        ours = {n: _best(issuing.inspect, data) for n, data in HOSTILE_FORMS.items()}
    dearest = sorted(ours, key=ours.__getitem__, reverse=True)
    for name in dearest[:SHOWN]:
        print(f"  {ours[name]:6.1f} ms  {name}")
    pdfs = [n for n, data in HOSTILE_FORMS.items() if data.startswith(b"%PDF-")]
    peer = max(_best(_read_with_pypdf, HOSTILE_FORMS[name]) for name in pdfs)
    print(f"  {peer:6.1f} ms  the dearest PDF for pypdf as it comes")
    lines = [
        _line("refusal.dearest", ours[dearest[0]], "ms", GOAL_MS),
        _line(
            "refusal.dearest_pdf_over_pypdf",
            max(ours[name] for name in pdfs) / peer,
            "x",
            1,
        ),
    ]
    target = ROOT / "var/bench/refusal.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(lines, indent=1) + "\n", encoding="utf-8")
    print(f"{len(ours)} forms -> {target}")
    return 0


def _issuing(folder: Path) -> Issuing:
    create_issuer_keys(folder, controller=DID, passphrase=PASSPHRASE, at=KEY_CREATED)
    ring = KeyRing.load(folder / "public")
    return Issuing(load_signers(folder), ring, ContextLibrary.load())


def _read_with_pypdf(data: bytes) -> None:
    with suppress(Exception):  # a hostile file breaks a reader in any way
        list(PdfReader(io.BytesIO(data)).attachment_list)


def _best(read: Callable[[bytes], Any], data: bytes) -> float:
    """Return the least milliseconds of RUNS readings."""
    took = []
    for _ in range(RUNS):
        started = time.thread_time()
        read(data)
        took.append(time.thread_time() - started)
    return min(took) * 1000


def _line(metric: str, value: float, unit: str, goal: float) -> dict[str, Any]:
    line = {"metric": metric, "value": round(value, 3), "goal": goal}
    return line | {"better": "lower", "unit": unit}


if __name__ == "__main__":
    sys.exit(main())
