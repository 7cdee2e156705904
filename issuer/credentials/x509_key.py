"""Keys of X.509 certificates: P-256, or RSA of 3072 bits, kept like every other key.

A trust service provider hands its key over as a PKCS#12 file (RFC 7292). Both kinds
sign the same data to the same bytes: ECDSA by RFC 6979, RSA by PKCS#1 v1.5.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, SECP384R1
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import pkcs12

from issuer.credentials.signer import (
    KeyFileUnreadable,
    PassphraseWrong,
    SealKey,
    draw_seal_key,
    open_private_key,
)

X509Key = SealKey
ALGORITHMS: Mapping[str, str] = {"p256": "P-256", "rsa3072": "RSA-3072"}

_ECDSA = ECDSA(SHA256(), deterministic_signing=True)
_CURVES = SECP256R1 | SECP384R1
_SMALLEST_RSA = 2048
_UNFIT = "it is neither P-256 or P-384 nor RSA of 2048 bits or more"


def draw_x509_key(algorithm: str) -> X509Key:
    """Draw a key of one of ALGORITHMS."""
    return draw_seal_key(is_rsa=algorithm == "rsa3072")


def open_x509_key(path: Path, passphrase: bytes) -> X509Key:
    """Open the key file at `path`; raises as `open_private_key`."""
    return _require_fit(open_private_key(path, passphrase), file=str(path))


def read_pkcs12(
    data: bytes, password: bytes, *, file: str
) -> tuple[X509Key, x509.Certificate, tuple[x509.Certificate, ...]]:
    """Return the key of a PKCS#12 file, its certificate and the others in the file.

    Raises PassphraseWrong, and KeyFileUnreadable where a key or certificate is missing.
    """
    try:
        found = pkcs12.load_pkcs12(data, password)
    except ValueError as error:
        if "password" in str(error):
            raise PassphraseWrong(file=file) from error
        raise KeyFileUnreadable(file=file, reason="it is no PKCS#12 file") from error
    if found.key is None or found.cert is None:
        raise KeyFileUnreadable(
            file=file, reason="it lacks a key or the key's certificate"
        )
    key = _require_fit(found.key, file=file)
    others = tuple(each.certificate for each in found.additional_certs)
    return key, found.cert.certificate, others


def sign_with(key: X509Key, data: bytes) -> bytes:
    """Return the signature over the SHA-256 of `data`, as CMS holds it.

    DER of r and s for ECDSA (RFC 5753 §7.2), PKCS#1 v1.5 for RSA (RFC 8017 §8.2).
    """
    if isinstance(key, RSAPrivateKey):
        return key.sign(data, PKCS1v15(), SHA256())
    return key.sign(data, _ECDSA)


def _require_fit(key: object, *, file: str) -> X509Key:
    if isinstance(key, RSAPrivateKey):
        fits = key.key_size >= _SMALLEST_RSA
    else:
        fits = isinstance(getattr(key, "curve", None), _CURVES)
    if not fits:
        raise KeyFileUnreadable(file=file, reason=_UNFIT)
    return cast(X509Key, key)
