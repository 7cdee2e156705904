"""The public files of an organisation's own X.509 authority, as certificates name them.

The same for everybody. No cookie is read or set, and any site's script may fetch them.
"""

from flask import Blueprint, Response, current_app

from issuer.api.problems import speak_problems
from issuer.api.public_answers import public_answer
from issuer.services.x509_lists import (
    read_authorities,
    read_authority,
    read_revocation_list,
)
from issuer.wiring import Wiring

authorities = Blueprint("api_authorities", __name__, url_prefix="/org/<slug>")
speak_problems(authorities)

MAX_AGE_SECONDS = 3600


@authorities.get("/ca.pem")
def every_authority(slug: str) -> Response:
    """Answer with the certificates to trust, in PEM (RFC 8555 §9.1)."""
    house: Wiring = current_app.extensions["issuer"]
    with house.reading() as session:
        found = read_authorities(session, house.seals, slug=slug)
    return public_answer(
        found, mimetype="application/pem-certificate-chain", max_age=MAX_AGE_SECONDS
    )


@authorities.get("/<name>.cer")
def authority(slug: str, name: str) -> Response:
    """Answer with one authority's certificate (RFC 2585 §4.1)."""
    house: Wiring = current_app.extensions["issuer"]
    with house.reading() as session:
        found = read_authority(session, house.seals, slug=slug, name=name)
    return public_answer(
        found, mimetype="application/pkix-cert", max_age=MAX_AGE_SECONDS
    )


@authorities.get("/<name>.crl")
def revocation_list(slug: str, name: str) -> Response:
    """Answer with one authority's revocation list (RFC 2585 §4.2)."""
    house: Wiring = current_app.extensions["issuer"]
    with house.reading() as session:
        found = read_revocation_list(session, house.seals, slug=slug, name=name)
    return public_answer(
        found, mimetype="application/pkix-crl", max_age=MAX_AGE_SECONDS
    )
