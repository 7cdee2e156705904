"""One touch signs what the page shows; a replay or any change of it is refused."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from issuer.credentials.passkey_statement import (
    challenge_of,
    find_flaw,
    find_flaw_of_mark,
    public_key_info,
    read_assertion,
    statement_bytes,
)
from issuer.domain.entry import PasskeyRefused, PasskeyUnknown
from issuer.domain.errors import IssuerError, NotFound
from issuer.domain.signed_statements import (
    Declaration,
    SignedStatement,
    StatementMalformed,
)
from issuer.domain.signing import SIGNING_LIFETIME, SignatureRefused, SigningPageSpent
from issuer.domain.signoffs import FormSentBefore, Mark
from issuer.records.passkeys import PasskeyRecord
from issuer.records.signatures import (
    PasskeyBindingRecord,
    SignatureRecord,
    SignedMarkRecord,
)
from issuer.records.signoffs import SignOffRecord
from issuer.services import passkeys, signoffs
from tests import cast
from tests.cast import LATER
from tests.credentials.test_passkeys import BE, BS, PARTY, UP, UV, Authenticator
from tests.services.conftest import make_keys
from tests.services.entry_fixtures import browser
from tests.services.signing_fixtures import NONCE, Phone, register


@pytest.fixture
def phone(session, house, keys):
    cast.map_and_publish(session, house)
    phone = Phone(session, house, keys, cast.open_period(session, house))
    register(session, house, phone.device)
    return phone


def nothing_was_kept(session):
    session.rollback()
    kinds = (SignOffRecord, SignatureRecord, SignedMarkRecord, PasskeyBindingRecord)
    return not [row for kind in kinds for row in session.scalars(select(kind))]


def test_one_is_signed_and_kept_raw(session, phone):
    (id_,) = phone.sign(0, remark="Rauhallinen.\nTarkka.")
    row = session.get(SignOffRecord, id_)
    kept = session.scalars(select(SignatureRecord)).one()
    place = session.scalars(select(SignedMarkRecord)).one()
    assert (row.assurance, row.statement_version) == ("S3", 2)
    leaf = json.loads(row.statement)
    assert leaf["level"] == "independently"
    assert {"skill_version", "words_hash", "comment_hash"} < set(leaf)
    assert (place.sign_off_id, place.signature_id, place.place) == (id_, kept.id, 0)
    assert (kept.nonce, kept.rp_id) == (NONCE, PARTY.id)
    passkey = session.scalars(select(PasskeyRecord)).one()
    used = read_assertion(phone.device.use())
    again = replace(
        used,
        client_data=kept.client_data,
        authenticator_data=kept.authenticator_data,
        signature=kept.signature,
    )
    assert not find_flaw(
        again,
        statement=kept.statement,
        public_key=public_key_info(passkey.public_key),
        rp_id=kept.rp_id,
    )
    assert "Paula" not in kept.statement.decode()


def test_one_touch_signs_all_and_each_is_shown_alone(session, phone):
    ids = phone.sign(0, 1, 2, 3)
    (kept,) = session.scalars(select(SignatureRecord))
    for id_ in ids:
        row = session.get(SignOffRecord, id_)
        place = session.scalars(
            select(SignedMarkRecord).where(SignedMarkRecord.sign_off_id == id_)
        ).one()
        path = [place.path[i : i + 32] for i in range(0, len(place.path), 32)]
        assert len(path) == 2
        assert not find_flaw_of_mark(
            row.statement, statement=kept.statement, index=place.place, path=path
        )


def test_a_synced_key_is_s2(session, house, keys):
    cast.map_and_publish(session, house)
    synced = Authenticator(flags=UP | UV | BE | BS)
    phone = Phone(session, house, keys, cast.open_period(session, house), synced)
    register(session, house, synced)
    (id_,) = phone.sign(0)
    assert session.get(SignOffRecord, id_).assurance == "S2"


def test_a_key_may_not_change_from_synced_to_bound(session, phone):
    given = phone.marks(0)
    phone.open(given)
    with pytest.raises(SignatureRefused):
        phone.send(given, phone.answer(given, flags=UP | UV | BE))
    assert nothing_was_kept(session)


LIES = {
    "without user verification": {"flags": UP},
    "nobody was there": {"flags": UV},
    "another site": {"origin": "https://evil.example"},
    "another host": {"rp_id": "evil.example"},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_refused_and_nothing_kept(session, phone, lie):
    given = phone.marks(0)
    phone.open(given)
    with pytest.raises((SignatureRefused, PasskeyRefused)):
        phone.send(given, phone.answer(given, **LIES[lie]))
    assert nothing_was_kept(session)
    assert phone.send(given, phone.answer(given)), "the page can still be signed"


def test_any_change_of_what_was_signed_is_refused(session, phone):
    given = phone.marks(0, 1, remark="Hyvä.")
    phone.open(given)
    answer = phone.answer(given)
    first = min(given)
    changes = {
        "a mark": {"marks": {**given, first: replace(given[first], mark=Mark.NOT_YET)}},
        "a remark": {"marks": {**given, first: replace(given[first], remark="Huono.")}},
        "one mark less": {"marks": {first: given[first]}},
        "the day": {"observed_on": date(2025, 3, 9)},
        "the declaration": {
            "page": replace(
                phone.page, declaration=Declaration.of("En.", id_="x", lang="fi")
            )
        },
        "the language": {
            "page": replace(
                phone.page, declaration=replace(phone.page.declaration, lang="sv")
            )
        },
        "the build": {"page": replace(phone.page, client_build="build-2")},
        "a salt": {"salts": dict.fromkeys(given, "f" * 32)},
        "no salt": {"salts": {}},
    }
    for what, change in changes.items():
        with pytest.raises(SignatureRefused):
            phone.send(given, answer, **change)
        assert nothing_was_kept(session), what
    assert len(phone.send(given, answer)) == 2


def test_another_participants_page_is_another_statement(session, house, phone):
    given = phone.marks(0)
    phone.open(given)
    other = cast.open_period(session, house)
    with pytest.raises(NotFound):
        phone.send(given, phone.answer(given), period_id=other + 1)
    said = json.loads(phone.statement(given))
    forged = statement_bytes(
        SignedStatement.parse({**said, "participant": "urn:uuid:somebody-else"})
    )
    answer = replace(phone.device, challenge=challenge_of(forged)).use()
    with pytest.raises(SignatureRefused):
        phone.send(given, answer)
    assert nothing_was_kept(session)


def test_the_same_form_twice_is_one_signature(session, phone):
    given = phone.marks(0, 1)
    phone.open(given)
    answer = phone.answer(given)
    first = phone.send(given, answer)
    assert phone.send(given, answer) == first
    assert len(session.scalars(select(SignatureRecord)).all()) == 1
    with pytest.raises(FormSentBefore):
        phone.send(given, phone.answer(given))  # signed anew: another signature


def test_a_nonce_signs_once_whatever_else_is_signed_under_it(session, phone):
    both = phone.marks(0, 1)
    phone.open(both)
    first, second = ({id_: mark} for id_, mark in both.items())
    salts = {id_: str(mark["salt"]) for id_, mark in phone.offer.marks.items()}

    def send(given):
        own = {id_: salts[id_] for id_ in given}
        return phone.send(given, phone.answer(given), salts=own)

    assert send(first)
    with pytest.raises(SigningPageSpent):
        send(second)
    session.rollback()
    assert len(session.scalars(select(SignatureRecord)).all()) == 1


def test_a_signature_is_no_good_for_another_page(session, phone):
    given = phone.marks(0)
    phone.open(given)
    answer = phone.answer(given)
    phone.send(given, answer)
    phone.nonce = "2" * 32
    phone.open(given)
    with pytest.raises(SignatureRefused):
        phone.send(given, answer)
    session.rollback()
    assert len(session.scalars(select(SignOffRecord)).all()) == 1


def test_what_was_recorded_without_a_key_is_not_signed_afterwards(session, phone):
    given = phone.marks(0)
    phone.open(given)
    signoffs.record_sign_offs(
        session,
        phone.house.ilkka,
        period_id=phone.period_id,
        marks=given,
        observed_on=cast.OBSERVED_ON,
        one_time_id=NONCE,
        at=LATER,
    )
    with pytest.raises(FormSentBefore):
        phone.send(given, phone.answer(given))
    assert session.scalars(select(SignatureRecord)).all() == []


def test_a_page_is_signed_in_its_own_browser_within_the_hour(session, phone):
    given = phone.marks(0)
    phone.open(given)
    answer = phone.answer(given)
    for change in (
        {"caller": browser("z")},
        {"at": LATER + SIGNING_LIFETIME},
        {"nonce": "9" * 32},
    ):
        with pytest.raises(SigningPageSpent):
            phone.send(given, answer, **change)
        assert nothing_was_kept(session)
    at = LATER + SIGNING_LIFETIME - timedelta(seconds=1)
    assert phone.send(given, answer, at=at)


def test_only_ones_own_passkey_that_is_in_use_signs(session, house, phone):
    given = phone.marks(0)
    phone.open(given)
    strange = Authenticator(credential_id=b"s" * 32, challenge=b"s" * 32)
    register(session, house, strange, who=house.oona)
    for device in (strange, Authenticator(credential_id=b"n" * 32)):
        other = replace(phone, device=device)
        with pytest.raises(PasskeyUnknown):
            phone.send(given, other.answer(given))
    copied = replace(phone, device=Authenticator())  # the same id, another key
    with pytest.raises(SignatureRefused):
        phone.send(given, copied.answer(given))
    (line,) = passkeys.list_own_passkeys(session, house.ilkka)
    passkeys.remove_own_passkey(session, house.ilkka, passkey_id=line.id, at=LATER)
    with pytest.raises(PasskeyUnknown):
        phone.send(given, phone.answer(given))
    assert nothing_was_kept(session)


def test_a_count_that_does_not_grow_is_a_copied_key(session, phone):
    given = phone.marks(0)
    phone.open(given)
    phone.send(given, phone.answer(given, count=5))
    phone.nonce = "2" * 32
    phone.open(given)
    with pytest.raises(PasskeyRefused):
        phone.send(given, phone.answer(given, count=5))
    assert phone.send(given, phone.answer(given, count=6))


def test_without_the_issuers_seal_nothing_is_signed(session, phone, tmp_path):
    phone.keys = make_keys(tmp_path, "did:web:other.example")
    given = phone.marks(0)
    phone.open(given)
    with pytest.raises(IssuerError, match="no credential key"):
        phone.send(given, phone.answer(given))
    assert nothing_was_kept(session)


def test_a_key_is_bound_to_its_person_once(session, phone):
    phone.sign(0)
    phone.sign(1, nonce="2" * 32)
    (row,) = session.scalars(select(PasskeyBindingRecord))
    said = json.loads(row.document)
    assert said["person"] == json.loads(phone.statement(phone.marks(1)))["signer"]
    assert (said["rp_id"], said["shown_by"]) == (PARTY.id, "pin")
    assert said["may_leave_device"] is False
    assert "Ilkka" not in row.document.decode()


def test_who_has_no_passkey_is_offered_none(session, house, keys):
    cast.map_and_publish(session, house)
    phone = Phone(session, house, keys, cast.open_period(session, house))
    assert phone.open(phone.marks(0)) is None


@pytest.mark.parametrize("salt", ["", "x", "F" * 32])
def test_a_salt_has_its_form(session, phone, salt):
    given = phone.marks(0)
    phone.open(given)
    with pytest.raises(StatementMalformed):
        phone.send(given, phone.answer(given), salts=dict.fromkeys(given, salt))
    assert nothing_was_kept(session)


def test_a_crash_before_the_commit_leaves_nothing_and_the_page_signs_again(
    session, phone
):
    given = phone.marks(0, 1)
    phone.open(given)
    answer = phone.answer(given)
    session.execute(
        text(
            "CREATE TRIGGER broken BEFORE INSERT ON signed_mark WHEN NEW.place = 1 "
            "BEGIN SELECT RAISE(FAIL, 'power cut'); END"
        )
    )
    session.commit()
    with pytest.raises(Exception, match=r"power cut|sent before"):
        phone.send(given, answer)
    assert nothing_was_kept(session)
    session.execute(text("DROP TRIGGER broken"))
    session.commit()
    assert len(phone.send(given, answer)) == 2
