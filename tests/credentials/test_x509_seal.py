"""X.509 seals: what the certificates say, where the keys lie, what is refused."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from issuer.credentials.key_ring import KeyRing, PublicKeyUnreadable
from issuer.credentials.public_key import PublicKeyUnfit
from issuer.credentials.signer import (
    KeyFileExposed,
    KeyFileUnreadable,
    PassphraseMissing,
    PassphraseWrong,
    create_issuer_keys,
)
from issuer.credentials.x509_key import read_pkcs12
from issuer.credentials.x509_profile import PURPOSES, Organisation
from issuer.credentials.x509_seal import (
    add_seal,
    create_seal,
    list_seals,
    open_seal,
)
from tests.credentials.sealed_pdfs import MADE, ORGANISATION, PASSPHRASE
from tests.statements import DID


def made(folder: Path, algorithm: str = "p256", **changes):
    given = {"algorithm": algorithm, "passphrase": PASSPHRASE, "at": MADE, **changes}
    return create_seal(folder, given.pop("organisation", ORGANISATION), **given)


def extension(certificate: x509.Certificate, kind: type):
    return certificate.extensions.get_extension_for_class(kind)


@pytest.mark.parametrize("algorithm", ["p256", "rsa3072"])
def test_the_certificates_say_who_and_what_for(tmp_path: Path, algorithm: str) -> None:
    own, authority = made(tmp_path, algorithm).chain

    names = {each.oid: each.value for each in own.subject}
    assert names == {
        NameOID.COUNTRY_NAME: "FI",
        NameOID.ORGANIZATION_NAME: "Hiisijärven kunta",
        NameOID.ORGANIZATION_IDENTIFIER: "NTRFI-1234567-1",
        NameOID.COMMON_NAME: "Hiisijärven kunta",
    }
    usage = extension(own, x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.content_commitment
    assert not usage.value.key_cert_sign
    assert tuple(extension(own, x509.ExtendedKeyUsage).value) == PURPOSES
    assert not extension(own, x509.BasicConstraints).value.ca
    [uri] = extension(own, x509.SubjectAlternativeName).value
    assert uri.value == DID
    with pytest.raises(x509.ExtensionNotFound):
        extension(own, x509.CRLDistributionPoints)

    limits = extension(authority, x509.BasicConstraints)
    assert limits.critical
    assert limits.value == x509.BasicConstraints(ca=True, path_length=0)
    usage = extension(authority, x509.KeyUsage).value
    assert usage.key_cert_sign
    assert usage.crl_sign
    assert not usage.digital_signature

    own.verify_directly_issued_by(authority)
    authority.verify_directly_issued_by(authority)
    assert (
        extension(own, x509.AuthorityKeyIdentifier).value.key_identifier
        == extension(authority, x509.SubjectKeyIdentifier).value.digest
    )
    assert own.not_valid_after_utc - MADE == timedelta(days=1826)
    assert authority.not_valid_after_utc - MADE == timedelta(days=7305)


def test_a_list_of_revoked_ones_has_its_address(tmp_path: Path) -> None:
    seal = made(tmp_path, base_url="https://todistus.example/org/hiisi")
    address = f"https://todistus.example/org/hiisi/{seal.authority}"
    [point] = extension(seal.certificate, x509.CRLDistributionPoints).value
    assert point.full_name[0].value == f"{address}.crl"
    [access] = extension(seal.certificate, x509.AuthorityInformationAccess).value
    assert access.access_location.value == f"{address}.cer"


def test_openssl_builds_the_path(tmp_path: Path, openssl: Path) -> None:
    for name, each in zip(("own", "ca"), made(tmp_path).chain, strict=True):
        (tmp_path / f"{name}.pem").write_bytes(each.public_bytes(Encoding.PEM))
    own, trusted = tmp_path / "own.pem", ("-CAfile", tmp_path / "ca.pem")
    when = f"{MADE.timestamp() + 9:.0f}"
    subprocess.run(
        [openssl, "verify", "-x509_strict", "-attime", when, *trusted, own],
        check=True,
        capture_output=True,
    )


@pytest.mark.parametrize("algorithm", ["p256", "rsa3072"])
def test_private_halves_lie_encrypted_for_the_owner_alone(
    tmp_path: Path, algorithm: str
) -> None:
    seal = made(tmp_path, algorithm)
    private = sorted((tmp_path / "private").iterdir())

    assert [path.name[:3] for path in private] == ["ca-", "sea"]
    for path in private:
        assert path.stat().st_mode & 0o777 == 0o400
        assert b"BEGIN ENCRYPTED PRIVATE KEY" in path.read_bytes()
    assert list_seals(tmp_path) == [seal]
    opened = open_seal(tmp_path, seal, PASSPHRASE)
    assert opened.sign(b"a") == opened.sign(b"a") != opened.sign(b"b")
    assert "key" not in repr(opened).lower()


def test_seals_lie_beside_the_other_keys_unnoticed(tmp_path: Path) -> None:
    create_issuer_keys(tmp_path, controller=DID, passphrase=PASSPHRASE, at=MADE)
    before = KeyRing.load(tmp_path / "public")
    made(tmp_path)
    assert KeyRing.load(tmp_path / "public") == before


def test_the_public_file_says_whose_it_is(tmp_path: Path) -> None:
    seal = made(tmp_path, is_demo=True)
    text = (tmp_path / "public" / "x509" / f"{seal.name}.pem").read_text()
    assert text.startswith(f"did: {DID}\nadded: 2026-11-01T00:00:00Z\n")
    assert "\nauthority: own\ndemo: true\n-----BEGIN" in text
    assert text.count("BEGIN CERTIFICATE") == 2


@pytest.mark.parametrize(
    ("name", "business_id"),
    [("", "1234567-1"), ("k" * 65, "1234567-1"), ("Kunta", "12345671"), ("Kunta", "")],
)
def test_an_organisation_that_does_not_fit_leaves_no_file(
    tmp_path: Path, name: str, business_id: str
) -> None:
    with pytest.raises(PublicKeyUnfit):
        made(tmp_path, organisation=Organisation(name, business_id, DID))
    assert list(tmp_path.iterdir()) == []


def test_no_passphrase_no_key(tmp_path: Path) -> None:
    with pytest.raises(PassphraseMissing):
        made(tmp_path, passphrase=b"")
    assert list(tmp_path.iterdir()) == []
    assert list_seals(tmp_path) == []


def test_what_cannot_be_opened_is_said(tmp_path: Path) -> None:
    seal, other = made(tmp_path), made(tmp_path)
    path = tmp_path / "private" / f"{seal.name}.pem"
    with pytest.raises(PassphraseWrong):
        open_seal(tmp_path, seal, b"wrong")
    path.chmod(0o444)
    with pytest.raises(KeyFileExposed):
        open_seal(tmp_path, seal, PASSPHRASE)
    path.unlink()
    with pytest.raises(KeyFileUnreadable):
        open_seal(tmp_path, seal, PASSPHRASE)
    path.write_bytes((tmp_path / "private" / f"{other.name}.pem").read_bytes())
    path.chmod(0o400)
    with pytest.raises(KeyFileUnreadable, match="not the private half"):
        open_seal(tmp_path, seal, PASSPHRASE)


@pytest.mark.parametrize(
    "text", [b"", b"did: did:web:a\n", b"\xff", b"did: did:web:a\nadded: today\n"]
)
def test_a_public_file_that_is_none_is_named(tmp_path: Path, text: bytes) -> None:
    seal = made(tmp_path)
    path = tmp_path / "public" / "x509" / f"{seal.name}.pem"
    path.chmod(0o644)
    path.write_bytes(text)
    with pytest.raises(PublicKeyUnreadable, match=seal.name):
        list_seals(tmp_path)


# What a trust service provider hands over -----


def issued(key, *, uses=("digital_signature", "content_commitment"), days=700):
    """Return a certificate for `key` and its issuer's, as of a foreign provider."""
    names = ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only")
    no_use = dict.fromkeys(
        (*names, "decipher_only", "key_cert_sign", "crl_sign"), False
    ) | {"digital_signature": False, "content_commitment": False}
    root_key = rsa.generate_private_key(65537, 2048)
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Luottamus Oy")])

    def build(name, public):
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(root_name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(MADE - timedelta(days=30))
            .not_valid_after(MADE + timedelta(days=days))
        )

    root = (
        build("Luottamus Oy", root_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(root_key, SHA256())
    )
    usage = x509.KeyUsage(**{**no_use, **dict.fromkeys(uses, True)})
    own = build("Hiisijärven kunta", key.public_key()).add_extension(
        usage, critical=True
    )
    return own.sign(root_key, SHA256()), root


def packed(key, certificate, *others) -> bytes:
    return pkcs12.serialize_key_and_certificates(
        b"seal", key, certificate, others, BestAvailableEncryption(b"pass")
    )


@pytest.mark.parametrize(
    "key",
    [
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP384R1()),
        rsa.generate_private_key(65537, 2048),
    ],
    ids=["p256", "p384", "rsa2048"],
)
def test_a_providers_seal_is_kept_and_opened(tmp_path: Path, key) -> None:
    certificate, root = issued(key)
    _, stranger = issued(key)
    found, own, others = read_pkcs12(
        packed(key, certificate, stranger, root), b"pass", file="seal.p12"
    )
    added = add_seal(
        tmp_path,
        did=DID,
        key=found,
        certificate=own,
        others=others,
        passphrase=PASSPHRASE,
        at=MADE,
    )
    assert added.chain == (certificate, root)
    assert list_seals(tmp_path) == [added]
    # Anybody may buy a seal of the same provider: its authority vouches for nobody.
    assert added.anchor == certificate.public_bytes(Encoding.DER)
    assert open_seal(tmp_path, added, PASSPHRASE).chain[1] == root.public_bytes(
        Encoding.DER
    )


def test_what_is_no_seal_is_not_kept(tmp_path: Path) -> None:
    key, other = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    cases = (
        (issued(other), MADE, "not that of the key"),
        (issued(key), MADE + timedelta(days=800), "not valid today"),
        (issued(key, uses=("key_encipherment",)), MADE, "not one for signing"),
    )
    for (certificate, root), at, reason in cases:
        with pytest.raises(PublicKeyUnfit, match=reason):
            add_seal(
                tmp_path,
                did=DID,
                key=key,
                certificate=certificate,
                others=[root],
                passphrase=PASSPHRASE,
                at=at,
            )
    assert list(tmp_path.iterdir()) == []


def test_a_pkcs12_file_that_will_not_do_is_said() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate, root = issued(key)
    edwards = ed25519.Ed25519PrivateKey.generate()
    with pytest.raises(PassphraseWrong):
        read_pkcs12(packed(key, certificate), b"wrong", file="seal.p12")
    for data in (
        b"",
        b"no file",
        packed(None, None, root),
        packed(edwards, issued(edwards)[0]),
        packed(rsa.generate_private_key(65537, 1024), None),  # noqa: S505
    ):
        with pytest.raises(KeyFileUnreadable, match=r"seal\.p12"):
            read_pkcs12(data, b"pass", file="seal.p12")
