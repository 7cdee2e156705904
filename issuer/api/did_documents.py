"""The keys of our issuers, where did:web looks for them, and as JWK Sets.

Any page may read them, and may keep them as long as a new key is published before it
signs.
"""

from typing import Any

from flask import Blueprint, Response, current_app, json

from issuer.api.problems import speak_problems
from issuer.api.public_answers import public_answer
from issuer.services.key_publication import (
    KEPT_FOR,
    publish_did_document,
    publish_did_document_of,
    publish_jwks,
    publish_jwks_of,
)
from issuer.wiring import Wiring

DID_DOCUMENT = "application/did+json"
JWK_SET = "application/jwk-set+json"

did_documents = Blueprint("api_did_documents", __name__)
speak_problems(did_documents)


@did_documents.get("/.well-known/did.json")
def host_document() -> Response:
    """Answer with the document of the issuer whose DID is this host (did:web §3.2)."""
    house = _house()
    with house.reading() as session:
        document = publish_did_document(
            session, house.keys, did=house.settings.host_did
        )
    return _published(document, mimetype=DID_DOCUMENT)


@did_documents.get("/.well-known/jwks.json")
def host_jwks() -> Response:
    """Answer with the JWK Set of the issuer whose DID is this host (RFC 7517 §5)."""
    house = _house()
    with house.reading() as session:
        jwks = publish_jwks(session, house.keys, did=house.settings.host_did)
    return _published(jwks, mimetype=JWK_SET)


@did_documents.get("/org/<slug>/did.json")
def document(slug: str) -> Response:
    """Answer with the document of an issuer that shares this host (did:web §3.2)."""
    house = _house()
    with house.reading() as session:
        found = publish_did_document_of(session, house.keys, slug=slug)
    return _published(found, mimetype=DID_DOCUMENT)


@did_documents.get("/org/<slug>/jwks.json")
def jwks(slug: str) -> Response:
    """Answer with the JWK Set of any of our issuers."""
    house = _house()
    with house.reading() as session:
        found = publish_jwks_of(session, house.keys, slug=slug)
    return _published(found, mimetype=JWK_SET)


def _house() -> Wiring:
    house: Wiring = current_app.extensions["issuer"]
    return house


def _published(value: dict[str, Any], *, mimetype: str) -> Response:
    return public_answer(json.dumps(value), mimetype=mimetype, max_age=KEPT_FOR)
