"""The signature that we write out is, byte for byte, the one that pyHanko builds."""

import asyncio
from datetime import timedelta

import pytest
from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from issuer.credentials.cms_signature import SignatureForm
from issuer.credentials.pades_signer import room_for, sign_digest
from issuer.credentials.x509_seal import X509Seal
from tests.credentials.sealed_pdfs import MADE, STAMPED, authority, sealer

DIGESTS = [bytes([n]) * 32 for n in range(6)]


class PyHankoSigner(Signer):
    """pyHanko's own way to build the signature, over the same key."""

    def __init__(self, seal) -> None:
        own, *above = [asn1_x509.Certificate.load(each) for each in seal.chain]
        store = SimpleCertificateStore()
        store.register_multiple(above)
        super().__init__(signing_cert=own, cert_registry=store, embed_roots=False)
        self._seal = seal

    async def async_sign_raw(self, data, digest_algorithm, dry_run=False) -> bytes:
        assert digest_algorithm == "sha256"
        return self._seal.sign(data)


def built_by_pyhanko(digest: bytes, seal) -> bytes:
    signed = PyHankoSigner(seal).async_sign(digest, "sha256", use_pades=True)
    return asyncio.run(signed).dump()


def chain(key, *, names: list[str]) -> X509Seal:
    """Return a seal under as many authorities as there are names above its own."""
    keys = [key, *(ec.generate_private_key(ec.SECP256R1()) for _ in names[1:])]
    found = []
    for place, name in enumerate(names):
        above = min(place + 1, len(names) - 1)
        subject, issuer = (
            x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)])
            for each in (name, names[above])
        )
        found.append(
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(keys[place].public_key())
            .serial_number((1 << 158) + place if place % 2 else 200 + place)
            .not_valid_before(MADE)
            .not_valid_after(MADE + timedelta(days=900))
            .sign(keys[above], SHA256())
            .public_bytes(Encoding.DER)
        )
    return X509Seal(tuple(found), key)


@pytest.mark.parametrize("algorithm", ["p256", "rsa3072"])
@pytest.mark.parametrize("digest", DIGESTS)
def test_our_own_seals(algorithm: str, digest: bytes) -> None:
    seal = sealer(algorithm).seal
    made = sign_digest(digest, seal=seal, timestamper=None)
    assert made == built_by_pyhanko(digest, seal)


@pytest.mark.parametrize(
    "seal",
    [
        chain(ec.generate_private_key(ec.SECP384R1()), names=["Sinetti", "Juuri"]),
        chain(ec.generate_private_key(ec.SECP256R1()), names=["Yksin"]),
        chain(
            rsa.generate_private_key(65537, 4096),
            names=["Sinetti Oy", "Väli", "Ylempi " * 9, "Juuri"],
        ),
    ],
    ids=["p384", "self-signed", "rsa4096 under three"],
)
def test_a_providers_seals(seal: X509Seal) -> None:
    for digest in DIGESTS:
        made = sign_digest(digest, seal=seal, timestamper=None)
        theirs = cms.ContentInfo.load(built_by_pyhanko(digest, seal), strict=True)
        ours = cms.ContentInfo.load(made, strict=True)
        certificates = ours["content"]["certificates"]
        theirs_certificates = theirs["content"]["certificates"]
        assert {each.dump() for each in certificates} == {
            each.dump() for each in theirs_certificates
        }
        assert ours["content"]["signer_infos"].dump() == (
            theirs["content"]["signer_infos"].dump()
        )
        # X.690 §11.6: the elements of a SET OF stand in the order of their encoding.
        encoded = [each.dump() for each in certificates]
        assert encoded == sorted(encoded)
        assert 2 * len(made) < room_for(seal, has_timestamp=False)


def test_a_time_stamp_is_an_unsigned_attribute() -> None:
    seal = sealer().seal
    made = sign_digest(DIGESTS[0], seal=seal, timestamper=authority().at(STAMPED))
    info = cms.ContentInfo.load(made, strict=True)["content"]["signer_infos"][0]
    [attribute] = info["unsigned_attrs"]
    assert attribute["type"].native == "signature_time_stamp_token"
    without = sign_digest(DIGESTS[0], seal=seal, timestamper=None)
    bare = cms.ContentInfo.load(without)["content"]["signer_infos"][0]
    for member in ("signed_attrs", "signature", "sid"):
        assert info[member].dump() == bare[member].dump()


def test_a_length_of_any_size_is_written_as_der_has_it() -> None:
    form = SignatureForm.of(sealer().seal.chain)
    for size in (1, 0x7F, 0x80, 0xFF, 0x100, 0xFFFF, 0x10000):
        made = form.assemble(form.attributes(DIGESTS[0]), bytes(size))
        loaded = cms.ContentInfo.load(made, strict=True)
        info = loaded["content"]["signer_infos"][0]
        assert info["signature"].native == bytes(size)
        assert loaded.dump(force=True) == made


@pytest.mark.parametrize("chain_", [(b"",), (b"no certificate",), ()])
def test_what_is_no_certificate_is_no_form(chain_: tuple[bytes, ...]) -> None:
    with pytest.raises((ValueError, IndexError)):
        SignatureForm.of(chain_)
