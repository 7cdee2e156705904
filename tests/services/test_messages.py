"""Messages: written with the row that asks for them, sent later, and seen when lost."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import sessionmaker

from issuer.domain.entry import Channel
from issuer.domain.errors import NotAllowed, NotFound
from issuer.domain.messages import RETRY_AFTER
from issuer.gateways.messages import AddressRefused, MessageNotTaken
from issuer.i18n import say
from issuer.records.attempts import AttemptCountRecord
from issuer.records.entry_codes import EntryCodeRecord
from issuer.records.sessions import SessionRecord
from issuer.services import link_requests, message_views
from issuer.services.messages import Posting, send_due_messages
from tests.cast import LATER
from tests.services.entry_fixtures import (
    LINK,
    ask_code,
    browser,
    enter,
    invite_ilkka,
    messages,
)


@dataclass
class Post:
    """A gateway that keeps what it takes, and fails as often as it is told."""

    failures: list[Exception] = field(default_factory=list)
    taken: list[dict] = field(default_factory=list)

    def send(self, **message):
        if self.failures:
            raise self.failures.pop(0)
        self.taken.append(message)


@pytest.fixture
def post():
    return Post()


@pytest.fixture
def posting(post):
    return Posting("https://hiisi.example", {Channel.MAIL: post}, say, keeps=False)


@pytest.fixture
def sessions(session):
    return sessionmaker(session.get_bind(), expire_on_commit=False)


def send(sessions, posting, *, at=LATER):
    return send_due_messages(sessions, posting, at=at)


def test_an_invitation_goes_out_once_and_its_link_is_erased(
    session, house, sessions, posting, post
):
    invite_ilkka(session, house)
    assert send(sessions, posting) == (1, 0)
    assert send(sessions, posting) == (0, 0)
    [mail] = post.taken
    assert mail["address"] == "ilkka@example.fi"
    assert mail["subject"] == "Kutsu sinulle"
    assert f"https://hiisi.example/i/{LINK}" in mail["body"]
    session.expire_all()
    [row] = messages(session)
    assert (row.state, row.secret, row.address) == ("sent", "", "")


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_no_message_names_a_person_or_a_workplace(
    session, house, sessions, posting, post, language
):
    invite_ilkka(session, house)
    ask_code(session)
    for row in messages(session):
        row.language = language
    session.commit()
    send(sessions, posting)
    said = "\n".join(m["subject"] + m["body"] for m in post.taken)
    assert len(post.taken) == 2
    for name in ("Ilkka", "Carita", "Paula", "Metsäpiha", "Ohjaaja"):
        assert name not in said
    for mail in post.taken:
        assert "Hiisi" not in mail["subject"]
        assert "123456" not in mail["subject"]
    assert "Hiisijärven kunta" in said


def test_a_failed_one_is_tried_again_later_and_shown_meanwhile(
    session, house, sessions, posting, post
):
    post.failures = [MessageNotTaken(reason="SMTP 451")] * 2
    invite_ilkka(session, house)
    assert send(sessions, posting) == (0, 1)
    [lost] = message_views.list_lost_messages(session, house.carita)
    assert (lost.person, lost.problem, lost.will_try_again) == (
        "Ilkka Ohjaaja",
        "SMTP 451",
        True,
    )
    session.rollback()
    assert send(sessions, posting) == (0, 0)  # not before its time
    assert send(sessions, posting, at=LATER + RETRY_AFTER[0]) == (0, 1)
    later = LATER + RETRY_AFTER[0] + RETRY_AFTER[1]
    assert send(sessions, posting, at=later) == (1, 0)
    assert message_views.list_lost_messages(session, house.carita) == []


def test_a_refused_address_is_given_up_at_once(session, house, sessions, posting, post):
    post.failures = [AddressRefused(reason="SMTP 550")]
    invite_ilkka(session, house)
    send(sessions, posting)
    [lost] = message_views.list_lost_messages(session, house.carita)
    assert not lost.will_try_again
    message_views.settle_message(session, house.carita, message_id=lost.id, at=LATER)
    assert message_views.list_lost_messages(session, house.carita) == []
    [row] = messages(session)
    assert (row.secret, row.address) == ("", "")


def test_trying_ends_after_the_last_wait(session, house, sessions, posting, post):
    post.failures = [MessageNotTaken(reason="down")] * 99
    invite_ilkka(session, house)
    at = LATER
    for wait in (*RETRY_AFTER, timedelta(0)):
        assert send(sessions, posting, at=at) == (0, 1)
        at += wait
    assert send(sessions, posting, at=at + timedelta(days=1)) == (0, 0)
    [lost] = message_views.list_lost_messages(session, house.carita)
    assert not lost.will_try_again


def test_the_coach_may_have_it_tried_now(session, house, sessions, posting, post):
    post.failures = [MessageNotTaken(reason="down")]
    invite_ilkka(session, house)
    send(sessions, posting)
    [lost] = message_views.list_lost_messages(session, house.carita)
    message_views.retry_message(session, house.carita, message_id=lost.id, at=LATER)
    assert send(sessions, posting) == (1, 0)


def test_a_crash_after_sending_sends_twice_at_worst_and_loses_nothing(
    session, house, sessions, posting, post
):
    class Killed(BaseException):
        pass

    invite_ilkka(session, house)
    post.failures = [Killed()]
    with pytest.raises(Killed):
        send(sessions, posting)
    assert send(sessions, posting) == (0, 0)  # another process does not interfere yet
    assert send(sessions, posting, at=LATER + timedelta(minutes=2)) == (1, 0)


def test_a_code_that_came_too_late_is_not_sent(session, house, sessions, posting, post):
    invite_ilkka(session, house)
    ask_code(session)
    send(sessions, posting, at=LATER + timedelta(minutes=10))
    assert [mail["subject"] for mail in post.taken] == ["Kutsu sinulle"]
    session.expire_all()
    assert [m.secret for m in messages(session)] == ["", ""]


def test_a_used_code_is_erased_wherever_it_lay(session, house, sessions, posting):
    invite_ilkka(session, house, channel=Channel.SCREEN)
    ask_code(session)
    [shown] = message_views.list_shown_codes(session, house.carita, at=LATER)
    assert (shown.person, shown.code) == ("Ilkka Ohjaaja", "123456")
    enter(session)
    assert message_views.list_shown_codes(session, house.carita, at=LATER) == []
    assert messages(session)[-1].secret == ""


def test_a_code_goes_out_before_the_invitations_that_wait(
    session, house, sessions, posting, post
):
    invite_ilkka(session, house)
    ask_code(session)
    send(sessions, posting)
    assert [mail["subject"] for mail in post.taken] == ["Koodisi", "Kutsu sinulle"]


def test_what_is_of_no_more_use_goes(session, house, sessions, posting):
    invite_ilkka(session, house)
    ask_code(session)
    enter(session)
    send(sessions, posting, at=LATER + timedelta(days=8))
    for kind in (EntryCodeRecord, SessionRecord, AttemptCountRecord):
        assert session.scalar(select(func.count()).select_from(kind)) == 0, kind


def test_without_a_way_out_it_waits_and_the_office_sees_it(session, house, sessions):
    nowhere = Posting("https://hiisi.example", {}, say, keeps=False)
    invite_ilkka(session, house)
    assert send(sessions, nowhere) == (0, 1)
    [lost] = message_views.list_lost_messages(session, house.carita)
    assert (lost.problem, lost.will_try_again) == ("no_gateway", True)


def test_only_the_demo_keeps_messages_and_shows_them(session, house, sessions, posting):
    demo = Posting("http://localhost", {}, say, keeps=True)
    invite_ilkka(session, house)
    assert send(sessions, demo) == (1, 0)
    [kept] = message_views.list_mailbox(session, demo)
    assert kept.link == f"http://localhost/i/{LINK}"
    assert message_views.list_mailbox(session, posting) == []


def test_codes_and_lost_messages_are_for_the_own_office(
    session, house, sessions, posting, post
):
    post.failures = [MessageNotTaken(reason="down")]
    invite_ilkka(session, house)
    send(sessions, posting)
    [lost] = message_views.list_lost_messages(session, house.carita)
    assert message_views.list_lost_messages(session, house.vieno) == []
    with pytest.raises(NotFound):
        message_views.settle_message(session, house.vieno, message_id=lost.id, at=LATER)
    for stranger in (house.paula, house.ilkka, house.kaarlo, house.sirpa):
        with pytest.raises(NotAllowed):
            message_views.list_shown_codes(session, stranger, at=LATER)
        with pytest.raises(NotAllowed):
            message_views.list_lost_messages(session, stranger)


def test_asking_by_address_writes_the_same_for_known_and_unknown(
    session, house, sessions, posting, post
):
    invite_ilkka(session, house)
    before = len(messages(session))
    for mail in ("ilkka@example.fi", "nobody@example.fi", "ILKKA@Example.FI"):
        link_requests.ask_for_link(session, browser(), mail=mail, at=LATER)
        assert len(messages(session)) == before  # nothing tells the two apart
    session.rollback()
    tokens = iter(["1" * 32, "2" * 32, "3" * 32])
    written = link_requests.answer_link_requests(
        sessions, lambda: next(tokens), at=LATER
    )
    assert written == 2
    assert link_requests.answer_link_requests(sessions, lambda: "x", at=LATER) == 0
    send(sessions, posting)
    assert post.taken[-1]["address"] == "ilkka@example.fi"


def test_the_office_gets_no_link_by_mail(session, house, sessions):
    from issuer.services.person_addresses import give_address  # noqa: PLC0415

    give_address(
        session,
        person_id=house.carita.person_id,
        channel=Channel.MAIL,
        address="carita@example.fi",
        at=LATER,
    )
    link_requests.ask_for_link(session, browser(), mail="carita@example.fi", at=LATER)
    assert link_requests.answer_link_requests(sessions, lambda: "x", at=LATER) == 0
