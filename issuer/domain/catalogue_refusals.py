"""Why a file or an answer does not become a catalogue edition; each names the place."""

from issuer.domain.errors import IssuerError, NotFound, sentence


class CatalogueRefused(IssuerError):
    """Something stands against an edition; nothing of it was stored."""

    code = "catalogue.refused"


class CatalogueTooLarge(CatalogueRefused):
    """The file is larger than any qualification."""

    code = "catalogue.too_large"
    sentence = sentence("“%(file)s” is larger than %(limit)s MB, so it was not read.")


class CatalogueNotText(CatalogueRefused):
    """The bytes are not UTF-8."""

    code = "catalogue.not_text"
    sentence = sentence(
        "“%(file)s” is not a text file: byte %(position)s is not UTF-8."
    )


class CatalogueNotJson(CatalogueRefused):
    """The text is not JSON, or breaks off."""

    code = "catalogue.not_json"
    sentence = sentence(
        "“%(file)s” is not whole JSON: it goes wrong at line %(line)s, column "
        "%(column)s (character %(position)s)."
    )


class CatalogueKeyRepeated(CatalogueRefused):
    """One object gives the same key twice, so that it has two meanings."""

    code = "catalogue.key_repeated"
    sentence = sentence(
        "“%(file)s” gives the key “%(key)s” twice in one object, so it is unclear "
        "which one holds."
    )


class CatalogueNumberRefused(CatalogueRefused):
    """A number that JSON does not know, or that no qualification can hold."""

    code = "catalogue.number_refused"
    sentence = sentence("“%(file)s” holds the number %(number)s, which is refused.")


class CatalogueTooDeep(CatalogueRefused):
    """Objects lie in objects deeper than in any qualification."""

    code = "catalogue.too_deep"
    sentence = sentence("“%(file)s” nests objects too deeply to be a qualification.")


class CatalogueShapeWrong(CatalogueRefused):
    """A value is of another kind than ePerusteet gives at that place."""

    code = "catalogue.shape_wrong"
    sentence = sentence(
        "“%(file)s”: %(place)s should be %(expected)s, but is %(found)s."
    )


class CatalogueHoldsIdentityCode(CatalogueRefused):
    """A text of the file holds a personal identity code."""

    code = "catalogue.personal_identity_code"
    sentence = sentence(
        "“%(file)s”: %(place)s holds a personal identity code, which is never stored."
    )


class NotAQualification(CatalogueRefused):
    """The JSON is whole but is no qualification of ePerusteet."""

    code = "catalogue.not_a_qualification"
    sentence = sentence(
        "“%(file)s” is not a qualification as ePerusteet gives it: %(place)s is "
        "missing."
    )


class NothingToCertify(CatalogueRefused):
    """No unit of the qualification has a single requirement."""

    code = "catalogue.nothing_to_certify"
    sentence = sentence(
        "“%(file)s” has nothing to certify: no unit in %(place)s has a requirement."
    )


class EditionMissing(NotFound):
    """No edition of that record number, or no second one to compare with."""

    code = "catalogue.edition_missing"
    sentence = sentence("There is no catalogue edition %(edition)s.")


class NothingToCompare(IssuerError):
    """A record number has one edition only."""

    code = "catalogue.nothing_to_compare"
    sentence = sentence(
        "%(record_number)s has one edition only, so there is nothing to compare."
    )
