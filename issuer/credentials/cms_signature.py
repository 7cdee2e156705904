"""The CMS signature of a PDF's seal, written out in DER (RFC 5652, EN 319 122-1).

All of it but the digest, the signature and a time-stamp is the same for every page of a
seal, so it is encoded once. Building it anew from objects takes a hundred times as long
and gives the same bytes, which the tests hold against pyHanko's.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from asn1crypto import x509  # type: ignore[import-untyped]

_DATA = bytes.fromhex("06092a864886f70d010701")
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_CONTENT_TYPE = bytes.fromhex("06092a864886f70d010903")
_MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
_SIGNING_CERTIFICATE_V2 = bytes.fromhex("060b2a864886f70d010910022f")
_TIMESTAMP_TOKEN = bytes.fromhex("060b2a864886f70d010910020e")
_SHA256 = bytes.fromhex("300d06096086480165030402010500")
_VERSION_1 = bytes.fromhex("020101")
# What the signature is made with, by the kind of the certificate's key.
_ALGORITHMS = {
    "ec": bytes.fromhex("300a06082a8648ce3d040302"),
    "rsa": bytes.fromhex("300d06092a864886f70d01010b0500"),
}
_SEQUENCE, _SET, _OCTETS, _CONTEXT_0, _CONTEXT_1 = 0x30, 0x31, 0x04, 0xA0, 0xA1
_NAME_IN_GENERAL = 0xA4  # GeneralName: directoryName, explicit


@dataclass(frozen=True, slots=True)
class SignatureForm:
    """What every signature of one seal has in common, in DER."""

    certificates: bytes
    signer_id: bytes
    signing_certificate: bytes
    algorithm: bytes

    @classmethod
    def of(cls, chain: Sequence[bytes]) -> "SignatureForm":
        """Return that of the seal whose certificate comes first in `chain`.

        A root is left out: who trusts it has it, and what is not in the file cannot be
        tampered with. ValueError for a certificate that cannot be read, KeyError for a
        key that is neither RSA nor of an elliptic curve.
        """
        parsed = [x509.Certificate.load(each, strict=True) for each in chain]
        own = parsed[0]
        issuer = own.issuer.dump()
        serial = own["tbs_certificate"]["serial_number"].dump()
        kept = [
            der
            for each, der in zip(parsed, chain, strict=True)
            if each is own or each.self_signed == "no"
        ]
        return cls(
            certificates=_tlv(_CONTEXT_0, *sorted(kept, key=_order_in_set)),
            signer_id=_tlv(_SEQUENCE, issuer, serial),
            signing_certificate=_attribute(
                _SIGNING_CERTIFICATE_V2,
                _signing_certificate(chain[0], issuer=issuer, serial=serial),
            ),
            algorithm=_ALGORITHMS[own.public_key.algorithm],
        )

    def attributes(self, digest: bytes) -> bytes:
        """Return the signed attributes over a document's SHA-256, as they are signed.

        The time of signing is not among them: the PDF says it (EN 319 142-1 §6.3).
        """
        return _tlv(
            _SET,
            *sorted(
                [
                    _attribute(_CONTENT_TYPE, _DATA),
                    _attribute(_MESSAGE_DIGEST, _tlv(_OCTETS, digest)),
                    self.signing_certificate,
                ],
                key=_order_in_set,
            ),
        )

    def assemble(
        self, attributes: bytes, signature: bytes, *, timestamp: bytes = b""
    ) -> bytes:
        """Return the whole ContentInfo; `timestamp` is a token on the signature."""
        unsigned = (
            _tlv(_CONTEXT_1, _attribute(_TIMESTAMP_TOKEN, timestamp))
            if timestamp
            else b""
        )
        signer = _tlv(
            _SEQUENCE,
            _VERSION_1,
            self.signer_id,
            _SHA256,
            # The attributes are signed as a SET and stored as [0] (RFC 5652 §5.4).
            bytes([_CONTEXT_0]) + attributes[1:],
            self.algorithm,
            _tlv(_OCTETS, signature),
            unsigned,
        )
        signed = _tlv(
            _SEQUENCE,
            _VERSION_1,
            _tlv(_SET, _SHA256),
            _tlv(_SEQUENCE, _DATA),
            self.certificates,
            _tlv(_SET, signer),
        )
        return _tlv(_SEQUENCE, _SIGNED_DATA, _tlv(_CONTEXT_0, signed))


def _signing_certificate(own: bytes, *, issuer: bytes, serial: bytes) -> bytes:
    """Return a SigningCertificateV2 naming the certificate by SHA-256 (RFC 5035 §3)."""
    names = _tlv(_SEQUENCE, _tlv(_NAME_IN_GENERAL, issuer))
    hashed = _tlv(_OCTETS, hashlib.sha256(own).digest())
    identified = _tlv(_SEQUENCE, hashed, _tlv(_SEQUENCE, names, serial))
    return _tlv(_SEQUENCE, _tlv(_SEQUENCE, identified))


def _attribute(kind: bytes, value: bytes) -> bytes:
    return _tlv(_SEQUENCE, kind, _tlv(_SET, value))


def _order_in_set(encoded: bytes) -> bytes:
    """Order as DER does the elements of a SET OF (X.690 §11.6)."""
    return encoded


def _tlv(tag: int, *content: bytes) -> bytes:
    body = b"".join(content)
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + body
