"""The public file of all our issuers and their keys, which the scan page checks by.

The same for everybody. No cookie is read or set, and any site's script may fetch it.
"""

from hashlib import sha256

from flask import Blueprint, Response, current_app, json, request

from issuer.api.problems import speak_problems
from issuer.services.issuers import publish_issuers
from issuer.services.key_publication import KEPT_FOR
from issuer.wiring import Wiring

issuers = Blueprint("api_issuers", __name__)
speak_problems(issuers)


@issuers.get("/issuers")
def every_issuer() -> Response:
    """Answer with who our issuers are and their keys, or 304 to one who has it."""
    house: Wiring = current_app.extensions["issuer"]
    with house.reading() as session:
        found = publish_issuers(
            session, house.keys, public_url=house.settings.public_url
        )
    answer = Response(json.dumps(found), mimetype="application/json")
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_FOR}"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.set_etag(sha256(answer.get_data()).hexdigest())
    answer.make_conditional(request)
    return answer
