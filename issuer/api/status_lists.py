"""The public files of an issuer: status lists, successors, names of units.

Each is one file for everybody and is served as it was signed. No cookie is read or
set, nothing is logged of a reader, and any site's script may fetch it.
"""

from flask import Blueprint, Response, current_app

from issuer.api.problems import speak_problems
from issuer.api.public_answers import public_answer
from issuer.services.public_files import (
    read_successors,
    read_unit_names,
)
from issuer.services.status import read_status_list
from issuer.wiring import Wiring

status_lists = Blueprint("api_status_lists", __name__, url_prefix="/org/<slug>")
speak_problems(status_lists)

MAX_AGE_SECONDS = 300


@status_lists.get("/status/<int:number>")
def status_list(slug: str, number: int) -> Response:
    """Answer with the status list credential (Bitstring Status List §2.4)."""
    house: Wiring = current_app.extensions["issuer"]
    with house.reading() as session:
        found = read_status_list(session, slug=slug, number=number)
    return public_answer(found.data, mimetype="application/vc", max_age=MAX_AGE_SECONDS)


@status_lists.get("/successors/<int:number>")
def successors(slug: str, number: int) -> Response:
    """Answer with what replaced the superseded certificates of a status list."""
    house: Wiring = current_app.extensions["issuer"]
    with house.reading() as session:
        found = read_successors(session, slug=slug, number=number)
    return public_answer(
        found.data, mimetype="application/json", max_age=MAX_AGE_SECONDS
    )


@status_lists.get("/units")
def unit_names(slug: str) -> Response:
    """Answer with the names of all units on the organisation's certificates."""
    house: Wiring = current_app.extensions["issuer"]
    with house.reading() as session:
        found = read_unit_names(session, slug=slug)
    return public_answer(
        found.data, mimetype="application/json", max_age=MAX_AGE_SECONDS
    )
