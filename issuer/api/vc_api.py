"""Three routes of the VC-API, for the W3C suites only; no part of the service.

A refusal is status 400 with a list of errors: the suites take any 200 for acceptance.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, request

from issuer.domain.errors import IssuerError
from issuer.services.vc_api import VcApi, parse_body

Check = Callable[..., None]


def build_vc_api(vc_api: VcApi, *, now: Callable[[], datetime]) -> Blueprint:
    """Return the routes over this test issuer, which reads the time from `now`."""
    blueprint = Blueprint("vc_api", __name__)

    @blueprint.post("/credentials/issue")
    def issue() -> Response:
        body = _body()
        secured = vc_api.issue(body.get("credential"), options=_options(body), at=now())
        return _answer(secured, status=201)

    @blueprint.post("/credentials/verify")
    def credential_verdict() -> Response:
        check = vc_api.require_valid_credential
        return _verdict(check, "verifiableCredential", now())

    @blueprint.post("/presentations/verify")
    def presentation_verdict() -> Response:
        return _verdict(
            vc_api.require_valid_presentation, "verifiablePresentation", now()
        )

    @blueprint.errorhandler(IssuerError)
    def refused(error: IssuerError) -> Response:
        return _answer({"verified": False, "errors": [str(error)]}, status=400)

    return blueprint


def _verdict(check: Check, name: str, at: datetime) -> Response:
    body = _body()
    check(body.get(name), options=_options(body), at=at)
    return _answer({"verified": True, "errors": []}, status=200)


def _body() -> Mapping[str, Any]:
    return parse_body(request.get_data())


def _options(body: Mapping[str, Any]) -> Mapping[str, Any]:
    options = body.get("options")
    return options if isinstance(options, Mapping) else {}


def _answer(body: Mapping[str, Any], *, status: int) -> Response:
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status=status, mimetype="application/json")
