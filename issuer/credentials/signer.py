"""What makes a seal: the only module that makes or loads private keys.

A private key lies in `private/<kid>.pem`, encrypted, readable by its owner alone; the
public key lies in `public/<kid>.json` beside that folder.
"""

import json
import os
import secrets
import stat
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from issuer.credentials import multibase
from issuer.credentials.key_ring import KeyRing, PublicKey, kid_of, read_public_key
from issuer.domain.errors import IssuerError, sentence


class KeyFileExposed(IssuerError):
    """Others than the owner can read the private key file."""

    code = "signer.key_exposed"
    sentence = sentence(
        "Others can read the private key %(file)s. Run: chmod 0400 %(file)s"
    )


class KeyFileUnreadable(IssuerError):
    """The private key file is missing or is no encrypted Ed25519 key."""

    code = "signer.key_unreadable"
    sentence = sentence("The private key %(file)s cannot be used: %(reason)s")


class PassphraseWrong(IssuerError):
    """The passphrase does not open the private key."""

    code = "signer.passphrase_wrong"
    sentence = sentence("The passphrase does not open the private key %(file)s.")


class PassphraseMissing(IssuerError):
    """A private key is never kept without a passphrase."""

    code = "signer.passphrase_missing"
    sentence = sentence("A private key needs a passphrase; none was given.")


class SigningKeyMissing(IssuerError):
    """The issuer has no key that may sign."""

    code = "signer.key_missing"
    sentence = sentence("There is no signing key for %(controller)s. Make one first.")


class Signer(Protocol):
    """Makes Ed25519 signatures with one key; `key_id` is its full DID URL."""

    @property
    def key_id(self) -> str:
        """The id of the verification method."""

    def sign(self, data: bytes) -> bytes:
        """Return the 64 bytes of the signature over `data`."""


@dataclass(frozen=True, slots=True)
class FileSigner:
    """A signer whose key was read from an encrypted file."""

    key_id: str
    _key: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def load(cls, path: Path, passphrase: bytes) -> Self:
        """Open the PKCS#8 PEM file at `path` (RFC 5958).

        Raises KeyFileExposed, KeyFileUnreadable, PassphraseMissing, PassphraseWrong,
        or PublicKeyUnreadable for the public file beside it.
        """
        if not passphrase:
            raise PassphraseMissing
        key = _decrypted(_private_bytes(path), path=path, passphrase=passphrase)
        public = read_public_key(path.parent.parent / "public" / f"{path.stem}.json")
        if public.raw != key.public_key().public_bytes_raw():
            raise KeyFileUnreadable(
                file=str(path), reason="it is not the private half of its public key"
            )
        return cls(public.id, key)

    def sign(self, data: bytes) -> bytes:
        """Return the Ed25519 signature over `data` (RFC 8032)."""
        return self._key.sign(data)


def create_key(
    keys_dir: Path, *, controller: str, passphrase: bytes, at: datetime
) -> PublicKey:
    """Draw a new key for `controller` and write both of its files.

    The private file is written first; a crash between the two leaves no public key
    that cannot sign. Raises PassphraseMissing.
    """
    if not passphrase:
        raise PassphraseMissing
    key = Ed25519PrivateKey.generate()
    raw = key.public_key().public_bytes_raw()
    kid = kid_of(raw)
    public = PublicKey(
        kid=kid,
        id=f"{controller}#{kid}",
        controller=controller,
        public_key_multibase=multibase.encode_public_key(raw),
        created=at.replace(microsecond=0),
    )
    pem = key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase)
    )
    text = json.dumps(public.to_document(), indent=2, sort_keys=True) + "\n"
    _write(_folder(keys_dir / "private", mode=0o700) / f"{kid}.pem", pem, mode=0o400)
    _write(
        _folder(keys_dir / "public", mode=0o755) / f"{kid}.json",
        text.encode(),
        mode=0o644,
    )
    return public


def load_signer(keys_dir: Path, passphrase: bytes, controller: str) -> Signer:
    """Return a signer on the newest key of `controller` that may sign.

    Raises SigningKeyMissing, and what KeyRing.load and FileSigner.load raise.
    """
    ring = KeyRing.load(keys_dir / "public")
    usable = [key for key in ring.of_controller(controller) if key.may_sign]
    if not usable:
        raise SigningKeyMissing(controller=controller)
    return FileSigner.load(keys_dir / "private" / f"{usable[-1].kid}.pem", passphrase)


def _private_bytes(path: Path) -> bytes:
    """Read the file that was checked, not one put in its place between the two."""
    try:
        with path.open("rb") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise KeyFileExposed(file=str(path))
            return file.read(16_384)
    except OSError as error:
        raise KeyFileUnreadable(
            file=str(path), reason=error.strerror or "unreadable"
        ) from error


def _decrypted(pem: bytes, *, path: Path, passphrase: bytes) -> Ed25519PrivateKey:
    if b"BEGIN ENCRYPTED PRIVATE KEY" not in pem:
        raise KeyFileUnreadable(
            file=str(path), reason="it is not an encrypted PKCS#8 PEM file"
        )
    try:
        key = load_pem_private_key(pem, passphrase)
    except ValueError as error:
        raise PassphraseWrong(file=str(path)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyFileUnreadable(file=str(path), reason="it is not an Ed25519 key")
    return key


def _folder(path: Path, *, mode: int) -> Path:
    path.mkdir(mode=mode, parents=True, exist_ok=True)
    path.chmod(mode)
    return path


def _write(path: Path, data: bytes, *, mode: int) -> None:
    """Write a whole new file or none: beside, to disk, then renamed into place."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
