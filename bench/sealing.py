"""Credentials sealed and verified per second, ours against @digitalbazaar/vc.

The same documents, the same key, the same suite (eddsa-rdfc-2022, one proof) and, as it
is checked first, the same proof to the byte. Each side is one process; both may use the
same one core and take turns, and CPU time is what counts, since others use the machine
too. Writes var/bench/sealing.json.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: E402
    Ed25519PrivateKey,
)

from issuer.credentials import multibase  # noqa: E402
from issuer.credentials.document import build_document  # noqa: E402
from tests.conformance.foreign import context_paths  # noqa: E402
from tests.statements import DID, example_statement  # noqa: E402
from tools.toolchain import NODE_TESTS, find_node, find_node_modules  # noqa: E402

UNITS = {1: 30, 6: 12, 25: 3}  # size of the certificate: operations a turn
ROUNDS = 15 if os.environ.get("BENCH_LENGTH") == "long" else 5
WARM_UP = 2  # turns before the first that counts
OPERATIONS = ("seal", "verify")
GOAL = 2
SEED = bytes(range(32))

Samples = dict[tuple[str, str, int], list[float]]


@dataclass(slots=True)
class Side:
    """One process that carries out orders, and the most memory it has used."""

    name: str
    process: subprocess.Popen[str]
    orders: IO[str]
    answers: IO[str]
    peak: int = 0

    @classmethod
    def start(cls, name: str, command: list[str | Path], job: Any) -> "Side":  # noqa: ANN401
        """Start the process and give it the job."""
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        if not process.stdin or not process.stdout:
            raise SystemExit(f"{name} cannot be talked to")
        side = cls(name, process, process.stdin, process.stdout)
        side.ask(job)
        return side

    def ask(self, order: Any) -> Any:  # noqa: ANN401 - JSON both ways
        """Send one order and wait for its answer."""
        self.orders.write(json.dumps(order) + "\n")
        self.orders.flush()
        line = self.answers.readline()
        if not line:
            raise SystemExit(f"{self.name} stopped; its reason is above")
        answer = json.loads(line)
        self.peak = max(self.peak, answer.get("peak", 0))
        return answer

    def stop(self) -> None:
        """Let the process end."""
        self.orders.close()
        self.process.wait(timeout=30)


@dataclass(slots=True)
class Measured:
    """Milliseconds by side, operation and size, and one median a turn of CPU time."""

    cpu: Samples = field(default_factory=lambda: defaultdict(list))
    wall: Samples = field(default_factory=lambda: defaultdict(list))
    turns: Samples = field(default_factory=lambda: defaultdict(list))

    def take(self, key: tuple[str, str, int], answer: Any) -> None:  # noqa: ANN401
        """Add one turn's answer."""
        self.cpu[key] += answer["cpu"]
        self.wall[key] += answer["wall"]
        self.turns[key].append(statistics.median(answer["cpu"]))

    def ratio(self, operation: str, units: int) -> float:
        """Return how many times our throughput is theirs."""
        ours, theirs = (
            statistics.median(self.turns[side, operation, units])
            for side in ("ours", "digitalbazaar")
        )
        return theirs / ours


def main() -> int:
    """Measure, print a table, write the file."""
    node = find_node()
    if not node or not find_node_modules():
        print("Not measured: the peer needs Node and `npm ci` in tests/node.")
        return 0
    _take_one_core()
    job = _job()
    sides = [
        Side.start("ours", [sys.executable, ROOT / "bench/peers/sealing_here.py"], job),
        Side.start(
            "digitalbazaar",
            [node.program, ROOT / "bench/peers/sealing.mjs", NODE_TESTS],
            job,
        ),
    ]
    began = time.monotonic()
    _require_same_proofs(sides)
    measured = _measure(sides)
    for side in sides:
        side.stop()
    lines = _lines(measured, sides)
    target = ROOT / "var/bench/sealing.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(lines, indent=1) + "\n", encoding="utf-8")
    _print(measured, sides)
    print(f"{ROUNDS} rounds in {time.monotonic() - began:.0f} s -> {target}")
    return 0


def _take_one_core() -> None:
    """Let this process and the two it starts use one core; they never work at once."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def _job() -> dict[str, Any]:
    key = Ed25519PrivateKey.from_private_bytes(SEED)
    documents = [build_document(example_statement(units)) for units in UNITS]
    return {
        "contexts": {url: str(path) for url, path in context_paths().items()},
        "did": DID,
        "created": documents[0]["validFrom"],
        "documents": documents,
        "key": {
            "id": f"{DID}#key-1",
            "type": "Multikey",
            "publicKeyMultibase": multibase.encode_public_key(
                key.public_key().public_bytes_raw()
            ),
            "secretKeyMultibase": multibase.encode(b"\x80\x26" + SEED),
        },
    }


def _require_same_proofs(sides: list[Side]) -> None:
    for number in range(len(UNITS)):
        order = {"do": "seal", "document": number, "times": 1}
        ours, theirs = (side.ask(order)["secured"] for side in sides)
        if ours["proof"]["proofValue"] != theirs["proof"]["proofValue"]:
            raise SystemExit("The two do not make the same proof: nothing to compare.")


def _measure(sides: list[Side]) -> Measured:
    measured = Measured()
    for turn in range(-WARM_UP, ROUNDS):
        for number, (units, times) in enumerate(UNITS.items()):
            for operation in OPERATIONS:
                order = {"do": operation, "document": number, "times": times}
                for side in sides if turn % 2 else reversed(sides):
                    answer = side.ask(order)
                    if turn >= 0:
                        measured.take((side.name, operation, units), answer)
    return measured


def _lines(measured: Measured, sides: list[Side]) -> list[dict[str, Any]]:
    def line(metric: str, value: float, unit: str, **rest: Any) -> dict[str, Any]:  # noqa: ANN401
        goal = {"goal": None, "better": "lower", **rest}
        return {"metric": f"sealing.{metric}", "value": round(value, 3), **goal} | {
            "unit": unit
        }

    lines = [
        line(
            f"{operation}_over_digitalbazaar",
            min(measured.ratio(operation, units) for units in UNITS),
            "x",
            goal=GOAL,
            better="higher",
        )
        for operation in OPERATIONS
    ]
    for name, operation, units in measured.cpu:
        key = name, operation, units
        half, most = _percentiles(measured.cpu[key])
        stem = f"{name}.{operation}.{units}_units"
        lines += [
            line(f"{stem}.per_second", 1000 / half, "1/s", better="higher"),
            line(f"{stem}.cpu_p50", half, "ms"),
            line(f"{stem}.cpu_p95", most, "ms"),
            line(f"{stem}.wall_p50", statistics.median(measured.wall[key]), "ms"),
        ]
    lines += [
        line(f"{side.name}.peak_memory", side.peak / 2**20, "MB") for side in sides
    ]
    return lines


def _percentiles(samples: list[float]) -> tuple[float, float]:
    twentieths = statistics.quantiles(samples, n=20)
    return statistics.median(samples), twentieths[18]


def _print(measured: Measured, sides: list[Side]) -> None:
    print(
        "CPU time in ms, p50 / p95 (throughput ours over theirs, by medians of turns)"
    )
    for operation in OPERATIONS:
        for units in UNITS:
            shown = "  ".join(
                "{}: {:7.2f} /{:7.2f}".format(
                    side.name, *_percentiles(measured.cpu[side.name, operation, units])
                )
                for side in sides
            )
            ratio = measured.ratio(operation, units)
            print(f"  {operation:6} {units:2} units  {shown}  {ratio:.2f} x")
    for side in sides:
        print(f"  {side.name}: at most {side.peak / 2**20:.0f} MB")


if __name__ == "__main__":
    sys.exit(main())
