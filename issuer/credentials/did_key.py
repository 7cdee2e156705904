"""did:key of an Ed25519 key: the identifier is the public key itself.

For conformance tests only. A certificate's issuer is a did:web, since a did:key can
neither be rotated nor revoked. Follows the did:key method of W3C CCG, §3.1.
"""

from issuer.credentials import multibase
from issuer.domain.errors import IssuerError, sentence

_PREFIX = "did:key:"


class DidKeyMalformed(IssuerError):
    """The text is not the DID URL of an Ed25519 did:key's one key."""

    code = "did_key.malformed"
    sentence = sentence("This is not the key of an Ed25519 did:key: %(reason)s")


def did_of(raw: bytes) -> str:
    """Return the did:key of the 32 bytes of an Ed25519 public key."""
    return _PREFIX + multibase.encode_public_key(raw)


def key_id_of(raw: bytes) -> str:
    """Return the id of the one verification method of that did:key."""
    return f"{did_of(raw)}#{multibase.encode_public_key(raw)}"


def parse_key_id(text: str) -> bytes:
    """Return the 32 bytes of the public key that the DID URL `text` names.

    Its fragment repeats the DID's own value. Raises DidKeyMalformed.
    """
    did, _, fragment = text.partition("#")
    if not did.startswith(_PREFIX) or did.removeprefix(_PREFIX) != fragment:
        raise DidKeyMalformed(reason="it is not did:key:<key>#<key>")
    try:
        raw = multibase.decode_public_key(fragment)
    except multibase.MultibaseMalformed as error:
        raise DidKeyMalformed(reason=str(error)) from error
    if key_id_of(raw) != text:
        raise DidKeyMalformed(reason="the key is written in an unusual way")
    return raw
