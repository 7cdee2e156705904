"""Reading a printed certificate as a stranger's phone would: pixels first."""

import pypdfium2
import zxingcpp

DPI = 150


def read_qr(pdf: bytes, *, dpi: int = DPI) -> str:
    """Return the text of the QR code on the first page, rasterised at `dpi`.

    Raises ValueError if the page shows no readable code, or more than one.
    """
    document = pypdfium2.PdfDocument(pdf)
    try:
        picture = document[0].render(scale=dpi / 72).to_pil()
    finally:
        document.close()
    wanted = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    found = zxingcpp.read_barcodes(picture, formats=wanted)
    if len(found) != 1:
        raise ValueError(f"{len(found)} QR codes on the page instead of one")
    return str(found[0].text)
