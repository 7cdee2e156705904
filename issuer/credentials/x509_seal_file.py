"""An organisation's X.509 seal as its public file says it.

It lies in `public/x509/<name>.pem`: the seal's own certificate first, then those above
it. Lines before the first certificate, which PEM readers pass over (RFC 7468 §2), say
whose it is and since when it is used:

    did: did:web:todistus.example
    added: 2026-11-24T09:30:00Z
    authority: own                   absent where a trust service provider issued it
    demo: true                       in one made by the demo; absent in any other
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from issuer.credentials.key_files import make_folder, write_whole
from issuer.credentials.key_ring import PublicKeyUnreadable, instant_text

_LARGEST = 65_536
_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384"}
_FACT = re.compile(r"^(did|added|authority|demo): (\S{1,200})$", re.MULTILINE)
_FIRST = b"-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True, slots=True)
class SealCertificate:
    """A seal's certificate and those above it, as its public file holds them."""

    name: str
    did: str
    added: datetime
    chain: tuple[x509.Certificate, ...]
    has_own_authority: bool = False
    is_demo: bool = False

    @property
    def certificate(self) -> x509.Certificate:
        """The seal's own."""
        return self.chain[0]

    @property
    def anchor(self) -> bytes:
        """In DER, the certificate whose bearers this organisation answers for.

        That is its own authority's. A provider's authority issues seals to anybody, so
        there the seal's own certificate is the only one to trust.
        """
        trusted = self.chain[-1] if self.has_own_authority else self.chain[0]
        return trusted.public_bytes(Encoding.DER)

    @property
    def algorithm(self) -> str:
        """The kind of the seal's key: RSA-3072, P-256."""
        key = self.certificate.public_key()
        if isinstance(key, RSAPublicKey):
            return f"RSA-{key.key_size}"
        if isinstance(key, EllipticCurvePublicKey):
            return _CURVES.get(key.curve.name, key.curve.name)
        return "unknown"

    @property
    def authority(self) -> str:
        """The name of the organisation's own authority, as its files have it."""
        return name_of("ca", self.chain[-1])

    def is_valid_at(self, at: datetime) -> bool:
        """Tell whether `at` lies within the certificate's validity."""
        own = self.certificate
        return own.not_valid_before_utc <= at <= own.not_valid_after_utc


def public_folder(keys_dir: Path) -> Path:
    """Return where the certificates and revocation lists lie."""
    return keys_dir / "public" / "x509"


def list_seals(keys_dir: Path) -> list[SealCertificate]:
    """Return the seals on file, oldest first. Raises PublicKeyUnreadable."""
    folder = public_folder(keys_dir)
    found = [_read(path) for path in sorted(folder.glob("seal-*.pem"))]
    return sorted(found, key=lambda seal: (seal.added, seal.name))


def write_seal(keys_dir: Path, seal: SealCertificate) -> None:
    """Write the public file of a seal."""
    facts = [f"did: {seal.did}", f"added: {instant_text(seal.added)}"]
    if seal.has_own_authority:
        facts.append("authority: own")
    if seal.is_demo:
        facts.append("demo: true")
    head = "".join(f"{fact}\n" for fact in facts).encode("ascii")
    pems = b"".join(each.public_bytes(Encoding.PEM) for each in seal.chain)
    folder = make_folder(public_folder(keys_dir), mode=0o755)
    write_whole(folder / f"{seal.name}.pem", head + pems, mode=0o444)


def name_of(kind: str, certificate: x509.Certificate) -> str:
    """Return what a certificate's files are called; it follows from its key."""
    digest = hashlib.sha256(encoded_key(certificate.public_key())).hexdigest()
    return f"{kind}-{digest[:10]}"


def encoded_key(key: object) -> bytes:
    """Return a public key as a SubjectPublicKeyInfo in DER (RFC 5280 §4.1)."""
    encoded: bytes = key.public_bytes(  # type: ignore[attr-defined]
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    return encoded


def _read(path: Path) -> SealCertificate:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST)
        head = data.partition(_FIRST)[0].decode("ascii")
        facts = dict(_FACT.findall(head))
        return SealCertificate(
            name=path.stem,
            did=facts["did"],
            added=datetime.strptime(facts["added"], "%Y-%m-%dT%H:%M:%SZ").replace(
                tzinfo=UTC
            ),
            chain=tuple(x509.load_pem_x509_certificates(data)),
            has_own_authority=facts.get("authority") == "own",
            is_demo=facts.get("demo") == "true",
        )
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise PublicKeyUnreadable(file=str(path), reason=reason) from error
    except (KeyError, ValueError) as error:
        raise PublicKeyUnreadable(
            file=str(path), reason="it is no seal certificate as we write them"
        ) from error
