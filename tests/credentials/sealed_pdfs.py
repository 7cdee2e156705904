"""Seals, a time-stamp authority and sealed pages to test the PDF's own seal with."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from issuer.credentials.pades import seal_pdf
from issuer.credentials.pades_long_term import add_long_term_data
from issuer.credentials.signer import open_private_key
from issuer.credentials.x509_profile import Organisation, build_revocation_list
from issuer.credentials.x509_seal import (
    SealCertificate,
    X509Seal,
    create_seal,
    list_seals,
    open_seal,
)
from tests.credentials.printed_pages import TEMPLATE, page_of
from tests.statements import DID, example_statement

PASSPHRASE = b"vain kokeisiin"
MADE = datetime(2026, 11, 1, tzinfo=UTC)
AT = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
STAMPED = AT + timedelta(minutes=1)
ORGANISATION = Organisation("Hiisijärven kunta", "1234567-1", DID)
WORDS = {
    "reason": "Hiisijärven kunta on sinetöinyt osaamistodistuksen",
    "location": "Hiisijärvi",
}
MAY_VOUCH = x509.KeyUsage(
    **dict.fromkeys(
        (
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "encipher_only",
            "decipher_only",
        ),
        False,
    ),
    key_cert_sign=True,
    crl_sign=True,
)
LEVELS = ("b_b", "b_t", "b_lt", "b_lta")


@dataclass(frozen=True, eq=False)
class Sealer:
    """A seal with what its folder holds."""

    folder: Path
    certificate: SealCertificate
    seal: X509Seal

    @property
    def roots(self) -> list[bytes]:
        return [self.certificate.anchor]

    def revocation_list(self, *revoked: tuple[int, datetime], at=AT) -> bytes:
        [path] = (self.folder / "private").glob("ca-*.pem")
        key = open_private_key(path, PASSPHRASE)
        return build_revocation_list(
            self.certificate.chain[1],
            authority_key=key,
            revoked=revoked,
            number=1,
            at=at,
            days=30,
        ).public_bytes(Encoding.DER)


def sealer(algorithm: str = "p256", name: str = ORGANISATION.name) -> Sealer:
    """Return a seal drawn once for this run of the tests."""
    return _sealer(algorithm, name)


@cache
def _sealer(algorithm: str, name: str) -> Sealer:
    folder = Path(mkdtemp(prefix="seals-"))
    organisation = Organisation(name, ORGANISATION.business_id, DID)
    create_seal(
        folder, organisation, algorithm=algorithm, passphrase=PASSPHRASE, at=MADE
    )
    [certificate] = list_seals(folder)
    return Sealer(folder, certificate, open_seal(folder, certificate, PASSPHRASE))


@dataclass(frozen=True, eq=False)
class TimestampAuthority:
    """An authority that answers in this process, with the time it is told."""

    root: bytes
    _certificate: asn1_x509.Certificate
    _key: keys.PrivateKeyInfo
    _root_key: rsa.RSAPrivateKey

    def revocation_list(self, at: datetime) -> bytes:
        root = x509.load_der_x509_certificate(self.root)
        return build_revocation_list(
            root, authority_key=self._root_key, revoked=(), number=1, at=at, days=30
        ).public_bytes(Encoding.DER)

    def at(self, moment: datetime) -> Callable[[bytes], bytes]:
        store = SimpleCertificateStore()
        store.register(asn1_x509.Certificate.load(self.root))
        stamper = DummyTimeStamper(
            self._certificate, self._key, certs_to_embed=store, fixed_dt=moment
        )

        def answer(request: bytes) -> bytes:
            asked = tsp.TimeStampReq.load(request)
            return stamper.request_tsa_response(asked).dump()

        return answer


def authority(
    days: int = 3653, since: datetime = MADE, crl_url: str = ""
) -> TimestampAuthority:
    """Return a time-stamp authority whose certificates end after `days`.

    With `crl_url` its certificate names a revocation list, as real ones do.
    """
    return _authority(days, since, crl_url)


@cache
def _authority(days: int, since: datetime, crl_url: str) -> TimestampAuthority:
    root_key = rsa.generate_private_key(65537, 3072)
    key = rsa.generate_private_key(65537, 3072)
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Aikaleimajuuri")])
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Aikaleimaaja")])

    def builder(subject, public):
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(root_name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(since)
            .not_valid_after(since + timedelta(days=days))
        )

    root = (
        builder(root_name, root_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(MAY_VOUCH, critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(root_key.public_key()),
            critical=False,
        )
        .sign(root_key, SHA256())
    )
    made = builder(name, key.public_key()).add_extension(
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
    )
    if crl_url:
        point = x509.DistributionPoint(
            [x509.UniformResourceIdentifier(crl_url)], None, None, None
        )
        made = made.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    own = made.sign(root_key, SHA256())
    return TimestampAuthority(
        root.public_bytes(Encoding.DER),
        asn1_x509.Certificate.load(own.public_bytes(Encoding.DER)),
        keys.PrivateKeyInfo.load(
            key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        ),
        root_key,
    )


def plain_page(
    language: str = "fi", units: int = 1, *, has_panel: bool = False
) -> bytes:
    """Return a page without a seal, with or without a panel that awaits one."""
    return _plain_page(language, units, has_panel)


@cache
def _plain_page(language: str, units: int, has_panel: bool) -> bytes:
    template = replace(TEMPLATE, has_seal_panel=has_panel)
    statement = example_statement(language=language, units=units)
    return page_of(statement, template=template)


def sealed_page(
    level: str = "b_b",
    language: str = "fi",
    units: int = 1,
    algorithm: str = "p256",
    *,
    has_panel: bool = False,
) -> bytes:
    """Return a page sealed at one of LEVELS."""
    return _sealed_page(level, language, units, algorithm, has_panel)


@cache
def _sealed_page(
    level: str, language: str, units: int, algorithm: str, has_panel: bool
) -> bytes:
    ours, stamps = sealer(algorithm), authority().at(STAMPED)
    pdf = seal_pdf(
        plain_page(language, units, has_panel=has_panel),
        seal=ours.seal,
        at=AT,
        timestamper=None if level == "b_b" else stamps,
        **WORDS,
    )
    if level in {"b_b", "b_t"}:
        return pdf
    return add_long_term_data(
        pdf,
        roots=[*ours.roots, authority().root],
        at=STAMPED,
        revocation_lists=[ours.revocation_list(at=STAMPED)],
        timestamper=stamps if level == "b_lta" else None,
    )
