"""What makes a preview: its word across every page, a QR code that leads nowhere."""

_WORDS = {"fi": "ESIKATSELU", "sv": "FÖRHANDSVISNING", "en": "PREVIEW"}
WATERMARK_ADDRESS = "preview.svg"
# Behind the text and outside the tags, so that nobody's reading is in its way.
WATERMARK_CSS = (
    f'@page{{background-image:url("asset:{WATERMARK_ADDRESS}");'
    "background-repeat:no-repeat;background-size:100% 100%}"
)

_CODES = {
    "fi": "ESIKATSELU - ei todistus",
    "sv": "FÖRHANDSVISNING - inget intyg",
    "en": "PREVIEW - not a certificate",
}
# From corner to corner of an A4 page, 297 by 210 mm, the word is as long as this.
_LENGTH = 270
_WIDTH_OF_LETTER = 0.6


def preview_code(language: str) -> str:
    """Return what the QR code of a preview says: words, and no address."""
    return _CODES.get(language, _CODES["en"])


def preview_word(language: str) -> str:
    """Return the word that stands across the pages of a preview."""
    return _WORDS.get(language, _WORDS["en"])


def watermark_svg(language: str) -> bytes:
    """Return the word in large letters from one corner of the page to the other."""
    word = preview_word(language)
    size = round(_LENGTH / (len(word) * _WIDTH_OF_LETTER), 1)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 210 297">'
        f'<text x="105" y="{148.5 + size / 3:.1f}" text-anchor="middle" '
        f'transform="rotate(-54.7 105 148.5)" font-family="Certificate Sans" '
        f'font-weight="600" font-size="{size}" fill="#dde3e0">{word}</text></svg>'
    ).encode()
