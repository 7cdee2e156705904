"""What keeps a sealed PDF verifiable when certificates have expired: B-LT and B-LTA.

Certificates and revocation lists go into the document's security store; a document
time-stamp over all of it proves that they were there in time (ETSI EN 319 142-1 §5.4,
§5.5). To be done while the certificates are valid, and again before the certificate of
the newest time-stamp ends: then only that time-stamp's own data are added.
"""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from asn1crypto import crl  # type: ignore[import-untyped]
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.signers.pdf_signer import PdfTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore, collect_validation_info
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError
from pyhanko_certvalidator.policy_decl import CertRevTrustPolicy

from issuer.credentials.pades import OFF_THE_PAGE, PdfUnsealable, PlainUpdate
from issuer.credentials.pades_bytes import parse_roots
from issuer.credentials.pades_reader import BoundedReader
from issuer.credentials.pades_timestamps import (
    DIGEST,
    LARGEST_TOKEN,
    RequestedTimestamps,
    RequestTimestamp,
)
from issuer.credentials.pades_trust import Trusting, proven_since, rules_for
from issuer.credentials.pyhanko_calls import finish

_TIMESTAMP_FIELD = "Timestamp %d"


def add_long_term_data(
    pdf: bytes,
    *,
    roots: Iterable[bytes],
    at: datetime,
    revocation_lists: Sequence[bytes] = (),
    ocsp_responses: Sequence[bytes] = (),
    timestamper: RequestTimestamp | None = None,
) -> bytes:
    """Return the sealed `pdf` at level B-LT, or B-LTA with a `timestamper`.

    `roots` are those of seals and of time-stamps, in DER, as are the revocation lists
    and responses, none of which is fetched here. May be repeated. Raises PdfUnsealable
    for a PDF without a seal, with one that the roots do not vouch for at the time that
    its time-stamps prove, or if a certificate names a revocation list that is not
    given; TimestampRefused.
    """
    trusted = parse_roots(roots)
    lists = [crl.CertificateList.load(each) for each in revocation_lists]
    given: dict[str, Any] = {
        "trust_roots": list(trusted),
        "allow_fetching": False,
        "crls": lists,
        "ocsps": ocsp_responses,
    }
    trusting = Trusting(trusted, trusted, lists)
    try:
        return finish(_added(pdf, given, trusting, timestamper, at=at))
    except (PathBuildingError, PathValidationError) as error:
        raise PdfUnsealable(reason="its seal or time-stamp is not trusted") from error
    except (PdfError, KeyError, TypeError, ValueError) as error:
        raise PdfUnsealable(reason="it carries no seal of ours") from error


async def _added(
    pdf: bytes,
    given: dict[str, Any],
    trusting: Trusting,
    timestamper: RequestTimestamp | None,
    *,
    at: datetime,
) -> bytes:
    writer = PlainUpdate(pdf)
    reader = cast(BoundedReader, writer.prev)
    embedded: EmbeddedPdfSignature
    [embedded] = reader.embedded_regular_signatures
    stamps = list(reader.embedded_timestamp_signatures)
    if stamps:
        await _store(writer, stamps[-1], given, moment=at)
    else:
        since = await proven_since(reader, embedded, trusting, at=at)
        await _require_in_force(embedded, given, moment=since)
        await _store(writer, embedded, given, moment=since)
    if timestamper is None:
        output = io.BytesIO()
        writer.write(output)  # type: ignore[no-untyped-call]
        return output.getvalue()
    name = _TIMESTAMP_FIELD % (len(stamps) + 1)
    stamper = PdfTimeStamper(
        RequestedTimestamps(timestamper),
        field_name=name,
        invis_settings=OFF_THE_PAGE,
        readable_field_name=name,
    )
    stamped = await stamper.async_timestamp_pdf(
        writer, DIGEST, bytes_reserved=2 * LARGEST_TOKEN
    )
    whole: bytes = stamped.getvalue()
    return whole


async def _store(
    writer: PlainUpdate,
    signature: EmbeddedPdfSignature,
    given: dict[str, Any],
    *,
    moment: datetime,
) -> None:
    """Put what a signature and the time-stamp in it are checked by into the store."""
    context = ValidationContext(
        **given, moment=moment, revocation_mode="hard-fail", retroactive_revinfo=True
    )
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        sig_contents=None,  # an entry of its own is advised against (§5.4.2.3)
        paths=await collect_validation_info(signature, context),
        validation_context=context,
    )


async def _require_in_force(
    embedded: EmbeddedPdfSignature, given: dict[str, Any], *, moment: datetime
) -> None:
    """Raise PathValidationError if a list that is given revokes the seal by then."""
    own = embedded.signer_cert
    policy = CertRevTrustPolicy(rules_for(own, given["crls"]), retroactive_revinfo=True)
    await CertificateValidator(
        own,
        intermediate_certs=embedded.other_embedded_certs,
        validation_context=ValidationContext(
            **given, moment=moment, revinfo_policy=policy
        ),
    ).async_validate_path()
