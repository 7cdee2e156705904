"""Keys are rotated while others seal: no seal fails, and none surprises a verifier.

What verifiers know is what was published before the rotation: each signature must hold
by the DID document of that time, and by a key that may assert in it.
"""

import json
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from issuer.credentials import jwk, multibase
from issuer.credentials.did_web import build_did_document
from issuer.credentials.key_files import write_whole
from issuer.credentials.key_folder import KeyFolder
from issuer.services.keys import PURPOSES, create_keys, list_keys, rotate_key
from tests.cast import AT
from tests.services.conftest import DID, make_keys
from tools.toolchain import ROOT

ROTATIONS = 6
HOUR = timedelta(hours=1)


class Sealing:
    """One who seals with every purpose in turn, until told to stop."""

    def __init__(self, keys: KeyFolder, published: Path) -> None:
        self.keys, self.published = keys, published
        self.count, self.faults = 0, []
        self.key_ids: set[str] = set()

    def until(self, is_over) -> None:
        while not is_over() and not self.faults:
            purpose = PURPOSES[self.count % len(PURPOSES)]
            try:
                signer = self.keys.signer_in_force(DID, purpose)
                # Written before each rotation and never after it.
                document = json.loads(self.published.read_bytes())
                data = b"certificate %d" % self.count
                require_signed(signer.sign(data), data, signer.key_id, document)
            except Exception as error:
                self.faults.append(f"{self.count} {purpose}: {error!r}")
            self.count += 1
            self.key_ids.add(signer.key_id)


def require_signed(signature: bytes, data: bytes, key_id: str, document) -> None:
    assert key_id in document["assertionMethod"]
    [method] = [m for m in document["verificationMethod"] if m["id"] == key_id]
    if method["type"] == "Multikey":
        raw = multibase.decode_public_key(method["publicKeyMultibase"])
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, data)
        return
    bare = {name: method["publicKeyJwk"][name] for name in ("kty", "crv", "x", "y")}
    point = jwk.parse_p256(bare)
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point).verify(
        encode_dss_signature(r, s), data, ECDSA(SHA256())
    )


def publish(keys: KeyFolder, published: Path) -> None:
    document = build_did_document(DID, keys.key_ring().of_controller(DID))
    write_whole(published, json.dumps(document).encode(), mode=0o644)


def rotate_again_and_again(keys: KeyFolder, published: Path, *, between) -> None:
    for number in range(ROTATIONS):
        at = AT + (2 * number + 1) * HOUR
        create_keys(keys, did=DID, at=at)
        publish(keys, published)
        for purpose in PURPOSES:
            rotate_key(keys, did=DID, purpose=purpose, at=at + HOUR)
        between()


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    keys = make_keys(tmp_path)
    create_keys(keys, did=DID, at=AT)
    return keys


@pytest.fixture
def published(tmp_path: Path, keys: KeyFolder) -> Path:
    path = tmp_path / "did.json"
    publish(keys, path)
    return path


def test_threads_seal_through_every_rotation(keys: KeyFolder, published: Path) -> None:
    """Two share a folder, as in one process; two have their own, as in others."""
    over = threading.Event()
    alone = [KeyFolder(keys.folder, keys.passphrase_file) for _ in range(2)]
    sealing = [Sealing(folder, published) for folder in (keys, keys, *alone)]
    threads = [
        threading.Thread(target=each.until, args=(over.is_set,)) for each in sealing
    ]
    for thread in threads:
        thread.start()

    def until_each_has_sealed() -> None:
        wanted = [each.count + 4 for each in sealing]
        while any(
            each.count < count and not each.faults
            for each, count in zip(sealing, wanted, strict=True)
        ):
            over.wait(0.005)

    try:
        rotate_again_and_again(keys, published, between=until_each_has_sealed)
    finally:
        over.set()
        for thread in threads:
            thread.join(60)

    assert [each.faults for each in sealing] == [[], [], [], []]
    assert all(len(each.key_ids) > ROTATIONS for each in sealing)
    assert [line.state for line in list_keys(keys)].count("retired") == 3 * ROTATIONS


def test_another_process_seals_through_every_rotation(
    keys: KeyFolder, published: Path
) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from issuer.credentials.key_folder import KeyFolder\n"
        "from tests.services.test_rotation_under_load import Sealing\n"
        "folder, published = map(Path, sys.argv[1:])\n"
        "sealing = Sealing(KeyFolder(folder, folder / 'passphrase'), published)\n"
        "def is_over():\n"
        "    print(sealing.count, len(sealing.key_ids), flush=True)\n"
        "    return (folder / 'over').exists()\n"
        "sealing.until(is_over)\n"
        "sys.exit('; '.join(sealing.faults) or 0)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(keys.folder), str(published)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as other:
        try:
            assert other.stdout.readline(), other.stderr.read()

            def until_it_has_sealed() -> None:
                for _ in range(8):
                    other.stdout.readline()

            rotate_again_and_again(keys, published, between=until_it_has_sealed)
        finally:
            (keys.folder / "over").touch()
            said, complaint = other.communicate(timeout=60)

    assert (other.returncode, complaint) == (0, "")
    count, key_ids = map(int, said.splitlines()[-1].split())
    assert count > ROTATIONS
    assert key_ids > 3
