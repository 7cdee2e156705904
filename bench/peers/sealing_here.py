"""Our side of bench/sealing.py, in a process of its own: orders on stdin, one a line.

Speaks the same language as sealing.mjs. A credential is looked at in safe mode before
it is sealed and before it is verified, as the service does it and the peer as well: by
its closed shape, and when verified by counting what its canonical form covers.
"""

import json
import resource
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

from cryptography.hazmat.primitives.asymmetric.ed25519 import (  # noqa: E402
    Ed25519PrivateKey,
)

from issuer.credentials import eddsa_rdfc_2022, multibase  # noqa: E402
from issuer.credentials.contexts import ContextLibrary  # noqa: E402
from issuer.credentials.rdfc import (  # noqa: E402
    canonical_lines,
    count_statements,
    joined,
)
from issuer.credentials.shape import UNSEALED, find_flaw  # noqa: E402

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class GivenSigner:
    """A signer on the key in the job, which is for measuring only."""

    key_id: str
    key: Ed25519PrivateKey

    def sign(self, data: bytes) -> bytes:
        """Return the 64 bytes of the signature over `data`."""
        return self.key.sign(data)


@dataclass(frozen=True, slots=True)
class Bench:
    """What both measured operations need."""

    signer: GivenSigner
    public_key: bytes
    created: str
    contexts: ContextLibrary

    @classmethod
    def of(cls, job: Document) -> "Bench":
        """Take the key and the time from the job."""
        secret = multibase.decode(job["key"]["secretKeyMultibase"])
        key = Ed25519PrivateKey.from_private_bytes(secret.removeprefix(b"\x80\x26"))
        return cls(
            GivenSigner(job["key"]["id"], key),
            key.public_key().public_bytes_raw(),
            job["created"],
            ContextLibrary.load(),
        )

    def seal(self, document: Document) -> Document:
        """Return the document with its proof, or stop."""
        if flaw := find_flaw(document, UNSEALED):
            raise SystemExit(f"not our shape: {flaw}")
        proof = eddsa_rdfc_2022.build_proof(
            document, signer=self.signer, created=self.created, contexts=self.contexts
        )
        return {**document, "proof": proof}

    def verify(self, secured: Document) -> None:
        """Stop unless the proof holds and covers everything."""
        document = {name: v for name, v in secured.items() if name != "proof"}
        if flaw := find_flaw(document, UNSEALED):
            raise SystemExit(f"not our shape: {flaw}")
        lines = canonical_lines(document, contexts=self.contexts)
        if len(lines) != count_statements(document) or not eddsa_rdfc_2022.is_signed(
            joined(lines), proof=secured["proof"], public_key=self.public_key
        ):
            raise SystemExit("the proof does not hold")


def main() -> None:
    """Carry out orders until stdin ends."""
    job = json.loads(sys.stdin.readline())
    bench = Bench.of(job)
    sealed: dict[int, Document] = {}
    _answer({"ready": True})
    for line in sys.stdin:
        order = json.loads(line)
        number = order["document"]
        cpu, wall = [], []
        for _ in range(order["times"]):
            began, used = time.perf_counter(), time.process_time()
            if order["do"] == "seal":
                sealed[number] = bench.seal(job["documents"][number])
            else:
                bench.verify(sealed[number])
            cpu.append((time.process_time() - used) * 1000)
            wall.append((time.perf_counter() - began) * 1000)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        peak *= 1 if sys.platform == "darwin" else 1024
        secured = sealed[number]
        _answer({"cpu": cpu, "wall": wall, "secured": secured, "peak": peak})


def _answer(answer: Document) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
