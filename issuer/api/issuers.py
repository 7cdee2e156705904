"""The public file of all our issuers and their keys, which the scan page checks by.

The same for everybody. No cookie is read or set, and any site's script may fetch it.
"""

from flask import Blueprint, Response, current_app, json

from issuer.api.problems import speak_problems
from issuer.api.public_answers import public_answer
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
    return public_answer(
        json.dumps(found), mimetype="application/json", max_age=KEPT_FOR
    )
