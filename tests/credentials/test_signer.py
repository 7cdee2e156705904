import json
import os
import re
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256K1,
    SECP256R1,
    SECP384R1,
    EllipticCurvePublicKey,
    derive_private_key,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from issuer.credentials import signer as module
from issuer.credentials.key_ring import KeyRing, PublicKeyUnfit, PublicKeyUnreadable
from issuer.credentials.signer import (
    FileSigner,
    KeyFileExposed,
    KeyFileUnreadable,
    PassphraseMissing,
    PassphraseWrong,
    SigningKeyMissing,
    create_issuer_keys,
    create_key,
    load_signer,
)

DID = "did:web:a.example"
PASSPHRASE = b"hiekkaa ja lunta"
AT = datetime(2026, 11, 1, 8, 0, 0, 123456, tzinfo=UTC)


def _create(folder: Path, at: datetime = AT, controller: str = DID, **more):
    return create_key(
        folder, controller=controller, passphrase=PASSPHRASE, at=at, **more
    )


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


def test_only_an_encrypted_key_of_this_name_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "private" / f"{_create(tmp_path).kid}.pem"
    pkcs8 = (Encoding.PEM, PrivateFormat.PKCS8)
    encryption = BestAvailableEncryption(PASSPHRASE)

    _replace(path, Ed25519PrivateKey.generate().private_bytes(*pkcs8, NoEncryption()))
    with pytest.raises(KeyFileUnreadable, match="not an encrypted"):
        FileSigner.load(path, PASSPHRASE)
    for curve in (SECP384R1(), SECP256K1()):
        _replace(path, generate_private_key(curve).private_bytes(*pkcs8, encryption))
        with pytest.raises(KeyFileUnreadable, match="neither an Ed25519 nor a P-256"):
            FileSigner.load(path, PASSPHRASE)
    _replace(path, generate_private_key(SECP256R1()).private_bytes(*pkcs8, encryption))
    with pytest.raises(KeyFileUnreadable, match="private half"):
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

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OSError, match="No space left"):
        _create(tmp_path)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_a_p256_key_signs_deterministically_with_r_and_s(tmp_path: Path) -> None:
    public = _create(tmp_path, purpose="jwt")
    assert public.algorithm == "P-256"
    assert re.fullmatch("p256-[0-9a-f]{10}", public.kid)
    key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), public.raw)

    signer = load_signer(tmp_path, PASSPHRASE, DID, purpose="jwt")
    again = load_signer(tmp_path, PASSPHRASE, DID, purpose="jwt")

    for number in range(40):  # a leading zero of r or s among them, or soon
        data = bytes([number])
        signature = signer.sign(data)
        assert signature == again.sign(data)
        assert len(signature) == 64
        r, s = (
            int.from_bytes(part, "big") for part in (signature[:32], signature[32:])
        )
        key.verify(encode_dss_signature(r, s), data, ECDSA(SHA256()))


def test_the_signature_is_that_of_rfc_6979(tmp_path: Path) -> None:
    private = derive_private_key(
        0xC9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721, SECP256R1()
    )

    signature = FileSigner("did:web:a.example#p256", private).sign(b"sample")

    assert signature.hex().upper() == (  # appendix A.2.5, SHA-256
        "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"
        "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"
    )


def test_the_keys_that_are_missing_are_made_in_one_go(tmp_path: Path) -> None:
    _create(tmp_path)

    made = create_issuer_keys(tmp_path, controller=DID, passphrase=PASSPHRASE, at=AT)
    other = create_issuer_keys(
        tmp_path, controller="did:web:b.example", passphrase=PASSPHRASE, at=AT
    )

    assert [key.purpose for key in made] == ["jwt", "compact"]
    assert [key.purpose for key in other] == ["credential", "jwt", "compact"]
    assert all(key.may_sign for key in (*made, *other))
    assert not {key.raw for key in made} & {key.raw for key in other}
    again = create_issuer_keys(tmp_path, controller=DID, passphrase=PASSPHRASE, at=AT)
    assert again == ()


def test_a_key_drawn_ahead_does_not_sign(tmp_path: Path) -> None:
    ahead = _create(tmp_path, ahead=True, is_demo=True)

    assert (ahead.activated, ahead.is_next, ahead.is_demo) == (None, True, True)
    assert KeyRing.load(tmp_path / "public").find(ahead.id) == ahead
    with pytest.raises(SigningKeyMissing, match=f"credential key in force for {DID}"):
        load_signer(tmp_path, PASSPHRASE, DID)


def test_a_controller_that_is_no_did_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(PublicKeyUnfit, match="not a DID"):
        _create(tmp_path, controller="a.example")
    assert list(tmp_path.rglob("*")) == []


def test_no_other_module_loads_private_keys() -> None:
    package = Path(module.__file__).parents[1]
    loading = {
        path.name
        for path in package.rglob("*.py")
        if re.search(
            r"load_\w+_private_key|Ed25519PrivateKey|EllipticCurvePrivateKey"
            r"|generate_private_key|derive_private_key",
            path.read_text("utf-8"),
        )
    }

    assert loading == {"signer.py"}
