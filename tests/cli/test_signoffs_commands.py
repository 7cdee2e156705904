"""`flask signoffs`: recheck and export, on the books of an application."""

import json

import pytest
from sqlalchemy import text

from issuer.domain.identifiers import Serial
from issuer.domain.signoffs import Mark
from issuer.services.keys import create_keys
from tests import cast
from tests.services.signing_fixtures import Phone, register

DID = "did:web:hiisi.example"


@pytest.fixture
def run(app):
    return app.test_cli_runner().invoke


@pytest.fixture
def house_at_work(app, house):
    """Two skills signed with a phone, one recorded without."""
    wiring = app.extensions["issuer"]
    create_keys(wiring.keys, did=DID, at=cast.AT)
    with wiring.sessions() as session:
        phone = Phone(session, house, wiring.keys, cast.open_period(session, house))
        register(session, house, phone.device)
        ids = phone.sign(0, 1)
        plain = cast.sign_off(
            session, house, phone.period_id, marks={2: Mark.INDEPENDENTLY}
        )
        proposal_id = cast.propose_and_accept(session, house, phone.period_id)
        wiring.release(
            session,
            house.sirpa,
            proposal_id,
            serial=Serial.from_bits(9),
            at=cast.LATER,
        )
    return ids + plain


def test_what_holds_is_counted(run, house_at_work):
    done = run(args=["signoffs", "recheck"])
    assert done.output == "✓ signed 2, without signature 1\n"
    assert done.exit_code == 0


def test_what_does_not_hold_is_named_and_fails(app, run, house_at_work):
    with app.extensions["issuer"].sessions() as session:
        session.execute(text("UPDATE sign_off SET mark = 'not_yet' WHERE id = 1"))
        session.commit()
    done = run(args=["signoffs", "recheck"])
    assert done.exit_code == 1
    assert "✗ sign-off 1: other_mark" in done.output
    assert "✗ 1 do not hold" in done.output


def test_nothing_at_all_holds(run, app):
    assert run(args=["signoffs", "recheck"]).output == (
        "✓ signed 0, without signature 0\n"
    )


def test_the_evidence_of_one_and_of_a_certificate(run, house_at_work):
    one = json.loads(run(args=["signoffs", "export", str(house_at_work[0])]).output)
    assert [each["assurance"] for each in one["signOffs"]] == ["S3"]
    whole = run(args=["signoffs", "export", str(Serial.from_bits(9))])
    evidence = json.loads(whole.output)
    assert [each["signOff"] for each in evidence["signOffs"]] == house_at_work
    assert [key["kid"].partition("#")[0] for key in evidence["keys"]] == [DID]
    for name in ("Ilkka", "Paula"):
        assert name not in whole.output


@pytest.mark.parametrize("wanted", ["999", "x", str(Serial.from_bits(1))])
def test_what_is_not_there_is_one_sentence(run, house_at_work, wanted):
    done = run(args=["signoffs", "export", wanted])
    assert done.exit_code == 1
    assert done.output.startswith("✗ ")
    assert "Traceback" not in done.output
