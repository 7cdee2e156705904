"""Who vouches for a PDF's seal, and since when it is known to have been there.

Time-stamps carry a seal past the end of its certificate: each is judged at the time
that the one after it proves (ETSI EN 319 102-1 §5.6). Nothing is fetched.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import crl, x509  # type: ignore[import-untyped]
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.sign.validation import generic_cms
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.pdf_embedded import (
    EmbeddedPdfSignature,
    async_validate_pdf_signature,
    async_validate_pdf_timestamp,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import (
    SignatureCoverageLevel,
    TimestampSignatureStatus,
)
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)

from issuer.credentials import pades_sentences as texts
from issuer.credentials.inspection_checks import failed, passed, unknown
from issuer.credentials.pades_bytes import parse_roots
from issuer.credentials.pades_reader import BoundedReader
from issuer.credentials.pyhanko_calls import finish
from issuer.domain.verification import Check, Reason

_WHERE_DECLARED: RevocationCheckingPolicy = RevocationCheckingPolicy.from_legacy(
    "soft-fail"
)
_MUST_BE_LISTED = RevocationCheckingPolicy(
    ee_certificate_rule=RevocationCheckingRule.CRL_OR_OCSP_REQUIRED,
    intermediate_ca_cert_rule=RevocationCheckingRule.CHECK_IF_DECLARED_SOFT,
)
_MAY_SEAL = KeyUsageConstraints(
    key_usage={"non_repudiation", "digital_signature"}, match_all_key_usages=False
)


@dataclass(frozen=True, slots=True)
class Trusting:
    """Who may vouch for seals, and who for time-stamps."""

    roots: Sequence[x509.Certificate]
    timestamp_roots: Sequence[x509.Certificate]
    revocation_lists: Sequence[crl.CertificateList]


async def check_sealer(
    reader: BoundedReader,
    embedded: EmbeddedPdfSignature,
    trusting: Trusting,
    *,
    at: datetime,
) -> Check:
    """Check who sealed; raises whatever pyHanko says about a broken file."""
    held_at = await proven_since(reader, embedded, trusting, at=at)
    status = await async_validate_pdf_signature(
        embedded,
        signer_validation_context=_sealer_context(
            reader, embedded, trusting, moment=held_at
        ),
        ts_validation_context=_context(reader, trusting.timestamp_roots, moment=at),
        key_usage_settings=_MAY_SEAL,
        skip_diff=True,
    )
    own = embedded.signer_cert
    if status.revoked:
        return failed("pdf_sealer", Reason.SEAL_REVOKED, texts.SEALER_REVOKED)
    if not own.not_valid_before <= held_at <= own.not_valid_after:
        return unknown("pdf_sealer", Reason.SEAL_EXPIRED, texts.SEALER_EXPIRED)
    if not (status.intact and status.valid and status.trusted):
        return unknown("pdf_sealer", Reason.SEAL_UNKNOWN, texts.SEALER_UNKNOWN)
    return passed("pdf_sealer", texts.SEALER_KNOWN)


async def proven_since(
    reader: BoundedReader,
    embedded: EmbeddedPdfSignature,
    trusting: Trusting,
    *,
    at: datetime,
) -> datetime:
    """Return the earliest time at which the seal is known to have been there.

    Each time-stamp is judged at the time that the one after it proves.
    """
    since = at
    for stamp in reversed(list(reader.embedded_timestamp_signatures)):
        context = _context(reader, trusting.timestamp_roots, moment=since)
        status = await async_validate_pdf_timestamp(stamp, context, skip_diff=True)
        covers = stamp.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
        if covers and status.intact and status.valid and status.trusted:
            since = min(since, status.timestamp)
    found = await generic_cms.collect_timing_info(
        embedded.signer_info,
        _context(reader, trusting.timestamp_roots, moment=since),
        raw_digest=embedded.compute_digest,
    )
    inner = found.get("timestamp_validity")
    if inner and inner.intact and inner.valid and inner.trusted:
        since = min(since, inner.timestamp)
    return since


def find_newest_timestamp(
    pdf: bytes, *, timestamp_roots: Iterable[bytes], at: datetime
) -> datetime | None:
    """Return the time of the PDF's newest time-stamp if it is believed at `at`.

    None where there is none, its signature is broken or no root vouches for it. For
    pages of our own making: raises whatever pyHanko says about a broken file.
    """
    reader = BoundedReader(pdf)
    context = _context(reader, parse_roots(timestamp_roots), moment=at)
    status = finish(_newest_timestamp(reader, context))
    if status is None or not (status.intact and status.valid and status.trusted):
        return None
    stamped: datetime = status.timestamp
    return stamped


async def _newest_timestamp(
    reader: BoundedReader, context: ValidationContext
) -> TimestampSignatureStatus | None:
    if stamps := list(reader.embedded_timestamp_signatures):
        return await async_validate_pdf_timestamp(stamps[-1], context, skip_diff=True)
    embedded: EmbeddedPdfSignature
    [embedded] = reader.embedded_regular_signatures
    found = await generic_cms.collect_timing_info(
        embedded.signer_info, context, raw_digest=embedded.compute_digest
    )
    inner: TimestampSignatureStatus | None = found.get("timestamp_validity")
    return inner


def _sealer_context(
    reader: BoundedReader,
    embedded: EmbeddedPdfSignature,
    trusting: Trusting,
    *,
    moment: datetime,
) -> ValidationContext:
    """Return the context to judge the seal's certificate in at `moment`.

    A list of its issuer, the caller's or the file's, must be asked, even where the
    certificate names none. It counts if it was made later: it tells since when.
    """
    lists = [*trusting.revocation_lists, *_lists_in(reader)]
    rules = rules_for(embedded.signer_cert, lists)
    return _context(
        reader,
        trusting.roots,
        moment=moment,
        crls=trusting.revocation_lists,
        rules=rules,
    )


def rules_for(
    certificate: x509.Certificate, lists: Iterable[crl.CertificateList]
) -> RevocationCheckingPolicy:
    """Return rules that ask a list if the certificate's issuer made one of these."""
    issuer: object = certificate.issuer.hashable
    if any(each.issuer.hashable == issuer for each in lists):
        return _MUST_BE_LISTED
    return _WHERE_DECLARED


def _context(
    reader: BoundedReader,
    roots: Sequence[x509.Certificate],
    *,
    moment: datetime,
    crls: Sequence[crl.CertificateList] = (),
    rules: RevocationCheckingPolicy = _WHERE_DECLARED,
) -> ValidationContext:
    """Return a context of these roots and the file's own data, for that moment."""
    given: dict[str, Any] = {
        "trust_roots": list(roots),
        "moment": moment,
        "allow_fetching": False,
        "revinfo_policy": CertRevTrustPolicy(rules, retroactive_revinfo=True),
        "crls": list(crls),
    }
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return ValidationContext(**given)
    return store.as_validation_context(given)


def _lists_in(reader: BoundedReader) -> list[crl.CertificateList]:
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return []
    return [
        crl.CertificateList.load(each.get_object().read_data(DecodePurpose.CRL))
        for each in store.crls
    ]
