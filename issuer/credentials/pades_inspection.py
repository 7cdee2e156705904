"""Does a PDF's own seal hold? Checks of a PAdES signature, each with its answer.

First the bytes: the signature, and whether a root vouches for it. Then the structure,
read within bounds: whether the seal covers the file, and what was added since. Last the
time: time-stamps carry the seal past the end of its certificate, the newest first
(ETSI EN 319 102-1 §5.6). Nothing is fetched; `at` is the only clock.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from asn1crypto import crl  # type: ignore[import-untyped]
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from issuer.credentials import pades_sentences as texts
from issuer.credentials.inspection_checks import failed, passed, unknown
from issuer.credentials.pades_bytes import (
    SealBytes,
    has_traces,
    parse_roots,
    read_seal_bytes,
)
from issuer.credentials.pades_reader import (
    LARGEST_SEALED,
    BoundedReader,
    PdfBeyondBounds,
)
from issuer.credentials.pades_trust import Trusting, check_sealer
from issuer.credentials.pyhanko_calls import finish
from issuer.domain.verification import Check, Outcome, Reason

_SEAL = "pdf_seal"
PDF_CHECKS = (_SEAL, "pdf_bytes", "pdf_sealer", "pdf_whole", "pdf_locked")


def inspect_pdf(
    pdf: bytes,
    *,
    roots: Iterable[bytes],
    at: datetime,
    timestamp_roots: Iterable[bytes] = (),
    revocation_lists: Iterable[bytes] = (),
    known_since: datetime | None = None,
) -> tuple[Check, ...]:
    """Check the PDF's own seal; always the checks of PDF_CHECKS, in that order.

    `roots` and `timestamp_roots` are certificates in DER, `revocation_lists` what the
    caller knows beside what the file brings; ValueError if one is not. `known_since` is
    since when the caller knows of this very seal, which stands for a time-stamp. Raises
    nothing that a file could cause.
    """
    if len(pdf) > LARGEST_SEALED:
        return _filled([unknown(_SEAL, Reason.SEAL_TOO_LARGE, texts.SEAL_TOO_LARGE)])
    if not has_traces(pdf):
        return _filled([unknown(_SEAL, Reason.SEAL_ABSENT, texts.SEAL_ABSENT)])
    trusting = Trusting(
        parse_roots(roots),
        parse_roots(timestamp_roots),
        [crl.CertificateList.load(each, strict=True) for each in revocation_lists],
    )
    try:
        return _inspected(pdf, trusting, at=min(at, known_since or at))
    except PdfBeyondBounds:
        return _filled([unknown(_SEAL, Reason.SEAL_TOO_LARGE, texts.SEAL_TOO_LARGE)])
    except Exception:  # a broken file can fail in any place of the libraries
        return _filled([failed(_SEAL, Reason.ALTERED, texts.SEAL_BROKEN)])


def conclude_seal(checks: Iterable[Check]) -> Check:
    """Return one check for all of `inspect_pdf`: any failure fails, any unknown opens.

    Its sentence is that of the check that decides; without any it is unknown.
    """
    found = list(checks)
    if not found:
        return unknown(_SEAL, Reason.NOT_REACHED, texts.SEAL_NOT_REACHED)
    for outcome in (Outcome.FAILED, Outcome.UNKNOWN):
        for check in found:
            if check.outcome is outcome:
                return replace(check, name=_SEAL)
    is_whole = any(check.text == texts.WHOLE_FILE for check in found)
    text = texts.SEAL_HOLDS if is_whole else texts.SEAL_HOLDS_WITH_DATA
    return replace(found[0], text=text)


def sealed_part(pdf: bytes) -> bytes:
    """Return the file as far as its first signature reaches; all of it without one."""
    try:
        return pdf[: read_seal_bytes(pdf).end]
    except Exception:  # a broken signature can fail in any place of the libraries
        return pdf


def _inspected(pdf: bytes, trusting: Trusting, *, at: datetime) -> tuple[Check, ...]:
    seal = read_seal_bytes(pdf)
    found = [passed(_SEAL, texts.SEAL_READ, sealer=seal.sealer)]
    if not seal.is_intact():
        found.append(failed("pdf_bytes", Reason.ALTERED, texts.BYTES_CHANGED))
        return _filled(found)
    found.append(passed("pdf_bytes", texts.BYTES_GOOD))
    if not seal.is_anchored_in(trusting.roots):
        found.append(unknown("pdf_sealer", Reason.SEAL_UNKNOWN, texts.SEALER_UNKNOWN))
        return _filled(found)
    reader = BoundedReader(pdf)
    embedded = _same_seal(reader, seal)
    embedded.compute_integrity_info()  # type: ignore[no-untyped-call]
    found.append(finish(check_sealer(reader, embedded, trusting, at=at)))
    found.append(_whole(reader, embedded))
    found.append(_locked(reader, embedded))
    return tuple(found)


def _same_seal(reader: BoundedReader, seal: SealBytes) -> EmbeddedPdfSignature:
    """Return the structure's one signature; raise unless it is that of the bytes."""
    embedded: EmbeddedPdfSignature
    [embedded] = reader.embedded_regular_signatures
    if not embedded.pkcs7_content.startswith(seal.der):
        raise ValueError("the structure names another signature")
    return embedded


def _whole(reader: BoundedReader, embedded: EmbeddedPdfSignature) -> Check:
    coverage: Any = embedded.coverage
    changes: Any = embedded.diff_result
    if coverage is SignatureCoverageLevel.ENTIRE_FILE:
        return passed("pdf_whole", texts.WHOLE_FILE)
    if (
        coverage is SignatureCoverageLevel.ENTIRE_REVISION
        and _adds_only_what_it_may(reader, since=embedded.signed_revision)
        and isinstance(changes, DiffResult)
        and changes.modification_level is ModificationLevel.LTA_UPDATES
    ):
        return passed("pdf_whole", texts.WHOLE_PAGE)
    return failed("pdf_whole", Reason.ALTERED, texts.SOMETHING_ADDED)


def _adds_only_what_it_may(reader: BoundedReader, *, since: int) -> bool:
    """Tell whether there is a later revision and each has a reason to be there.

    Its reason is a document time-stamp, or something new in the security store. That
    nothing else changed is for the comparison of revisions to say.
    """
    stamped = {stamp.signed_revision for stamp in reader.embedded_timestamp_signatures}
    later = set(range(since + 1, reader.total_revisions))
    unexplained = later - stamped
    if unexplained and "/DSS" in reader.root:
        store = reader.root.get_value_as_reference("/DSS")
        unexplained = {
            revision
            for revision in unexplained
            if store not in reader.xrefs.explicit_refs_in_revision(revision)
        }
    return bool(later) and not unexplained


def _locked(reader: BoundedReader, embedded: EmbeddedPdfSignature) -> Check:
    certified = reader.root["/Perms"].raw_get("/DocMDP").get_object()
    if (
        certified.raw_get("/Contents").original_bytes == embedded.pkcs7_content
        and embedded.docmdp_level is MDPPerm.NO_CHANGES
        and embedded.summarise_integrity_info()["docmdp_ok"]
    ):
        return passed("pdf_locked", texts.LOCKED)
    return failed("pdf_locked", Reason.SEAL_UNLOCKED, texts.NOT_LOCKED)


def _filled(found: list[Check]) -> tuple[Check, ...]:
    return (*found, *_not_reached(PDF_CHECKS[len(found) :]))


def _not_reached(names: Iterable[str]) -> Iterator[Check]:
    for name in names:
        yield unknown(name, Reason.NOT_REACHED, texts.SEAL_NOT_REACHED)
