"""A certificate's page tells where it stands; signatory and administrator revoke it."""

import json

import pytest

from issuer import clock
from issuer.app import create_app
from issuer.domain.identifiers import Serial
from issuer.domain.revocation import ReasonCode
from issuer.services import revocation
from issuer.services.policy import CertificatePolicy, set_policy
from issuer.services.status import publish_due_lists
from tests import cast
from tests.web.conftest import close
from tests.web.office_fixtures import books, desk, issue, make_keys, words

SERIAL = str(Serial.from_bits(1))


@pytest.fixture
def certificate(app, house):
    make_keys(app)
    return issue(app, house)


@pytest.fixture
def sirpa(app, house):
    return desk(app, house.sirpa)


def path(certificate_id, more=""):
    return f"/office/certificates/{certificate_id}{more}"


def standing(app, certificate_id):
    with books(app) as session:
        return revocation.status_of(session, certificate_id)


def revoke(visitor, certificate_id, reason="fraud"):
    return visitor.post(path(certificate_id, "/revoke"), {"reason": reason})


def test_what_it_means_is_read_before_it_is_done(sirpa, certificate):
    page = sirpa.get(path(certificate))
    assert "In force" in words(page)
    assert f'href="{path(certificate, "/revoke")}"' in page.text
    page = sirpa.get(path(certificate, "/revoke"))
    for told in (
        "Revoke this competence certificate?",
        SERIAL,
        "Holder Paula Osallistuja",
        "is told that it is no longer in force",
        "It is final. There is no way back.",
        "The reason is never public.",
    ):
        assert told in words(page)
    for reason in ReasonCode:
        is_offered = f'name="reason" value="{reason.value}"' in page.text
        assert is_offered == (reason is not ReasonCode.SUPERSEDED)
    assert "checked" not in page.text


def test_the_button_says_its_deed_in_finnish(app, house, certificate):
    sirpa = desk(app, house.sirpa)
    sirpa.client.set_cookie("language", "fi")
    page = sirpa.get(path(certificate, "/revoke"))
    assert 'class="button danger">Mitätöi osaamistodistus</button>' in page.text


@pytest.mark.parametrize("who", ["sirpa", "anneli"])
def test_revoking_shows_when_by_whom_and_why(app, house, certificate, who):
    actor = getattr(house, who)
    visitor = desk(app, actor)
    answer = revoke(visitor, certificate)
    assert answer.status_code == 303
    assert answer.headers["Location"] == path(certificate)
    assert standing(app, certificate).is_revoked
    page = visitor.get(path(certificate))
    assert "The certificate has been revoked. Every check now says so." in words(page)
    assert f"By {actor.name}" in words(page)
    assert "Reason, for the office only Somebody has deceived" in words(page)
    assert "Revoked on" in words(page)
    assert path(certificate, "/revoke") not in page.text
    assert "Revoked" in words(visitor.get("/office/certificates"))


def test_a_coach_sees_that_but_not_why(app, house, certificate, sirpa):
    revoke(sirpa, certificate)
    page = words(desk(app, house.carita).get(path(certificate)))
    assert "This certificate has been revoked." in page
    assert "Revoked on" in page
    assert "deceived" not in page
    assert "Sirpa" not in page


def test_a_reason_must_be_chosen(app, certificate, sirpa):
    for reason in ("", "x", "FRAUD"):
        answer = revoke(sirpa, certificate, reason)
        assert answer.status_code == 409
        assert '<a href="#reason">Choose why the certificate is revoked.</a>' in (
            answer.text
        )
    assert not standing(app, certificate).is_revoked


def test_superseding_is_not_revoking(app, certificate, sirpa):
    answer = revoke(sirpa, certificate, "superseded")
    assert answer.status_code == 409
    assert "Name the certificate that replaces this one." in words(answer)
    assert not standing(app, certificate).is_revoked


def test_it_is_final(app, certificate, sirpa):
    revoke(sirpa, certificate, "error")
    first = standing(app, certificate)
    answer = revoke(sirpa, certificate, "other")
    assert answer.status_code == 409
    assert "revoked already" in words(answer)
    page = sirpa.get(path(certificate, "/revoke"))
    assert "This certificate has been revoked already. That is final." in words(page)
    assert 'name="reason"' not in page.text
    assert standing(app, certificate) == first
    assert "It says something that is not so" in words(sirpa.get(path(certificate)))


def test_without_a_key_nothing_is_revoked_and_the_page_says_why(
    settings, house, certificate
):
    for file in (settings.keys_dir / "private").iterdir():
        file.unlink()
    app = create_app(settings)
    answer = revoke(desk(app, house.sirpa), certificate)
    assert answer.status_code == 409
    assert "Not saved yet" in words(answer)
    assert 'value="fraud" checked' in answer.text
    assert not standing(app, certificate).is_revoked
    close(app)


@pytest.mark.parametrize("who", ["carita", "kaarlo", "ilkka", "paula"])
def test_nobody_else_revokes(app, house, certificate, who):
    visitor = desk(app, getattr(house, who))
    assert visitor.get(path(certificate, "/revoke")).status_code == 403
    assert revoke(visitor, certificate).status_code == 403
    assert path(certificate, "/revoke") not in visitor.get(path(certificate)).text
    assert not standing(app, certificate).is_revoked


def test_a_stranger_finds_nothing(app, house, certificate):
    vieno = desk(app, house.vieno)
    for more in ("", "/revoke", "/page", "/credential", "/jwt", "/badge"):
        assert vieno.get(path(certificate, more)).status_code == 404, more
    assert revoke(vieno, certificate).status_code == 404
    assert not standing(app, certificate).is_revoked


def test_no_form_of_another_site_revokes(app, certificate, sirpa):
    sent = {"reason": "fraud"}
    answer = sirpa.client.post(path(certificate, "/revoke"), data=sent)
    assert answer.status_code == 400
    assert not standing(app, certificate).is_revoked


@pytest.mark.parametrize("who", ["sirpa", "anneli", "carita"])
def test_the_files_for_wallets_and_platforms(app, house, certificate, who):
    visitor = desk(app, getattr(house, who))
    expected = {
        "jwt": ("jwt", "application/vc+jwt", b"eyJ"),
        "badge": ("png", "image/png", b"\x89PNG"),
        "credential": ("json", "application/vc", b"{"),
    }
    page = visitor.get(path(certificate)).text
    for name, (ending, kind, begins) in expected.items():
        assert f'href="{path(certificate, f"/{name}")}"' in page
        file = visitor.get(path(certificate, f"/{name}"))
        assert file.status_code == 200
        assert file.headers["Content-Type"] == kind
        assert file.headers["Cache-Control"] == "private, no-store"
        assert file.headers["Content-Disposition"] == (
            f'attachment; filename="osaamistodistus-{SERIAL}.{ending}"'
        )
        assert file.data.startswith(begins)
    badge = visitor.get(path(certificate, "/badge")).data
    assert json.loads(visitor.get(path(certificate, "/credential")).data)["id"] in (
        badge.decode("latin-1")
    )


def test_the_files_stay_when_it_is_revoked(certificate, sirpa):
    before = sirpa.get(path(certificate, "/credential")).data
    revoke(sirpa, certificate)
    assert sirpa.get(path(certificate, "/credential")).data == before


def test_the_public_check_says_it_plainly_and_never_why(visitor, sirpa, certificate):
    visitor.client.set_cookie("language", "en")
    assert "genuine and valid" in words(visitor.get(f"/v/{SERIAL}"))
    revoke(sirpa, certificate)
    page = visitor.get(f"/v/{SERIAL}")
    assert "<h1>The certificate has been revoked</h1>" in page.text
    assert 'class="verdict not_valid"' in page.text
    assert "it is no longer in force. Do not rely on it." in words(page)
    for word in ("fraud", "deceived", "Sirpa", "Paula"):
        assert word not in page.text


def test_where_something_else_is_wrong_too_that_is_not_hidden(
    app, visitor, certificate, sirpa
):
    revoke(sirpa, certificate)
    with books(app) as session:
        connection = session.connection()
        for (name,) in connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).all():
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.exec_driver_sql("UPDATE certificate SET credential_sha256 = 'x'")
        session.commit()
    visitor.client.set_cookie("language", "en")
    page = visitor.get(f"/v/{SERIAL}")
    assert "<h1>The certificate is not valid</h1>" in page.text


def test_a_last_day_is_told_and_then_that_it_has_passed(app, house, visitor, sirpa):
    """Released in March 2025 for a month, and looked at today."""
    make_keys(app)
    with books(app) as session:
        policy = CertificatePolicy(valid_for_months=1)
        set_policy(session, house.anneli, policy, at=cast.AT)
    certificate = issue(app, house, at=cast.LATER)
    wiring = app.extensions["issuer"]
    publish_due_lists(wiring.sessions, wiring.sealing.publishing, at=clock.now())
    page = words(sirpa.get(path(certificate)))
    assert "No longer valid" in page
    assert "Valid until 10 April 2025" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "No longer valid" in words(sirpa.get("/office/certificates"))
    visitor.client.set_cookie("language", "en")
    shown = visitor.get(f"/v/{SERIAL}")
    assert "<h1>The certificate is no longer valid</h1>" in shown.text
    revoke(sirpa, certificate)
    assert "Revoked" in words(sirpa.get("/office/certificates"))
    shown = visitor.get(f"/v/{SERIAL}")
    assert "<h1>The certificate has been revoked</h1>" in shown.text
