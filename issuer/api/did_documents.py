"""The DID documents of our issuers, where did:web looks for them."""

from flask import Blueprint, Response, current_app, json

from issuer.api.problems import speak_problems
from issuer.services.keys import publish_did_document
from issuer.wiring import Wiring

did_documents = Blueprint("api_did_documents", __name__)
speak_problems(did_documents)


@did_documents.get("/.well-known/did.json")
def host_document() -> Response:
    """Answer with the document of the issuer whose DID is this host (did:web §3.2)."""
    house: Wiring = current_app.extensions["issuer"]
    with house.reading() as session:
        document = publish_did_document(
            session, house.keys, did=house.settings.host_did
        )
    answer = Response(json.dumps(document), mimetype="application/did+json")
    answer.headers["Cache-Control"] = "public, max-age=300"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer
