import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from issuer.credentials import signer as module
from issuer.credentials.key_ring import KeyRing, PublicKeyUnreadable
from issuer.credentials.signer import (
    FileSigner,
    KeyFileExposed,
    KeyFileUnreadable,
    PassphraseMissing,
    PassphraseWrong,
    SigningKeyMissing,
    create_key,
    load_signer,
)

DID = "did:web:a.example"
PASSPHRASE = b"hiekkaa ja lunta"
AT = datetime(2026, 11, 1, 8, 0, 0, 123456, tzinfo=UTC)


def _create(folder: Path, at: datetime = AT, controller: str = DID):
    return create_key(folder, controller=controller, passphrase=PASSPHRASE, at=at)


def test_a_new_key_signs_what_its_public_key_checks(tmp_path: Path) -> None:
    public = _create(tmp_path)

    signer = load_signer(tmp_path, PASSPHRASE, DID)

    assert signer.key_id == public.id == f"{DID}#{public.kid}"
    assert public.kid.startswith("ed25519-")
    assert len(public.kid) == 18
    assert public.created == AT.replace(microsecond=0)
    Ed25519PublicKey.from_public_bytes(public.raw).verify(signer.sign(b"x"), b"x")
    assert KeyRing.load(tmp_path / "public").find(public.id) == public


def test_the_private_file_is_its_owners_alone_and_encrypted(tmp_path: Path) -> None:
    os.umask(os.umask(0o022))
    public = _create(tmp_path)
    private = tmp_path / "private" / f"{public.kid}.pem"

    assert stat.S_IMODE(private.stat().st_mode) == 0o400
    assert stat.S_IMODE(private.parent.stat().st_mode) == 0o700
    assert private.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    names = sorted(str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*.*"))
    assert names == [f"private/{public.kid}.pem", f"public/{public.kid}.json"]


def test_a_signer_does_not_show_its_key(tmp_path: Path) -> None:
    _create(tmp_path)

    shown = repr(load_signer(tmp_path, PASSPHRASE, DID))

    assert shown.startswith("FileSigner(key_id='did:web:a.example#ed25519-")
    assert "_key" not in shown


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o660, 0o420, 0o401])
def test_a_file_others_can_reach_is_refused_with_the_remedy(
    mode: int, tmp_path: Path
) -> None:
    path = tmp_path / "private" / f"{_create(tmp_path).kid}.pem"
    path.chmod(mode)

    with pytest.raises(KeyFileExposed, match=f"chmod 0400 {path}"):
        FileSigner.load(path, PASSPHRASE)


def test_a_wrong_or_missing_passphrase_is_said_to_be_so(tmp_path: Path) -> None:
    _create(tmp_path)

    with pytest.raises(PassphraseWrong):
        load_signer(tmp_path, b"wrong", DID)
    with pytest.raises(PassphraseMissing):
        load_signer(tmp_path, b"", DID)
    with pytest.raises(PassphraseMissing):
        create_key(tmp_path, controller=DID, passphrase=b"", at=AT)


def _replace(path: Path, pem: bytes) -> None:
    path.chmod(0o600)
    path.write_bytes(pem)
    path.chmod(0o400)


def test_only_an_encrypted_ed25519_key_of_this_name_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "private" / f"{_create(tmp_path).kid}.pem"
    pkcs8 = (Encoding.PEM, PrivateFormat.PKCS8)
    encryption = BestAvailableEncryption(PASSPHRASE)

    _replace(path, Ed25519PrivateKey.generate().private_bytes(*pkcs8, NoEncryption()))
    with pytest.raises(KeyFileUnreadable, match="not an encrypted"):
        FileSigner.load(path, PASSPHRASE)
    _replace(path, generate_private_key(SECP256R1()).private_bytes(*pkcs8, encryption))
    with pytest.raises(KeyFileUnreadable, match="not an Ed25519"):
        FileSigner.load(path, PASSPHRASE)
    _replace(path, Ed25519PrivateKey.generate().private_bytes(*pkcs8, encryption))
    with pytest.raises(KeyFileUnreadable, match="private half"):
        FileSigner.load(path, PASSPHRASE)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    public = _create(tmp_path)
    (tmp_path / "private" / f"{public.kid}.pem").unlink()

    with pytest.raises(KeyFileUnreadable, match=f"{public.kid}.pem.*No such file"):
        load_signer(tmp_path, PASSPHRASE, DID)


def test_a_private_key_without_its_public_file_is_refused(tmp_path: Path) -> None:
    public = _create(tmp_path)
    (tmp_path / "public" / f"{public.kid}.json").unlink()

    with pytest.raises(PublicKeyUnreadable):
        FileSigner.load(tmp_path / "private" / f"{public.kid}.pem", PASSPHRASE)


def _mark(folder: Path, kid: str, **members: str) -> None:
    path = folder / "public" / f"{kid}.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **members}), "utf-8")


def test_the_newest_key_that_may_sign_is_taken(tmp_path: Path) -> None:
    keys = [_create(tmp_path, AT.replace(day=day)) for day in (1, 2, 3, 4)]
    _create(tmp_path, AT.replace(day=5), controller="did:web:b.example")
    _mark(tmp_path, keys[3].kid, retired="2026-11-05T00:00:00Z")
    _mark(tmp_path, keys[2].kid, revoked_from="2026-11-05T00:00:00Z")

    assert load_signer(tmp_path, PASSPHRASE, DID).key_id == keys[1].id


def test_without_a_usable_key_the_issuer_is_named(tmp_path: Path) -> None:
    key = _create(tmp_path)
    _mark(tmp_path, key.kid, retired="2026-11-05T00:00:00Z")

    with pytest.raises(SigningKeyMissing, match=DID):
        load_signer(tmp_path, PASSPHRASE, DID)


def test_a_failed_write_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "fsync", full)

    with pytest.raises(OSError, match="No space left"):
        _create(tmp_path)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_no_other_module_loads_private_keys() -> None:
    package = Path(module.__file__).parents[1]
    loading = {
        path.name
        for path in package.rglob("*.py")
        if "load_pem_private_key" in path.read_text("utf-8")
        or "Ed25519PrivateKey" in path.read_text("utf-8")
    }

    assert loading == {"signer.py"}
