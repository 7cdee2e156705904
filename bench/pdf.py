"""How fast a certificate's PDF is made, ours against Chromium and typst.

One run, in turns, the same content: PDF/A-3a and PDF/UA-1 with the credential attached
from ours and from typst, a tagged print of the same HTML from Chromium. What counts is
the processor time of all processes an engine needs, since others use the machine too;
medians of turns. The long run adds a cohort of 465 and two thousand pages of one child.
Writes var/bench/pdf.json.
"""

import json
import os
import queue
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

for needed in ("playwright", "pypdfium2", "typst"):
    if not find_spec(needed):
        print(f"Not measured: this needs {needed} (pip install -e '.[dev]').")
        sys.exit()

from pypdf import PdfReader  # noqa: E402

from bench.peers.pdf_engines import (  # noqa: E402
    Engine,
    Ours,
    Typst,
    chromium,
    find_chromium,
    memory_of,
)
from bench.peers.pdf_pages import page, printed_words  # noqa: E402
from issuer.credentials.pades import seal_pdf  # noqa: E402
from issuer.credentials.x509_profile import Organisation  # noqa: E402
from issuer.credentials.x509_seal import X509Seal, create_seal, open_seal  # noqa: E402
from issuer.credentials.x509_seal_file import list_seals  # noqa: E402
from issuer.gateways.blobs import BlobStore  # noqa: E402

IS_LONG = os.environ.get("BENCH_LENGTH") == "long"
TURNS = 15 if IS_LONG else 7
PAGES_A_TURN = 6 if IS_LONG else 4
COHORT = 465
WORKERS = 2
MANY, FEW = 2000, 50
SAME = 0.94  # of the letters: where lines break and headings repeat they differ
SEALED_AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
PASSPHRASE = b"only to measure with"
# What must be reached, and what we aim at.
GOALS = {
    "render_over_chromium": (1.5, 1.0),
    "render_over_chromium_kept": (None, None),
    "render_over_typst": (9, 5),
    "sign_over_render": (0.12, 0.12),
    "sign_over_render_rsa3072": (0.15, 0.15),
    "kilobytes_two_pages": (60, 60),
    "batch465_over_typst": (5.5, 4),
    "rss_2000_over_50": (1.2, 1.2),
}

Samples = dict[str, list[float]]


def main() -> int:
    """Measure, print a table, write the file."""
    began = time.monotonic()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        seals = {kind: _seal(folder / kind, kind) for kind in ("p256", "rsa3072")}
        engines: list[Engine] = [Ours(), Typst()]
        stack.callback(engines[0].child.stop)
        if program := find_chromium():
            engines.extend(stack.enter_context(chromium(program)))
        else:
            print("Without Chromium, which is not on this machine.")
        sizes = _require_same_words(engines, seals["p256"])
        cpu = _measure(engines, seals)
        found = _ratios(cpu) | {"kilobytes_two_pages": sizes["ours"] / 1024}
        if IS_LONG:
            found["rss_2000_over_50"] = _memory()
            found["batch465_over_typst"] = _cohort(folder)
    lines = [_line(name, value) for name, value in found.items()] + [
        {
            "metric": f"pdf.{name.replace(' ', '_')}.cpu_p50",
            "value": round(1000 * statistics.median(values), 2),
            "goal": None,
            "better": "lower",
            "unit": "ms",
        }
        for name, values in cpu.items()
    ]
    target = ROOT / "var/bench/pdf.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(lines, indent=1) + "\n", encoding="utf-8")
    _print(cpu, sizes, found)
    print(f"{TURNS} turns in {time.monotonic() - began:.0f} s -> {target}")
    return 0


def _seal(folder: Path, algorithm: str) -> X509Seal:
    folder.mkdir()
    made = create_seal(
        folder,
        Organisation("Hiisijärven kunta", "1234567-1", "did:web:hiisi.example"),
        algorithm=algorithm,
        passphrase=PASSPHRASE,
        at=SEALED_AT,
    )
    return open_seal(folder, made, PASSPHRASE)


def _require_same_words(engines: list[Engine], seal: X509Seal) -> dict[str, int]:
    """Let each engine warm up; stop if they do not print the same. Return the sizes."""
    printed, sizes = {}, {}
    for engine in engines:
        for number in range(3):
            pdf = engine.print(page(number))
        printed[engine.name] = printed_words(pdf)
        sheets = len(PdfReader(BytesIO(pdf)).pages)
        if sheets != 2:
            print(f"{engine.name} prints {sheets} pages, not two.")
        is_sealed = not engine.name.startswith("chromium")
        sizes[engine.name] = len(_sealed(pdf, seal) if is_sealed else pdf)
    ours = printed["ours"]
    for name, theirs in printed.items():
        share = (ours & theirs).total() / max(ours.total(), theirs.total())
        if share < SAME:
            raise SystemExit(f"{name} prints {share:.1%} of the same: no comparison.")
    return sizes


def _measure(engines: list[Engine], seals: dict[str, X509Seal]) -> Samples:
    cpu: Samples = defaultdict(list)
    for turn in range(TURNS):
        first = 10 + turn * PAGES_A_TURN
        numbers = range(first, first + PAGES_A_TURN)
        for engine in engines if turn % 2 else reversed(engines):
            before = engine.cpu()
            made = [engine.print(page(number)) for number in numbers]
            cpu[engine.name].append((engine.cpu() - before) / PAGES_A_TURN)
            if engine.name == "ours":
                pages = made
        for kind, seal in seals.items():
            before = time.process_time()
            for pdf in pages:
                _sealed(pdf, seal)
            cpu[f"sign {kind}"].append((time.process_time() - before) / PAGES_A_TURN)
    return cpu


def _ratios(cpu: Samples) -> dict[str, float]:
    half = {name: statistics.median(values) for name, values in cpu.items()}
    ratios = {
        "render_over_typst": half["ours"] / half["typst"],
        "sign_over_render": half["sign p256"] / half["ours"],
        "sign_over_render_rsa3072": half["sign rsa3072"] / half["ours"],
    }
    if "chromium" in half:
        ratios["render_over_chromium"] = half["ours"] / half["chromium"]
        ratios["render_over_chromium_kept"] = half["ours"] / half["chromium_kept"]
    return ratios


def _sealed(pdf: bytes, seal: X509Seal) -> bytes:
    return seal_pdf(
        pdf, seal=seal, at=SEALED_AT, reason="measured", location="Hiisijärvi"
    )


def _memory() -> float:
    """Return how much memory a child has after many pages, over what it had early."""
    child = Ours()
    sizes = {}
    for number in range(1, MANY + 1):
        child.print(page(number))
        if number in {FEW, MANY}:
            child.cpu()  # waits until it has cleaned up
            sizes[number] = memory_of(child.child.pid)
            print(f"  after {number} pages: {sizes[number] / 2**20:.1f} MB")
    child.child.stop()
    return sizes[MANY] / sizes[FEW]


def _cohort(folder: Path) -> float:
    """Return the time of our cohort over typst's: drawn, sealed, signed and stored."""
    times: dict[str, list[float]] = {"ours": [], "typst": []}
    for turn in range(2):
        for name, work in (("ours", _cohort_of_ours), ("typst", _cohort_of_typst)):
            took = work(folder, BlobStore(folder / f"{name}-{turn}"))
            times[name].append(took)
            print(f"  {COHORT} by {name} on {WORKERS} workers: {took:.1f} s")
    return statistics.median(times["ours"]) / statistics.median(times["typst"])


def _cohort_of_ours(folder: Path, blobs: BlobStore) -> float:
    seal = _open(folder)
    idle: queue.SimpleQueue[Ours] = queue.SimpleQueue()
    children = [Ours() for _ in range(WORKERS)]
    for child in children:
        child.print(page(0))
        idle.put(child)

    def make(number: int) -> None:
        child = idle.get()
        pdf = child.print(page(number))
        idle.put(child)
        blobs.put(_sealed(pdf, seal))

    # One thread more than children: one seals while the others wait for a page.
    with ThreadPoolExecutor(WORKERS + 1) as threads:
        took = _timed(lambda: list(threads.map(make, range(1, COHORT + 1))))
    for child in children:
        child.child.stop()
    return took


def _cohort_of_typst(folder: Path, blobs: BlobStore) -> float:
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        list(pool.map(_typst_page, [0] * 4, [folder] * 4, [blobs] * 4))
        numbers = range(1, COHORT + 1)
        return _timed(
            lambda: list(
                pool.map(
                    _typst_page,
                    numbers,
                    [folder] * COHORT,
                    [blobs] * COHORT,
                    chunksize=8,
                )
            )
        )


def _typst_page(number: int, folder: Path, blobs: BlobStore) -> None:
    blobs.put(_sealed(_typst().print(page(number)), _open(folder)))


@cache
def _typst() -> Typst:
    return Typst()


@cache
def _open(folder: Path) -> X509Seal:
    (made,) = list_seals(folder / "p256")
    return open_seal(folder / "p256", made, PASSPHRASE)


def _timed(work: Callable[[], object]) -> float:
    before = time.monotonic()
    work()
    return time.monotonic() - before


def _line(name: str, value: float) -> dict[str, Any]:
    return {
        "metric": f"pdf.{name}",
        "value": round(value, 3),
        "goal": GOALS[name][0],
        "better": "lower",
        "unit": "kB" if name.startswith("kilobytes") else "x",
    }


def _print(cpu: Samples, sizes: dict[str, int], found: dict[str, float]) -> None:
    print("processor time of a page in ms: median (least, most) of turns")
    for name, values in cpu.items():
        half, least, most = statistics.median(values), min(values), max(values)
        size = f"{sizes[name] / 1024:6.1f} kB" if name in sizes else ""
        print(
            f"  {name:14} {1000 * half:7.1f} "
            f"({1000 * least:6.1f}, {1000 * most:6.1f}) {size}"
        )
    print(f"  {'':30} found    must     aim")
    for name, value in found.items():
        must, aim = GOALS[name]
        if must is None:
            print(f"  pdf.{name:25} {value:6.2f}")
            continue
        verdict = "aim" if value <= aim else "must" if value <= must else "MISSED"
        print(f"  pdf.{name:25} {value:6.2f}  {must:6}  {aim:6}  {verdict}")


if __name__ == "__main__":
    sys.exit(main())
