import re

import pytest

from issuer.domain.identifiers import Serial
from issuer.services.certificates import view_certificate
from tests.web.office_fixtures import books, make_keys
from tests.web.test_office_gives_up import reserve, revoke_key

SERIAL = str(Serial.from_bits(1))


@pytest.fixture
def reserved(app, house):
    make_keys(app)
    return reserve(app, house)[1]


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()
    return lambda *typed: runner.invoke(args=["certificates", *typed])


def state(app, house, certificate_id):
    with books(app) as session:
        return view_certificate(
            session, house.sirpa, certificate_id=certificate_id
        ).state


def test_unfinished_and_finish_say_what_cannot_be_sealed(app, house, reserved, run):
    assert "give-up" not in run("unfinished").stderr
    key = revoke_key(app)
    done = run("unfinished")
    assert done.exit_code == 0
    assert f"reserved  {SERIAL}" in done.stdout
    assert f"✗ {SERIAL} cannot be sealed: the key {key.id} is revoked." in done.stderr
    told = run("finish")
    assert told.exit_code == 1
    assert "✓ sealed 0, drawn 0" in told.stdout
    assert "the log says why" not in told.stderr
    named = re.search(r"flask (certificates give-up .+) NUMBER", told.stderr)
    assert named
    typed = [*named[1].split()[1:], str(house.sirpa.person_id)]
    done = run(*typed)
    assert done.exit_code == 0, done.stderr
    assert "can be released again" in done.stdout
    assert state(app, house, reserved) == "given_up"
    assert run(*typed).exit_code == 0
    assert "nothing is unfinished" in run("unfinished").stdout
    assert run("finish").exit_code == 0


def test_a_key_that_is_nowhere(app, reserved, run):
    folder = app.extensions["issuer"].keys.folder / "public"
    for file in folder.glob("p256-*.json"):
        file.unlink()
    assert "is not in the key folder" in run("unfinished").stderr


def test_what_can_be_sealed_is_not_given_up(app, house, reserved, run):
    by = ["--by", str(house.anneli.person_id)]
    refused = run("give-up", SERIAL, *by)
    assert refused.exit_code == 1
    assert "can still be sealed" in refused.stderr
    assert run("finish").exit_code == 0
    revoke_key(app)
    refused = run("give-up", SERIAL, *by)
    assert refused.exit_code == 1
    assert "has been issued" in refused.stderr
    assert state(app, house, reserved) == "issued"


def test_who_may_and_which(app, house, reserved, run):
    revoke_key(app)
    for typed, exit_code in (
        (["give-up", SERIAL], 2),
        (["give-up", SERIAL, "--by", str(house.carita.person_id)], 1),
        (["give-up", SERIAL, "--by", str(house.vieno.person_id)], 1),
        (["give-up", str(Serial.from_bits(9)), "--by", str(house.sirpa.person_id)], 1),
    ):
        assert run(*typed).exit_code == exit_code, typed
    assert state(app, house, reserved) == "reserved"
