"""The operator puts a logo on an organisation's certificates by a command."""

import pytest

from issuer.domain.look import PageLook
from issuer.services import look
from tests.credentials.logos import DRAWN, svg


@pytest.fixture
def put(app, tmp_path):
    def put(data, slug="hiisi", alt="Vaakuna"):
        file = tmp_path / "vaakuna.svg"
        file.write_bytes(data)
        words = ["organisations", "logo", slug, str(file), f"--alt={alt}"]
        return app.test_cli_runner().invoke(args=words)

    return put


def look_of(app, actor):
    with app.extensions["issuer"].reading() as session:
        return look.view_look(session, actor).page


def test_a_logo_is_checked_made_anew_and_kept(put, app, house):
    done = put(DRAWN)
    assert done.exit_code == 0, done.output
    page = look_of(app, house.anneli)
    assert f"✓ image/svg+xml, SHA-256 {page.logo_sha256}" in done.output
    stored = app.extensions["issuer"].blobs.get(page.logo_sha256)
    assert stored.startswith(b"<svg")
    assert b"Paula" not in stored
    assert look_of(app, house.vieno) == PageLook()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"data": svg("<script/>")}, "“<script>”"),
        ({"data": bytes(300 * 1024)}, "at most 200 kilobytes"),
        ({"data": DRAWN, "slug": "ei-ole"}, "There is no such page"),
        ({"data": DRAWN, "alt": " "}, "Fill in"),
    ],
)
def test_a_refusal_is_one_sentence_and_changes_nothing(put, app, house, given, told):
    done = put(**given)
    assert done.exit_code == 1
    assert told in done.output
    assert "Traceback" not in done.output
    assert look_of(app, house.anneli) == PageLook()
