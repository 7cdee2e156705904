"""An organisation's X.509 seal: made, brought from a provider, and opened.

The public half is a file of `x509_seal_file`. The private half lies in
`private/<name>.pem` like every other; that of the organisation's own authority in
`private/ca-….pem`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding

from issuer.credentials.public_key import PublicKeyUnfit
from issuer.credentials.signer import KeyFileUnreadable, store_private_key
from issuer.credentials.x509_authority import (
    open_authority_key,
    publish_revocation_list,
)
from issuer.credentials.x509_key import (
    X509Key,
    draw_x509_key,
    open_x509_key,
    sign_with,
)
from issuer.credentials.x509_profile import (
    Organisation,
    build_authority,
    build_seal_certificate,
)
from issuer.credentials.x509_seal_file import (
    SealCertificate,
    encoded_key,
    list_seals,
    name_of,
    write_seal,
)

__all__ = [
    "SealCertificate",
    "X509Seal",
    "add_seal",
    "create_seal",
    "list_seals",
    "open_seal",
]


@dataclass(frozen=True, slots=True, eq=False)
class X509Seal:
    """A seal that is open: `chain` in DER, the seal's own first, and its key."""

    chain: tuple[bytes, ...]
    _key: X509Key = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        """Return the signature over `data`; the same data gives the same bytes."""
        return sign_with(self._key, data)


def create_seal(
    keys_dir: Path,
    organisation: Organisation,
    *,
    algorithm: str,
    passphrase: bytes,
    at: datetime,
    authority: x509.Certificate | None = None,
    base_url: str = "",
    is_demo: bool = False,
) -> SealCertificate:
    """Draw a seal for `organisation` and, unless one is given, its own authority.

    `base_url` is where the authority's certificate and revocation list are published;
    its first list is made with it. The private halves are written first, so that a
    crash leaves no certificate that cannot seal. Raises PassphraseMissing,
    AuthorityKeyAway, and PublicKeyUnfit for the organisation.
    """
    since = at.replace(microsecond=0)
    key = draw_x509_key(algorithm)
    if authority is None:
        authority_key = draw_x509_key(algorithm)
        authority = build_authority(organisation, key=authority_key, at=since)
        is_new = True
    else:
        authority_key = open_authority_key(keys_dir, authority, passphrase)
        is_new = False
    own_name = name_of("ca", authority)
    certificate = build_seal_certificate(
        organisation,
        key=key,
        authority=authority,
        authority_key=authority_key,
        at=since,
        authority_url=f"{base_url}/{own_name}" if base_url else "",
    )
    made = SealCertificate(
        name=name_of("seal", certificate),
        did=organisation.did,
        added=since,
        chain=(certificate, authority),
        has_own_authority=True,
        is_demo=is_demo,
    )
    if is_new:
        store_private_key(keys_dir, own_name, authority_key, passphrase)
        publish_revocation_list(keys_dir, authority, passphrase, at=since)
    store_private_key(keys_dir, made.name, key, passphrase)
    write_seal(keys_dir, made)
    return made


def add_seal(
    keys_dir: Path,
    *,
    did: str,
    key: X509Key,
    certificate: x509.Certificate,
    others: Iterable[x509.Certificate],
    passphrase: bytes,
    at: datetime,
) -> SealCertificate:
    """Keep a seal that a trust service provider issued, and use it from now on.

    Raises PassphraseMissing, and PublicKeyUnfit for a certificate that is not the
    key's, may not sign or is not valid at `at`.
    """
    if encoded_key(certificate.public_key()) != encoded_key(key.public_key()):
        raise PublicKeyUnfit(reason="the certificate is not that of the key")
    added = SealCertificate(
        name=name_of("seal", certificate),
        did=did,
        added=at.replace(microsecond=0),
        chain=_in_order(certificate, others),
    )
    if not added.is_valid_at(at):
        raise PublicKeyUnfit(reason="the certificate is not valid today")
    if not _may_sign(certificate):
        raise PublicKeyUnfit(reason="the certificate is not one for signing")
    store_private_key(keys_dir, added.name, key, passphrase)
    write_seal(keys_dir, added)
    return added


def open_seal(
    keys_dir: Path, certificate: SealCertificate, passphrase: bytes
) -> X509Seal:
    """Open the private half of a seal on file.

    Raises as `open_x509_key`, and KeyFileUnreadable if it is another's.
    """
    path = keys_dir / "private" / f"{certificate.name}.pem"
    key = open_x509_key(path, passphrase)
    own = certificate.certificate
    if encoded_key(key.public_key()) != encoded_key(own.public_key()):
        raise KeyFileUnreadable(
            file=str(path), reason="it is not the private half of its certificate"
        )
    chain = tuple(each.public_bytes(Encoding.DER) for each in certificate.chain)
    return X509Seal(chain, key)


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return usage.content_commitment or usage.digital_signature


def _in_order(
    certificate: x509.Certificate, others: Iterable[x509.Certificate]
) -> tuple[x509.Certificate, ...]:
    """Return the certificate and those above it, as far as they are here."""
    chain, left = [certificate], list(others)
    while above := next((each for each in left if _issued(chain[-1], each)), None):
        left.remove(above)
        chain.append(above)
    return tuple(chain)


def _issued(certificate: x509.Certificate, by: x509.Certificate) -> bool:
    if certificate == by:
        return False
    try:
        certificate.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
