"""What our X.509 certificates say: an organisation's own authority, and its seal.

The seal's certificate is one of a legal person (ETSI EN 319 412-3): country, name and
the organisation's identifier, here the Finnish business id (EN 319 412-1 §5.1.4). It is
for sealing documents (RFC 9336), and names the issuer's DID.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import (
    AuthorityInformationAccessOID,
    ExtendedKeyUsageOID,
    NameOID,
    ObjectIdentifier,
)

from issuer.credentials.public_key import PublicKeyUnfit
from issuer.credentials.x509_key import X509Key

# RFC 9336 §3.1; poppler's NSS still asks for the purpose of e-mail and trusts no seal
# without it.
PURPOSES = (
    ObjectIdentifier("1.3.6.1.5.5.7.3.36"),
    ExtendedKeyUsageOID.EMAIL_PROTECTION,
)
AUTHORITY_DAYS = 7305  # 20 years
SEAL_DAYS = 1826  # 5 years

_BUSINESS_ID = re.compile(r"\d{7}-\d")
_LONGEST_NAME = 64  # RFC 5280 appendix A.1, ub-common-name
_NO_USE = {
    "digital_signature": False,
    "content_commitment": False,
    "key_encipherment": False,
    "data_encipherment": False,
    "key_agreement": False,
    "key_cert_sign": False,
    "crl_sign": False,
    "encipher_only": False,
    "decipher_only": False,
}


@dataclass(frozen=True, slots=True)
class Organisation:
    """Whom the certificates name: its name, its business id (Y-tunnus) and its DID."""

    name: str
    business_id: str
    did: str


def build_authority(
    organisation: Organisation, *, key: X509Key, at: datetime
) -> x509.Certificate:
    """Return the self-signed certificate of the organisation's own authority.

    It may issue certificates, none of them of another authority, and revocation lists
    (RFC 5280 §4.2.1.3, §4.2.1.9). Raises PublicKeyUnfit for a name that does not fit.
    """
    name = _subject(organisation, common_name=f"{organisation.name[:61]} CA")
    builder = (
        _builder(subject=name, issuer=name, key=key, at=at, days=AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
    )
    return _signed(builder, key)


def build_seal_certificate(
    organisation: Organisation,
    *,
    key: X509Key,
    authority: x509.Certificate,
    authority_key: X509Key,
    at: datetime,
    authority_url: str = "",
) -> x509.Certificate:
    """Return the certificate of the organisation's seal, issued by its authority.

    With `authority_url` it says where the authority's certificate (`….cer`) and its
    revocation list (`….crl`) lie (RFC 5280 §4.2.1.13, §4.2.2.1). Raises PublicKeyUnfit
    for a name or business id that does not fit.
    """
    subject = _subject(organisation, common_name=organisation.name)
    builder = (
        _builder(
            subject=subject, issuer=authority.subject, key=key, at=at, days=SEAL_DAYS
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage("digital_signature", "content_commitment"), critical=True)
        .add_extension(x509.ExtendedKeyUsage(PURPOSES), critical=False)
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.UniformResourceIdentifier(organisation.did)]
            ),
            critical=False,
        )
        .add_extension(_issuer_key(authority), critical=False)
    )
    if authority_url:
        builder = builder.add_extension(
            x509.CRLDistributionPoints([_point(f"{authority_url}.crl")]), critical=False
        ).add_extension(
            x509.AuthorityInformationAccess([_issuer_at(f"{authority_url}.cer")]),
            critical=False,
        )
    return _signed(builder, authority_key)


def build_revocation_list(
    authority: x509.Certificate,
    *,
    authority_key: X509Key,
    revoked: Iterable[tuple[int, datetime]],
    number: int,
    at: datetime,
    days: int,
) -> x509.CertificateRevocationList:
    """Return the authority's list of revoked serial numbers (RFC 5280 §5).

    It is the newest for `days`; `number` must be higher than in every list before.
    """
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.subject)
        .last_update(at)
        .next_update(at + timedelta(days=days))
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(_issuer_key(authority), critical=False)
    )
    for serial, since in revoked:
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(serial)
            .revocation_date(since)
            .build()
        )
    return builder.sign(
        authority_key, SHA256(), ecdsa_deterministic=_draws_nothing(authority_key)
    )


def _subject(organisation: Organisation, *, common_name: str) -> x509.Name:
    if not 0 < len(organisation.name) <= _LONGEST_NAME:
        raise PublicKeyUnfit(
            reason=f"the organisation's name is not 1 to {_LONGEST_NAME} characters"
        )
    if not _BUSINESS_ID.fullmatch(organisation.business_id):
        raise PublicKeyUnfit(reason="the business id is not like 1234567-1")
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FI"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation.name),
            x509.NameAttribute(
                NameOID.ORGANIZATION_IDENTIFIER, f"NTRFI-{organisation.business_id}"
            ),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _builder(
    *, subject: x509.Name, issuer: x509.Name, key: X509Key, at: datetime, days: int
) -> x509.CertificateBuilder:
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at)
        .not_valid_after(at + timedelta(days=days))
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(public), critical=False
        )
    )


def _point(url: str) -> x509.DistributionPoint:
    return x509.DistributionPoint(
        [x509.UniformResourceIdentifier(url)], None, None, None
    )


def _issuer_at(url: str) -> x509.AccessDescription:
    return x509.AccessDescription(
        AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(url)
    )


def _usage(*uses: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{**_NO_USE, **dict.fromkeys(uses, True)})


def _issuer_key(authority: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    own = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own.value)


def _signed(builder: x509.CertificateBuilder, key: X509Key) -> x509.Certificate:
    return builder.sign(key, SHA256(), ecdsa_deterministic=_draws_nothing(key))


def _draws_nothing(key: X509Key) -> bool | None:
    """Ask ECDSA for RFC 6979; RSA as we use it draws no random number anyway."""
    return None if isinstance(key, RSAPrivateKey) else True
