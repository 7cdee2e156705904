"""The certificates that a sealed PDF brings: what lists they name, when they end."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from asn1crypto import cms, x509  # type: ignore[import-untyped]
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from issuer.credentials.pades import PdfUnsealable
from issuer.credentials.pades_reader import BoundedReader


def list_addresses(pdf: bytes) -> list[str]:
    """Return where the certificates in the PDF say that revocation lists lie.

    Raises PdfUnsealable for what cannot be read.
    """
    try:
        reader = BoundedReader(pdf)
        found = [
            address
            for certificate in _every_certificate(reader.embedded_signatures)
            for address in _addresses(certificate)
        ]
    except (PdfError, KeyError, TypeError, ValueError) as error:
        raise PdfUnsealable(reason="it carries no seal of ours") from error
    return list(dict.fromkeys(found))


def newest_timestamp_ends(pdf: bytes) -> datetime | None:
    """Return when the certificate of the newest document time-stamp ends, or None.

    Raises PdfUnsealable for what cannot be read.
    """
    try:
        stamps = list(BoundedReader(pdf).embedded_timestamp_signatures)
        if not stamps:
            return None
        end: datetime = stamps[-1].signer_cert.not_valid_after
    except (PdfError, KeyError, TypeError, ValueError) as error:
        raise PdfUnsealable(reason="it carries no seal of ours") from error
    return end


def _every_certificate(
    signatures: Iterable[EmbeddedPdfSignature],
) -> Iterator[x509.Certificate]:
    for signature in signatures:
        yield signature.signer_cert
        yield from signature.other_embedded_certs
        yield from _of_timestamp(signature.signer_info)


def _of_timestamp(info: cms.SignerInfo) -> Iterator[x509.Certificate]:
    for attribute in info["unsigned_attrs"] or ():
        if attribute["type"].native == "signature_time_stamp_token":
            for token in attribute["values"]:
                found = extract_certs_for_validation(token["content"])
                yield found.signer_cert
                yield from found.other_certs


def _addresses(certificate: x509.Certificate) -> Iterator[str]:
    for point in certificate.crl_distribution_points:
        if point.url:
            yield str(point.url)
