"""What someone presents to be checked: a sealed JSON file, or a PDF carrying one."""

from typing import Any

from issuer.credentials import bounded_json, pdf_attachment
from issuer.domain.errors import IssuerError
from issuer.domain.identifiers import Serial, SerialMalformed

Unreadable = (bounded_json.JsonRefused, pdf_attachment.PdfRefused)


def parse_presented(data: bytes) -> Any:  # noqa: ANN401 - any JSON value
    """Return the JSON value presented in `data`, itself JSON or a PDF.

    Nothing about it is trusted yet. Raises JsonRefused or PdfRefused.
    """
    if pdf_attachment.is_pdf(data):
        data = pdf_attachment.read_credential(data)
    return bounded_json.parse(data)


def peek_serial(data: bytes) -> str | None:
    """Return the serial that the presented credential claims for itself, untrusted."""
    try:
        document = parse_presented(data)
        claimed = document["id"].rpartition("/v/")[2]
        return str(Serial.parse(claimed))
    except (IssuerError, TypeError, KeyError, AttributeError):
        return None


def serial_of(document: dict[str, Any], *, public_url: str) -> str | None:
    """Return the serial in an id of our own making, printed form only, or None."""
    prefix = f"{public_url.rstrip('/')}/v/"
    claimed = str(document["id"])
    if not claimed.startswith(prefix):
        return None
    try:
        serial = str(Serial.parse(claimed.removeprefix(prefix)))
    except SerialMalformed:
        return None
    return serial if claimed == prefix + serial else None
