"""The page as it would be printed, before there is a certificate: for the office."""

from flask import Blueprint
from werkzeug.wrappers import Response

from issuer.web.downloads import preview_file
from issuer.web.guards import at, db, signed_in, wiring


def show_preview(proposal_id: int) -> Response:
    return preview_file(wiring().preview(db(), signed_in(), proposal_id, at=at()))


def add_pages(blueprint: Blueprint) -> None:
    blueprint.get("/proposals/<int:proposal_id>/preview")(show_preview)
