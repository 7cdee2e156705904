"""The JSON Canonicalization Scheme, RFC 8785, for values without fractions."""

import rfc8785

from issuer.domain.errors import IssuerError, sentence


class NotCanonical(IssuerError):
    """The value has no canonical form here: a float, a huge integer, no JSON."""

    code = "jcs.not_canonical"
    sentence = sentence("This value cannot be written in canonical form: %(reason)s")


def canonical_bytes(value: object) -> bytes:
    """Return the one canonical UTF-8 form of `value` (RFC 8785 §3.2).

    Floats and integers beyond 2**53 - 1 are refused, as other software may write them
    otherwise. Raises NotCanonical.
    """
    try:
        _require_plain(value)
        return rfc8785.dumps(value)  # type: ignore[arg-type]
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise NotCanonical(reason=str(error)) from error
    except RecursionError as error:
        raise NotCanonical(reason="nested too deeply") from error


def _require_plain(value: object) -> None:
    if isinstance(value, dict):
        if not all(isinstance(name, str) for name in value):
            raise NotCanonical(reason="a member name that is no text")
        value = list(value.values())
    if isinstance(value, list | tuple):
        for member in value:
            _require_plain(member)
    elif not (value is None or isinstance(value, bool | int | str)):
        raise NotCanonical(reason=f"a value of type {type(value).__name__}")
