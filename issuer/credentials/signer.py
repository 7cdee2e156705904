"""What makes a seal: the only module that loads private keys, and makes those of seals.

A private key lies in `private/<kid>.pem`, encrypted, readable by its owner alone; the
public key lies in `public/<kid>.json` beside that folder. `x509_key` keeps the keys of
X.509 certificates by what is here.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol, Self

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import (
    generate_private_key as generate_rsa_key,
)
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from issuer.credentials.key_files import make_folder, read_secret, write_whole
from issuer.credentials.key_ring import (
    KeyRing,
    PublicKey,
    read_public_key,
    write_public_key,
)
from issuer.credentials.public_key import ALGORITHMS, P256, PURPOSES
from issuer.domain.errors import IssuerError, sentence

PrivateKey = Ed25519PrivateKey | EllipticCurvePrivateKey
SealKey = EllipticCurvePrivateKey | RSAPrivateKey

_ES256 = ECDSA(SHA256(), deterministic_signing=True)


class KeyFileExposed(IssuerError):
    """Others than the owner can read the private key file."""

    code = "signer.key_exposed"
    sentence = sentence(
        "Others can read the private key %(file)s. Run: chmod 0400 %(file)s"
    )


class KeyFileUnreadable(IssuerError):
    """The private key file is missing or is no encrypted key of ours."""

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
    """The issuer has no key that may sign for this purpose."""

    code = "signer.key_missing"
    sentence = sentence(
        "There is no %(purpose)s key in force for %(controller)s. "
        "Make one first: flask keys create"
    )


class Signer(Protocol):
    """Makes signatures with one key; `key_id` is its full DID URL.

    A key in a PKCS#11 token or a cloud's key service comes in here. Its public half
    gets a file in `public/` like any other. A class beside FileSigner answers `sign`
    through the token (CKM_EDDSA; CKM_ECDSA over the SHA-256 of the data, which gives
    r and s as below) or through the service (its DER signature is taken apart as
    FileSigner does it), and KeyFolder.signer_with chooses the class by what holds the
    private half. Two promises must be looked at then. The same draft gives the same
    bytes only where ECDSA draws no random number; most tokens draw one, so what was
    sealed must then be stored before it is shown and never be sealed again. And a token
    may be away: `sign` then raises an IssuerError, and the certificate stays reserved.
    """

    @property
    def key_id(self) -> str:
        """The id of the verification method."""

    def sign(self, data: bytes) -> bytes:
        """Return the 64 bytes of the signature over `data`.

        Ed25519 as in RFC 8032; P-256 as r and s (RFC 7518 §3.4) over its SHA-256.
        """


@dataclass(frozen=True, slots=True)
class FileSigner:
    """A signer whose key was read from an encrypted file."""

    key_id: str
    _key: PrivateKey = field(repr=False)

    @classmethod
    def load(cls, path: Path, passphrase: bytes) -> Self:
        """Open the PKCS#8 PEM file at `path` (RFC 5958).

        Raises KeyFileExposed, KeyFileUnreadable, PassphraseMissing, PassphraseWrong,
        or PublicKeyUnreadable for the public file beside it.
        """
        key = _suited(open_private_key(path, passphrase), path=path)
        public = read_public_key(path.parent.parent / "public" / f"{path.stem}.json")
        if public.raw != _public_bytes(key):
            raise KeyFileUnreadable(
                file=str(path), reason="it is not the private half of its public key"
            )
        return cls(public.id, key)

    def sign(self, data: bytes) -> bytes:
        """Return the signature; the same data gives the same bytes (RFC 6979)."""
        if isinstance(self._key, Ed25519PrivateKey):
            return self._key.sign(data)
        r, s = decode_dss_signature(self._key.sign(data, _ES256))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def create_key(
    keys_dir: Path,
    *,
    controller: str,
    passphrase: bytes,
    at: datetime,
    purpose: str = "credential",
    ahead: bool = False,
    is_demo: bool = False,
) -> PublicKey:
    """Draw a new key for `controller` and write both of its files.

    A key drawn `ahead` is published and waits for its rotation. The private file is
    written first; a crash between the two leaves no public key that cannot sign.
    Raises PassphraseMissing, and PublicKeyUnfit for a controller that is no DID.
    """
    if not passphrase:
        raise PassphraseMissing
    key = _drawn(ALGORITHMS[purpose])
    drawn_at = at.replace(microsecond=0)
    public = PublicKey(
        controller=controller,
        raw=_public_bytes(key),
        created=drawn_at,
        purpose=purpose,
        activated=None if ahead else drawn_at,
        is_demo=is_demo,
    )
    PublicKey.parse(public.to_document())
    store_private_key(keys_dir, public.kid, key, passphrase)
    write_public_key(keys_dir / "public", public)
    return public


def create_issuer_keys(
    keys_dir: Path,
    *,
    controller: str,
    passphrase: bytes,
    at: datetime,
    is_demo: bool = False,
) -> tuple[PublicKey, ...]:
    """Draw a key for each purpose that has none, in force or next; return the new ones.

    Raises as `create_key` and KeyRing.load do.
    """
    ring = KeyRing.load(keys_dir / "public")
    return tuple(
        create_key(
            keys_dir,
            controller=controller,
            passphrase=passphrase,
            at=at,
            purpose=purpose,
            is_demo=is_demo,
        )
        for purpose in PURPOSES
        if not any(key.is_trusted for key in ring.of_purpose(controller, purpose))
    )


def load_signer(
    keys_dir: Path, passphrase: bytes, controller: str, *, purpose: str = "credential"
) -> Signer:
    """Return a signer on the key of `controller` in force for `purpose`.

    Raises SigningKeyMissing, and what KeyRing.load and FileSigner.load raise.
    """
    ring = KeyRing.load(keys_dir / "public")
    key = ring.find_in_force(controller, purpose=purpose)
    if key is None:
        raise SigningKeyMissing(controller=controller, purpose=purpose)
    return FileSigner.load(keys_dir / "private" / f"{key.kid}.pem", passphrase)


def store_private_key(
    keys_dir: Path, name: str, key: PrivateKeyTypes, passphrase: bytes
) -> None:
    """Write `private/<name>.pem`, encrypted (RFC 5958). Raises PassphraseMissing."""
    if not passphrase:
        raise PassphraseMissing
    pem = key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase)
    )
    private_dir = make_folder(keys_dir / "private", mode=0o700)
    write_whole(private_dir / f"{name}.pem", pem, mode=0o400)


def open_private_key(path: Path, passphrase: bytes) -> PrivateKeyTypes:
    """Open the PKCS#8 PEM file at `path`, of whatever kind its key is.

    Raises PassphraseMissing, KeyFileExposed, KeyFileUnreadable, PassphraseWrong.
    """
    if not passphrase:
        raise PassphraseMissing
    pem = _private_bytes(path)
    if b"BEGIN ENCRYPTED PRIVATE KEY" not in pem:
        raise KeyFileUnreadable(
            file=str(path), reason="it is not an encrypted PKCS#8 PEM file"
        )
    try:
        return load_pem_private_key(pem, passphrase)
    except ValueError as error:
        raise PassphraseWrong(file=str(path)) from error


def draw_seal_key(*, is_rsa: bool) -> SealKey:
    """Draw the key of an X.509 certificate: RSA of 3072 bits, or P-256."""
    if is_rsa:
        return generate_rsa_key(public_exponent=65537, key_size=3072)
    return generate_private_key(SECP256R1())


def _drawn(algorithm: str) -> PrivateKey:
    if algorithm == P256:
        return generate_private_key(SECP256R1())
    return Ed25519PrivateKey.generate()


def _public_bytes(key: PrivateKey) -> bytes:
    if isinstance(key, Ed25519PrivateKey):
        return key.public_key().public_bytes_raw()
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _private_bytes(path: Path) -> bytes:
    try:
        data, is_exposed = read_secret(path)
    except OSError as error:
        raise KeyFileUnreadable(
            file=str(path), reason=error.strerror or "unreadable"
        ) from error
    if is_exposed:
        raise KeyFileExposed(file=str(path))
    return data


def _suited(key: PrivateKeyTypes, *, path: Path) -> PrivateKey:
    if isinstance(key, Ed25519PrivateKey) or (
        isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1)
    ):
        return key
    raise KeyFileUnreadable(
        file=str(path), reason="it is neither an Ed25519 nor a P-256 key"
    )
