"""The DID method did:web: our public URL as a DID, and the document behind it.

Keys stay listed as long as their credentials live, and the next key is listed before
it signs. A revoked key is listed with its `revoked` time and may assert no more.
"""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from issuer.credentials.contexts import MULTIKEY_V1
from issuer.credentials.key_ring import PublicKey, instant_text
from issuer.credentials.public_key import ED25519, P256
from issuer.domain.errors import IssuerError, sentence

_DID_V1 = "https://www.w3.org/ns/did/v1"
_JWK_V1 = "https://w3id.org/security/jwk/v1"
_CONTEXTS = {ED25519: MULTIKEY_V1, P256: _JWK_V1}
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*")
_AUTHORITY = re.compile(_HOST.pattern + r"(?::[1-9][0-9]{0,4})?")
_SEGMENT = re.compile(r"[A-Za-z0-9._-]+")


class DidMalformed(IssuerError):
    """The URL cannot be a did:web, or the text is none."""

    code = "did_web.malformed"
    sentence = sentence("This is no address of an issuer: %(value)s")


def build_did(public_url: str) -> str:
    """Return the did:web of an http(s) URL; a port is percent-encoded.

    Raises DidMalformed (did:web method specification, "Method-specific identifier").
    """
    try:
        parts = urlsplit(public_url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise DidMalformed(value=public_url) from error
    segments = [segment for segment in parts.path.split("/") if segment]
    is_plain = (
        parts.scheme in {"http", "https"}
        and _HOST.fullmatch(host)
        and not (parts.query or parts.fragment or parts.username)
        and all(_SEGMENT.fullmatch(segment) for segment in segments)
    )
    if not is_plain:
        raise DidMalformed(value=public_url)
    authority = host if port is None else quote(f"{host}:{port}", safe="")
    return ":".join(["did", "web", authority, *segments])


def document_location(did: str) -> str:
    """Return the https URL where the DID's document must be. Raises DidMalformed."""
    method, _, name = did.partition("did:web:")
    authority, *segments = name.split(":")
    if (
        method
        or not _AUTHORITY.fullmatch(unquote(authority))
        or not all(_SEGMENT.fullmatch(segment) for segment in segments)
    ):
        raise DidMalformed(value=did)
    path = "/".join(segments) or ".well-known"
    return f"https://{unquote(authority)}/{path}/did.json"


def build_did_document(did: str, keys: Iterable[PublicKey]) -> dict[str, Any]:
    """Return the DID document that lists those of `keys` that `did` controls.

    Follows DID Core §5.2 and Controlled Identifiers §2.2: Ed25519 as Multikey, P-256
    as JsonWebKey.
    """
    mine = _of(did, keys)
    used = {key.algorithm for key in mine}
    contexts = [url for algorithm, url in _CONTEXTS.items() if algorithm in used]
    document: dict[str, Any] = {"@context": [_DID_V1, *contexts], "id": did}
    if mine:
        document["verificationMethod"] = [_verification_method(key) for key in mine]
    if asserting := [key.id for key in mine if key.revoked_from is None]:
        document["assertionMethod"] = asserting
    return document


def build_jwks(did: str, keys: Iterable[PublicKey]) -> dict[str, Any]:
    """Return the JWK Set (RFC 7517 §5) of the keys by which `did` may assert.

    A JWK Set cannot say since when a key is not to be believed, so revoked keys are
    left out of it. `kid` is the key's full id, as a JWT names it.
    """
    return {
        "keys": [
            {**_jwk(key), "kid": key.id, "use": "sig"}
            for key in _of(did, keys)
            if key.revoked_from is None
        ]
    }


def _of(did: str, keys: Iterable[PublicKey]) -> list[PublicKey]:
    return sorted(
        (key for key in keys if key.controller == did),
        key=lambda key: (key.created, key.kid),
    )


def _verification_method(key: PublicKey) -> dict[str, Any]:
    is_jwk = key.algorithm == P256
    method: dict[str, Any] = {
        "id": key.id,
        "type": "JsonWebKey" if is_jwk else "Multikey",
        "controller": key.controller,
    }
    if is_jwk:
        method["publicKeyJwk"] = {**_jwk(key), "kid": key.kid}
    else:
        method["publicKeyMultibase"] = key.public_key_multibase
    if key.revoked_from:
        method["revoked"] = instant_text(key.revoked_from)
    return method


def _jwk(key: PublicKey) -> dict[str, str]:
    if key.algorithm == P256:
        return {**key.public_key_jwk, "alg": "ES256"}
    return key.public_key_jwk
