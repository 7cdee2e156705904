"""Why a certificate's page cannot be made, in a child process or before sealing."""

from issuer.domain.errors import IssuerError, sentence


class PageRefused(IssuerError):
    """The page is not made; what was issued stands, only its PDF is missing."""

    code = "page.refused"
    sentence = sentence("The certificate's page cannot be made.")


class PageTooLarge(PageRefused):
    """The statement holds more requirements than one certificate carries."""

    code = "page.too_large"
    sentence = sentence(
        "The certificate holds %(count)s requirements, and one can carry at most "
        "%(limit)s. Issue it in parts, for example one unit at a time."
    )


class CharacterUnprintable(PageRefused):
    """A text holds a character that none of the certificate's fonts can show."""

    code = "page.character_unprintable"
    sentence = sentence(
        "The certificate cannot show these characters: %(characters)s. "
        "Write the text without them."
    )


class TemplateMissing(PageRefused):
    """There is no such template version, or it does not know the language."""

    code = "page.template_missing"
    sentence = sentence("There is no certificate template %(template)s.")


class TemplateUnfit(PageRefused):
    """The template's own files are at fault."""

    code = "page.template_unfit"
    sentence = sentence("The certificate template cannot be used: %(reason)s")


class TemplateChanged(PageRefused):
    """A template version is frozen, and its files are not what they were."""

    code = "page.template_changed"
    sentence = sentence(
        "The certificate template %(template)s was changed after certificates had been "
        "made with it. Put its files back as they were, and make the change in a new "
        "version."
    )


class ToolMissing(PageRefused):
    """A check needs a package that does not belong to the service itself."""

    code = "page.tool_missing"
    sentence = sentence(
        "This needs the package %(package)s, which the service itself does without. "
        "Install it: pip install %(package)s"
    )
