"""The seal of a PDF as bytes alone: its CMS and the bytes under it, no PDF parsed.

A PDF parser is a large thing to let strangers' files into. So the signature is found by
its ByteRange and checked first; only a file whose beginning a seal of ours really
covers is parsed at all.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from asn1crypto import cms, x509  # type: ignore[import-untyped]
from pyhanko.sign.validation.generic_cms import (
    extract_certs_for_validation,
    validate_sig_integrity,
)
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError

from issuer.credentials.pyhanko_calls import finish

MOST_SIGNATURES = 16

_BYTE_RANGE = re.compile(
    rb"/ByteRange\s{0,4}\[\s{0,4}0\s{1,4}(\d{1,8})\s{1,4}(\d{1,8})\s{1,4}(\d{1,8})"
    rb"\s{0,64}\]"
)
_TRACES = (b"/ByteRange", b"/ETSI.CAdES.detached", b"/DocMDP")
_LARGEST_CMS = 65_536
_DIGESTS = {"sha256", "sha384", "sha512"}


class SealUnreadable(ValueError):
    """There is a signature, but not one that can be read as a seal."""


@dataclass(frozen=True, slots=True)
class SealBytes:
    """A signature in CMS, the digest of the bytes it covers, and where they end."""

    der: bytes
    signed: cms.SignedData
    signer: x509.Certificate
    others: tuple[x509.Certificate, ...]
    digest: bytes
    end: int

    @property
    def sealer(self) -> str:
        """The organisation's name in the certificate, or the common name."""
        subject = self.signer.subject.native
        return str(subject.get("organization_name") or subject.get("common_name", ""))

    def is_intact(self) -> bool:
        """Tell whether the signature is that of its certificate over these bytes."""
        info = self.signed["signer_infos"][0]
        return validate_sig_integrity(info, self.signer, "data", self.digest) == (
            True,
            True,
        )

    def is_anchored_in(self, roots: Sequence[x509.Certificate]) -> bool:
        """Tell whether the certificate was ever one that the roots vouch for."""
        context = ValidationContext(
            trust_roots=list(roots),
            other_certs=self.others,
            moment=self.signer.not_valid_before + timedelta(seconds=1),
            allow_fetching=False,
        )
        validator = CertificateValidator(self.signer, validation_context=context)
        try:
            finish(validator.async_validate_path())
        except (PathBuildingError, PathValidationError):
            return False
        return True


def parse_roots(roots: Iterable[bytes]) -> tuple[x509.Certificate, ...]:
    """Return the certificates given in DER; ValueError if one is not."""
    parsed = tuple(x509.Certificate.load(root, strict=True) for root in roots)
    for root in parsed:
        _ = root.subject.hashable, root.public_key  # parsing is put off until then
    return parsed


def has_traces(pdf: bytes) -> bool:
    """Tell whether anything in the file looks like part of a seal."""
    return any(trace in pdf for trace in _TRACES)


def read_seal_bytes(pdf: bytes) -> SealBytes:
    """Return the first signature of the file, which is the seal's.

    Raises SealUnreadable, and whatever a parser of DER says about a broken signature.
    """
    ranges = list(_BYTE_RANGE.finditer(pdf))
    if not 1 <= len(ranges) <= MOST_SIGNATURES:
        raise SealUnreadable
    first, after, rest = (int(number) for number in ranges[0].groups())
    end = after + rest
    if not 0 < first < after <= end <= len(pdf):
        raise SealUnreadable
    if first < ranges[0].end() and ranges[0].start() < after:
        raise SealUnreadable  # it would not cover itself
    der = _contents(pdf[first:after])
    signed = cms.ContentInfo.load(der)["content"]
    certificates = extract_certs_for_validation(signed)
    algorithm = signed["signer_infos"][0]["digest_algorithm"]["algorithm"].native
    if algorithm not in _DIGESTS or len(signed["signer_infos"]) != 1:
        raise SealUnreadable
    digest = hashlib.new(algorithm, pdf[:first])
    digest.update(pdf[after:end])
    return SealBytes(
        der=der,
        signed=signed,
        signer=certificates.signer_cert,
        others=tuple(certificates.other_certs),
        digest=digest.digest(),
        end=end,
    )


def _contents(between: bytes) -> bytes:
    """Return the DER in the gap of a ByteRange: hex digits, zeros behind.

    Only one spelling is taken, so that no byte of the file may change unseen.
    """
    digits = between[1:-1]
    if between[:1] != b"<" or between[-1:] != b">" or len(digits) > 2 * _LARGEST_CMS:
        raise SealUnreadable
    if digits not in {digits.upper(), digits.lower()}:
        raise SealUnreadable
    der = bytes.fromhex(digits.decode("ascii"))
    length = len(cms.ContentInfo.load(der).dump())
    if der[length:].strip(b"\0"):
        raise SealUnreadable
    return der[:length]
