"""Every route stands behind a guard or is marked as open; there is no third way."""

import pytest

from issuer.web.guards import GUARDED_BLUEPRINTS
from tests.web.conftest import (  # noqa: F401
    app,
    built_house,
    demo_app,
    settings,
)


def _unguarded(application):
    return sorted(
        {
            rule.endpoint
            for rule in application.url_map.iter_rules()
            if rule.endpoint.rpartition(".")[0] not in GUARDED_BLUEPRINTS
            and not getattr(
                application.view_functions[rule.endpoint], "is_open_to_all", False
            )
        }
    )


@pytest.mark.parametrize("which", ["app", "demo_app"])
def test_every_route_is_guarded_or_marked_as_open(which, request):
    assert _unguarded(request.getfixturevalue(which)) == []


def test_the_walk_finds_a_route_that_nobody_guards(app):  # noqa: F811
    app.add_url_rule("/left-open", "left_open", lambda: "")
    assert _unguarded(app) == ["left_open"]


def test_what_is_open_to_all_is_a_short_list_that_somebody_agreed_to(demo_app):  # noqa: F811
    open_endpoints = {
        rule.endpoint
        for rule in demo_app.url_map.iter_rules()
        if getattr(demo_app.view_functions[rule.endpoint], "is_open_to_all", False)
    }
    assert open_endpoints == {
        "static",
        "language.choose",
        "entry.sign_in",
        "entry.sign_out",
        # Nobody is signed in yet: a code, a PIN or a passkey is asked for.
        "entry.pin_page",
        "entry.enter_pin",
        "entry.ask_code",
        "entry.ask_code_again",
        "entry.reread_code",
        "entry.code_page",
        "entry.enter_code",
        "entry.link_page",
        "entry.ask_link",
        "passkey.page",
        "passkey.options",
        "passkey.enter",
        # Links: whoever has one may look, and what is sent goes to whom it means.
        "invitation.landing",
        "invitation.go_on",
        "invitation.deny_page",
        "invitation.deny",
        "invitation.renew",
        "enrolment.landing",
        "enrolment.options",
        "enrolment.enrol",
        # Only in the demo.
        "demo.enter",
        "demo.mailbox",
        "public.landing",
        "public.about",
        "public.accessibility",
        "public.report",
        "checks.ask",
        "checks.check",
        "scan.check_code",
        "scan.check_files",
        # What lets a device keep that page: the same for everybody.
        "scan.script",
        "scan.worker",
        "scan.manifest",
        # What certificates of our own X.509 authorities name: the same for everybody.
        "api_authorities.authority",
        "api_authorities.every_authority",
        "api_authorities.revocation_list",
        "api_did_documents.document",
        "api_did_documents.host_document",
        "api_did_documents.host_jwks",
        "api_did_documents.jwks",
        "api_issuers.every_issuer",
        "api_status_lists.status_list",
        "api_status_lists.successors",
        "api_status_lists.unit_names",
        "api_verification.report",
        # A file is looked at and forgotten; nothing is kept or changed.
        "api_verification.verify",
        "api_verification.openapi",
    }
