"""Every stored signature holds again from its bytes, and no changed row passes.

Rows are changed here as an administrator of the database could, past the triggers that
only a migrated database has. The stand-alone program must find the same.
"""

import copy
import json
import subprocess
import sys
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace

import pytest
from sqlalchemy import text

from issuer.credentials.did_web import build_jwks
from issuer.domain.errors import NotFound
from issuer.domain.signoffs import Mark
from issuer.services import passkeys, signoff_evidence, signoffs
from tests import cast
from tests.cast import LATER
from tests.credentials.test_passkeys import Authenticator
from tests.services.conftest import DID
from tests.services.signing_fixtures import Phone, register
from tools.toolchain import ROOT

PROGRAM = ROOT / "tools" / "check_signoff.py"


@pytest.fixture
def phone(session, house, keys):
    cast.map_and_publish(session, house)
    phone = Phone(session, house, keys, cast.open_period(session, house))
    register(session, house, phone.device)
    return phone


@pytest.fixture
def signed(phone):
    """Three sign-offs of one touch, the first with a remark."""
    given = phone.marks(0, 1, 2)
    first = min(given)
    given[first] = replace(given[first], remark="Huolellinen.")
    phone.open(given)
    return phone.send(given, phone.answer(given))


def flaws(session, phone):
    session.expire_all()
    found = signoff_evidence.recheck_sign_offs(session, phone.keys.key_ring())
    return {each.sign_off_id: each.flaw for each in found if each.flaw}


def change(session, sql, **values):
    session.execute(text(sql), values)
    session.commit()


def test_what_was_signed_holds_and_what_was_not_is_counted_apart(
    session, phone, signed
):
    (plain,) = cast.sign_off(
        session, phone.house, phone.period_id, marks={3: Mark.NOT_YET}
    )
    found = list(signoff_evidence.recheck_sign_offs(session, phone.keys.key_ring()))
    assert [(each.sign_off_id, each.is_signed) for each in found] == [
        *((id_, True) for id_ in signed),
        (plain, False),
    ]
    assert flaws(session, phone) == {}
    assert signoff_evidence.list_orphans(session) == []


CHANGES = {
    "a mark": ("UPDATE sign_off SET mark = 'not_yet' WHERE id = :id", "other_mark"),
    "a remark": ("UPDATE sign_off SET remark = 'x' WHERE id = :id", "other_mark"),
    "a day": (
        "UPDATE sign_off SET observed_on = '2025-03-09' WHERE id = :id",
        "other_mark",
    ),
    "a skill": (
        "UPDATE sign_off SET requirement_id = requirement_id + 1 WHERE id = :id",
        "other_skill",
    ),
    "the participant": (
        "UPDATE sign_off SET participant_id = instructor_id WHERE id = :id",
        "other_person",
    ),
    "the instructor": (
        "UPDATE sign_off SET instructor_id = participant_id WHERE id = :id",
        "other_person",
    ),
    "the level": ("UPDATE sign_off SET assurance = 'S2' WHERE id = :id", "other_level"),
    "the statement of the mark": (
        "UPDATE sign_off SET statement = CAST(replace(statement, 'independently', "
        "'not_yet') AS BLOB) WHERE id = :id",
        "not_in_statement",
    ),
    "the place": (
        "UPDATE signed_mark SET place = place + 1 WHERE sign_off_id = :id",
        "not_in_statement",
    ),
    "the signature taken away": (
        "DELETE FROM signed_mark WHERE sign_off_id = :id",
        "no_signature",
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_changed_row_is_found(session, phone, signed, what):
    sql, flaw = CHANGES[what]
    change(session, sql, id=signed[0])
    assert flaws(session, phone) == {signed[0]: flaw}


@pytest.mark.parametrize(
    ("sql", "flaw"),
    [
        ("UPDATE signature SET signature = x'00'", "signature"),
        ("UPDATE signature SET client_data = x'7b7d'", "type"),
        ("UPDATE signature SET received_at = '2020-01-01'", "not_yet_bound"),
        ("UPDATE passkey_binding SET signature = zeroblob(64)", "binding_signature"),
        ("UPDATE passkey_binding SET key_id = 'did:web:x#y'", "unknown_key"),
        ("DELETE FROM passkey_binding", "no_binding"),
        ("UPDATE passkey SET credential_id = x'00'", "other_key"),
        ("UPDATE passkey SET removed_at = made_at", "removed_key"),
    ],
)
def test_a_changed_signature_fails_all_that_it_signed(
    session, phone, signed, sql, flaw
):
    change(session, sql)
    assert flaws(session, phone) == dict.fromkeys(signed, flaw)


def test_a_level_that_was_made_up_is_found(session, phone):
    (plain,) = cast.sign_off(
        session, phone.house, phone.period_id, marks={3: Mark.INDEPENDENTLY}
    )
    change(session, "UPDATE sign_off SET assurance = 'S3' WHERE id = :id", id=plain)
    assert flaws(session, phone) == {plain: "no_signature"}


def test_sign_offs_that_were_taken_away_leave_their_signature(session, phone, signed):
    change(session, "DELETE FROM signed_mark")
    assert len(signoff_evidence.list_orphans(session)) == 1


def test_a_removed_key_leaves_what_it_signed_before(session, phone, signed):
    (line,) = passkeys.list_own_passkeys(session, phone.house.ilkka)
    later = LATER.replace(hour=18)
    passkeys.remove_own_passkey(
        session, phone.house.ilkka, passkey_id=line.id, at=later
    )
    assert flaws(session, phone) == {}


def export(session, phone, ids):
    return signoff_evidence.build_evidence_file(
        session, phone.keys.every_key(), ids=ids, at=LATER
    )


def run(tmp_path, evidence, jwks):
    for name, value in (("evidence", evidence), ("jwks", jwks)):
        (tmp_path / f"{name}.json").write_text(json.dumps(value))
    done = subprocess.run(
        [sys.executable, "-I", PROGRAM, "evidence.json", "jwks.json"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def jwks(keys):
    return build_jwks(DID, keys.key_ring().keys.values())


def test_a_stranger_checks_one_without_seeing_the_others(
    session, phone, signed, tmp_path, jwks
):
    evidence = export(session, phone, signed[1:2])
    written = json.dumps(evidence)
    for hidden in ("Ilkka", "Paula", "Huolellinen"):
        assert hidden not in written
    assert len(evidence["signOffs"]) == 1
    assert run(tmp_path, evidence, jwks) == (0, f"{signed[1]} holds\n")
    assert run(tmp_path, export(session, phone, signed), jwks)[0] == 0
    lines = PROGRAM.read_text().splitlines()
    assert len(lines) < 80


def test_nothing_signed_is_unknown(session, phone, tmp_path, jwks):
    ids = cast.sign_off(session, phone.house, phone.period_id, marks={3: Mark.NOT_YET})
    code, told = run(tmp_path, export(session, phone, ids), jwks)
    assert (code, told) == (2, f"{ids[0]} unsigned\n")
    with pytest.raises(NotFound):
        export(session, phone, [999])


def test_a_withdrawn_one_does_not_hold(session, phone, signed, tmp_path, jwks):
    signoffs.withdraw_sign_off(
        session, phone.house.ilkka, sign_off_id=signed[0], reason="", at=LATER
    )
    assert run(tmp_path, export(session, phone, signed[:1]), jwks) == (
        1,
        f"{signed[0]} withdrawn\n",
    )


def b64(data):
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def raw(words):
    return urlsafe_b64decode(words + "=" * (-len(words) % 4))


def test_every_change_of_the_file_is_found_by_the_program(
    session, phone, signed, tmp_path, jwks
):
    good = export(session, phone, signed[:1])
    one = good["signOffs"][0]
    changes = {name: flip(one[name]) for name in BYTES}
    changes |= {
        "place": 1,
        "path": one["path"][:-1],
        "words": one["words"] + "x",
        "assurance": "S2",
        "keyRemovedAt": "2025-03-10T00:00:00Z",
        "receivedAt": "2020-01-01T00:00:00Z",
        "bindingKey": f"{DID}#other",
    }
    for name, value in changes.items():
        evidence = copy.deepcopy(good)
        evidence["signOffs"][0][name] = value
        code, told = run(tmp_path, evidence, jwks)
        assert code == 1, (name, told)
    foreign = build_jwks(DID, [])
    assert run(tmp_path, good, foreign)[0] == 1
    stranger = Authenticator()
    evidence = copy.deepcopy(good)
    binding = json.loads(raw(one["binding"]))
    binding["public_key"] = b64(stranger.cose_key())
    evidence["signOffs"][0]["binding"] = b64(json.dumps(binding).encode())
    assert run(tmp_path, evidence, jwks)[0] == 1


BYTES = (
    "mark",
    "statement",
    "clientData",
    "authenticatorData",
    "signature",
    "binding",
    "bindingSignature",
)


def flip(words):
    data = bytearray(raw(words))
    data[len(data) // 2] ^= 1
    return b64(bytes(data))


def test_the_flags_and_the_level_are_read_from_what_was_signed(
    session, phone, signed, tmp_path, jwks
):
    evidence = export(session, phone, signed[:1])
    one = evidence["signOffs"][0]
    data = bytearray(raw(one["authenticatorData"]))
    data[32] &= ~4
    one["authenticatorData"] = b64(bytes(data))
    code, told = run(tmp_path, evidence, jwks)
    assert (code, told) == (1, f"{signed[0]} person not verified\n")
