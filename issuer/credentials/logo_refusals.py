"""Why a logo is refused, in sentences that say what to do instead."""

from issuer.domain.errors import IssuerError, sentence


class LogoTooLarge(IssuerError):
    """The file is larger than a logo needs to be."""

    code = "logo.too_large"
    sentence = sentence(
        "The file is too large: at most %(limit)s kilobytes. "
        "Save a smaller or simpler picture."
    )


class LogoUnreadable(IssuerError):
    """The file is not a whole PNG or SVG."""

    code = "logo.unreadable"
    sentence = sentence(
        "The file is not a whole PNG or SVG picture. Save it again as one of them."
    )


class LogoPartRefused(IssuerError):
    """An SVG holds an element, an attribute or a value that no logo needs."""

    code = "logo.part_refused"
    sentence = sentence(
        "The picture holds “%(part)s”, which is not taken into a certificate. Save it "
        "as a plain SVG of shapes and colours, or as a PNG."
    )


class LogoTextRefused(IssuerError):
    """An SVG holds text, whose font is not in the file."""

    code = "logo.text_refused"
    sentence = sentence(
        "The picture holds text, and its font is not in the file. Turn the text into "
        "outlines in the drawing program and save it again."
    )


class LogoTooDetailed(IssuerError):
    """A picture has more shapes or pixels than a small logo on paper can show."""

    code = "logo.too_detailed"
    sentence = sentence(
        "The picture has more shapes or pixels than a logo on paper can show. "
        "Save a simpler or smaller one."
    )


class LogoMoves(IssuerError):
    """A PNG is animated, and paper shows one picture."""

    code = "logo.moves"
    sentence = sentence("The picture is animated. Save one picture of it as a PNG.")


class LogoShapeUnfit(IssuerError):
    """A picture is so narrow, or so low, that it has no place on the page."""

    code = "logo.shape_unfit"
    sentence = sentence(
        "The picture is too narrow or too low. Its width must be between a third of "
        "its height and eight times its height."
    )
