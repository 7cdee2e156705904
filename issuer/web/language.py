"""Choosing the language of the screens."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from issuer.domain.errors import NotFound
from issuer.domain.texts import LANGUAGES
from issuer.web.cookies import local_path, remember_language
from issuer.web.guards import open_to_all, wiring

blueprint = Blueprint("language", __name__)


@blueprint.route("/language/<code>", methods=["GET", "POST"])
@open_to_all
def choose(code: str) -> Response:
    if code not in LANGUAGES:
        raise NotFound
    answer = redirect(local_path(request.values.get("next"), otherwise="/"), code=303)
    remember_language(answer, wiring().settings, language=code)
    return answer
