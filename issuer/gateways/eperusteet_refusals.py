"""What can go wrong between us and ePerusteet; each says what to do about it."""

from issuer.domain.errors import IssuerError, sentence


class EperusteetFailed(IssuerError):
    """The fetch came to nothing; nothing was stored."""

    code = "eperusteet.failed"


class EperusteetUnreachable(EperusteetFailed):
    """No connection, or it broke."""

    code = "eperusteet.unreachable"
    sentence = sentence("%(url)s could not be reached: %(reason)s.")


class EperusteetTooSlow(EperusteetFailed):
    """A connection, a reading or the whole fetch took too long."""

    code = "eperusteet.too_slow"
    sentence = sentence(
        "%(url)s did not answer in time. Try again later, or download the file "
        "yourself and use `flask catalogue import`."
    )


class EperusteetRedirects(EperusteetFailed):
    """The address points elsewhere; we follow nobody."""

    code = "eperusteet.redirects"
    sentence = sentence(
        "%(url)s redirects to %(location)s. Redirects are not followed: if that is the "
        "right place, set EPERUSTEET_URL to it."
    )


class EperusteetAnswered(EperusteetFailed):
    """Any answer but 200."""

    code = "eperusteet.answered"
    sentence = sentence("%(url)s answered with status %(status)s, not 200.")


class EperusteetBrokeOff(EperusteetFailed):
    """The answer ended before its announced length."""

    code = "eperusteet.broke_off"
    sentence = sentence(
        "The answer of %(url)s broke off after %(received)s bytes. Try again."
    )


class EperusteetNotJson(EperusteetFailed):
    """The answer is of another kind than JSON."""

    code = "eperusteet.not_json"
    sentence = sentence("%(url)s answered with “%(kind)s”, not with JSON.")


class EperusteetTooLarge(EperusteetFailed):
    """The answer is larger than any qualification, or the search than any search."""

    code = "eperusteet.too_large"
    sentence = sentence("The answer of %(url)s is larger than %(limit)s.")


class QualificationMissing(EperusteetFailed):
    """The search found no qualification of exactly that record number."""

    code = "eperusteet.qualification_missing"
    sentence = sentence(
        "ePerusteet knows no qualification with the record number %(record_number)s. "
        "It is written like OPH-901-2020."
    )


class QualificationAmbiguous(EperusteetFailed):
    """The search found several qualifications of that record number."""

    code = "eperusteet.qualification_ambiguous"
    sentence = sentence(
        "ePerusteet has several qualifications with the record number "
        "%(record_number)s (ids %(ids)s). Download the right one and use "
        "`flask catalogue import`."
    )


class CallerIdWrong(EperusteetFailed):
    """The `Caller-id` of the settings cannot be sent."""

    code = "eperusteet.caller_id_wrong"
    sentence = sentence("CALLER_ID may hold only printable ASCII characters.")


class EperusteetAddressWrong(EperusteetFailed):
    """The base address of the settings is not one."""

    code = "eperusteet.address_wrong"
    sentence = sentence("EPERUSTEET_URL is not an http or https address: %(url)s.")
