import pytest

from issuer.clock import now
from issuer.domain.identifiers import Serial
from issuer.services.keys import create_signing_key
from issuer.services.revocation import status_of
from issuer.services.status import read_status_list
from tests.services.publishing import make_certificate
from tests.web.conftest import app, built_house, house, settings

__all__ = ["app", "built_house", "house", "settings"]

OLD, NEW = str(Serial.from_bits(1)), str(Serial.from_bits(2))


@pytest.fixture
def issued(app, house):
    wiring = app.extensions["issuer"]
    wiring.settings.key_passphrase_file.chmod(0o400)
    create_signing_key(wiring.keys, did="did:web:hiisi.example", at=now())
    with wiring.sessions() as session:
        return [make_certificate(session, house, bits=bits) for bits in (1, 2)]


@pytest.fixture
def run(app, issued):
    runner = app.test_cli_runner()
    return lambda *typed: runner.invoke(args=["certificates", *typed])


def is_revoked(app, certificate_id):
    with app.extensions["issuer"].reading() as session:
        return status_of(session, certificate_id).is_revoked


def test_revoke(app, house, issued, run):
    by = ["--by", str(house.sirpa.person_id)]
    done = run("revoke", OLD.lower(), "--reason", "error", *by)
    assert done.exit_code == 0, done.output
    assert is_revoked(app, issued[0])
    again = run("revoke", OLD, "--reason", "fraud", *by)
    assert again.exit_code == 1
    assert "already" in again.stderr


def test_supersede(app, house, issued, run):
    by = ["--by", str(house.anneli.person_id)]
    backwards = run("supersede", NEW, OLD, *by)
    assert (backwards.exit_code, is_revoked(app, issued[1])) == (1, False)
    done = run("supersede", OLD, NEW, *by)
    assert done.exit_code == 0, done.output
    assert is_revoked(app, issued[0])
    assert not is_revoked(app, issued[1])
    told = app.test_client().get(f"/api/v1/certificates/{NEW}/verification").get_json()
    assert told["replaces"] == [OLD]


@pytest.mark.parametrize(
    ("typed", "exit_code"),
    [
        (["revoke", OLD, "--reason", "superseded", "--by", "1"], 2),
        (["revoke", OLD, "--by", "1"], 2),
        (["revoke", OLD, "--reason", "error"], 2),
        (["revoke", OLD, "--reason", "error", "--by", "999"], 1),
        (["revoke", "nonsense", "--reason", "error", "--by", "1"], 1),
    ],
)
def test_a_command_that_does_not_add_up_revokes_nothing(
    app, issued, run, typed, exit_code
):
    assert run(*typed).exit_code == exit_code
    assert not is_revoked(app, issued[0])


def test_who_may_not_revoke_may_not_by_command(app, house, issued, run):
    for nobody in (house.carita, house.paula, house.vieno):
        by = str(nobody.person_id)
        done = run("revoke", OLD, "--reason", "error", "--by", by)
        assert done.exit_code == 1
    assert not is_revoked(app, issued[0])


def test_publish(app, issued, run):
    done = run("publish")
    assert (done.exit_code, done.output) == (0, "✓ published 2\n")
    assert run("publish").output == "✓ published 0\n"
    with app.extensions["issuer"].reading() as session:
        assert read_status_list(session, slug="hiisi", number=1).data


def test_deciders(run, house):
    lines = run("deciders").output.splitlines()
    own = [line.split(maxsplit=2) for line in lines if " hiisi " in line]
    assert own == [
        [str(house.anneli.person_id), "hiisi", "Anneli Ylläpitäjä"],
        [str(house.sirpa.person_id), "hiisi", "Sirpa Allekirjoittaja"],
    ]
    assert len(lines) == 3, "and Vieno of the neighbours"
