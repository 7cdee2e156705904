"""The certificates by which time-stamps are believed, as an operator keeps them."""

from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from issuer.domain.errors import IssuerError, sentence

_LARGEST = 1024 * 1024


class TimestampRootsUnfit(IssuerError):
    """The file named in TIMESTAMP_ROOTS_FILE holds no certificates."""

    code = "timestamp_roots.unfit"
    sentence = sentence(
        "The file %(file)s cannot be used: it must hold the certificates of the "
        "time-stamp authority's roots in PEM."
    )


def read_timestamp_roots(file: Path) -> tuple[bytes, ...]:
    """Return the certificates of a PEM file, in DER; raises TimestampRootsUnfit."""
    try:
        with file.open("rb") as opened:
            found = x509.load_pem_x509_certificates(opened.read(_LARGEST))
    except (OSError, ValueError) as error:
        raise TimestampRootsUnfit(file=str(file)) from error
    return tuple(each.public_bytes(Encoding.DER) for each in found)
