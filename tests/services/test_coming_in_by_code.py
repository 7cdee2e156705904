"""Links locate and codes identify: what may happen once happens once, and only to the
person and in the browser that are meant."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from issuer.database import build_engine, build_sessions
from issuer.domain.entry import (
    CODE_REPEAT,
    Channel,
    CodeSpent,
    CodeWrong,
    LinkClosed,
    LinkKind,
    LinkState,
    OtherBrowser,
    Proof,
    StaffNeedPasskey,
    TooManyTries,
)
from issuer.domain.errors import NotFound
from issuer.domain.people import Role
from issuer.records.entry_codes import EntryCodeRecord
from issuer.records.entry_links import EntryLinkRecord
from issuer.records.people import PersonRoleRecord
from issuer.records.sessions import SessionRecord
from issuer.services import (
    attempts,
    code_requests,
    entry_codes,
    entry_links,
    invitations,
    person_addresses,
    sessions,
    ways_in,
)
from issuer.services.attempts import require_attempt
from tests.cast import LATER, open_period
from tests.services.entry_fixtures import (
    LINK,
    MINUTE,
    ask_code,
    browser,
    enter,
    give_addresses,
    invite_ilkka,
    messages,
)

TEN_MINUTES = timedelta(minutes=10)


def view(session, token=LINK, *, at=LATER):
    return entry_links.view_link(session, token=token, kind=LinkKind.INVITATION, at=at)


def count(session, kind):
    return session.scalar(select(func.count()).select_from(kind))


def test_the_right_code_in_the_right_browser_lets_in(session, house):
    invite_ilkka(session, house)
    ask_code(session)
    entered = enter(session)
    assert entered.actor == house.ilkka
    assert entered.is_first_visit
    found = sessions.find_signed_in(session, token="s" * 43, at=LATER)
    assert found is not None
    assert (found.actor, found.proof, found.proved_at) == (
        house.ilkka,
        Proof.CODE,
        LATER,
    )


def test_no_secret_lies_in_the_database_once_it_has_been_used(session, house, tmp_path):
    invite_ilkka(session, house)
    ask_code(session, code="918273")
    enter(session, "918273")
    session.execute(select(1))
    session.rollback()
    kept = "\n".join(session.connection().connection.iterdump())
    for secret in ("918273", "s" * 43, "a" * 43, "b" * 43):
        assert secret not in kept
    assert LINK in kept  # until it is sent: the message still waits


def test_looking_at_a_link_changes_nothing_however_often(session, house):
    invite_ilkka(session, house)
    before = "\n".join(session.connection().connection.iterdump())
    for _ in range(3):
        assert view(session).state is LinkState.OPEN
        entry_codes.find_waiting_code(session, token="x" * 43, at=LATER)
    session.commit()
    assert "\n".join(session.connection().connection.iterdump()) == before


def test_a_scanner_that_posts_sends_a_code_that_is_of_no_use_to_it(session, house):
    invite_ilkka(session, house)
    ask_code(session, caller=browser("x"), code="111111")
    with pytest.raises(CodeWrong):
        enter(session, "999999", caller=browser("x"))
    ask_code(session, code="222222")
    assert enter(session, "222222").actor == house.ilkka


def test_another_browser_is_refused_with_the_right_code(session, house):
    invite_ilkka(session, house)
    ask_code(session)
    with pytest.raises(OtherBrowser):
        enter(session, caller=browser("x"))
    assert enter(session).actor == house.ilkka


def test_another_browsers_tries_do_not_spend_mine(session, house):
    invite_ilkka(session, house)
    ask_code(session)
    ask_code(session, caller=browser("x"), code="777777")
    for _ in range(5):
        with pytest.raises((CodeWrong, CodeSpent)):
            enter(session, "000000", caller=browser("x"))
    assert enter(session).actor == house.ilkka


def test_the_row_alone_does_not_tell_the_code(session, house):
    """Six digits under a plain hash would be found in a second."""
    invite_ilkka(session, house)
    for name in ("x", "y"):
        ask_code(session, caller=browser(name))
    kept = session.scalars(select(EntryCodeRecord.proof_sha256)).all()
    assert len(set(kept)) == 2


def test_a_code_is_used_once(session, house):
    invite_ilkka(session, house)
    ask_code(session)
    enter(session)
    for caller in (browser("a"), browser("b")):
        with pytest.raises((CodeSpent, OtherBrowser)):
            enter(session, caller=caller, session_token="t" * 43)
    assert count(session, SessionRecord) == 1


def test_the_sixth_try_is_refused_even_with_the_right_code(session, house):
    invite_ilkka(session, house)
    ask_code(session)
    for left in (4, 3, 2, 1):
        with pytest.raises(CodeWrong) as refused:
            enter(session, "000000")
        assert refused.value.facts["left"] == left
    with pytest.raises(CodeSpent):
        enter(session, "000000")
    with pytest.raises(CodeSpent):
        enter(session)
    assert count(session, SessionRecord) == 0


def test_the_fifth_try_may_still_be_the_right_one(session, house):
    invite_ilkka(session, house)
    ask_code(session)
    for _ in range(4):
        with pytest.raises(CodeWrong):
            enter(session, "000000")
    assert enter(session).actor == house.ilkka


@pytest.mark.parametrize("late", [timedelta(0), timedelta(hours=3)])
def test_after_ten_minutes_a_code_is_worth_nothing(session, house, late):
    invite_ilkka(session, house)
    ask_code(session)
    with pytest.raises(CodeSpent):
        enter(session, at=LATER + TEN_MINUTES + late)


def test_a_moment_before_ten_minutes_it_still_holds(session, house):
    invite_ilkka(session, house)
    ask_code(session)
    assert enter(session, at=LATER + TEN_MINUTES - timedelta(seconds=1))


def test_a_new_code_ends_the_earlier_one_of_this_browser(session, house):
    invite_ilkka(session, house)
    ask_code(session, code="111111")
    later = LATER + CODE_REPEAT
    ask_code(session, code="222222", at=later)
    with pytest.raises(CodeWrong):
        enter(session, "111111", at=later)
    assert enter(session, "222222", at=later).actor == house.ilkka


def test_of_many_at_once_one_comes_in(session, house, tmp_path):
    """A double tap, or somebody who replays what they saw."""
    invite_ilkka(session, house)
    ask_code(session)
    session.commit()
    engine = build_engine(f"sqlite:///{tmp_path}/issuer.db")
    came, refused = [], []

    def come(number):
        with build_sessions(engine)() as own:
            try:
                enter(own, session_token=f"{number}" * 43, new_browser="n" * 43)
                came.append(number)
            except (CodeSpent, OtherBrowser) as error:
                refused.append(error)

    threads = [threading.Thread(target=come, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
    assert (len(came), len(refused)) == (1, 7)


def test_many_guesses_at_once_are_five_together(session, house, tmp_path):
    invite_ilkka(session, house)
    ask_code(session)
    session.commit()
    engine = build_engine(f"sqlite:///{tmp_path}/issuer.db")
    wrong = []

    def guess(number):
        with build_sessions(engine)() as own:
            try:
                enter(own, f"{number:06}")
            except CodeWrong:
                wrong.append(number)
            except CodeSpent:
                pass

    threads = [threading.Thread(target=guess, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.dispose()
    assert len(wrong) == 4  # the fifth is told that the code is spent
    assert session.scalar(select(EntryCodeRecord.tries)) == 5


def test_a_person_gets_six_codes_an_hour_and_no_more(session, house):
    invite_ilkka(session, house)
    for minute in range(6):
        ask_code(session, at=LATER + minute * MINUTE)
    with pytest.raises(TooManyTries):
        ask_code(session, caller=browser("x", address="elsewhere"))
    assert [m.kind for m in messages(session)].count("code") == 6
    ask_code(session, at=LATER + timedelta(hours=1))


def test_one_place_cannot_ask_for_everybody(session, house):
    invite_ilkka(session, house)
    for _ in range(100):
        require_attempt(session, attempts.CODES_OF_CALLER, "somewhere", at=LATER)
    with pytest.raises(TooManyTries):
        ask_code(session)
    ask_code(session, caller=browser(address="elsewhere"))


def test_counts_are_those_of_every_process_together(session, house, tmp_path):
    """Four engines, as four web processes have them, count in one table."""
    allowed = []

    def ask(_):
        engine = build_engine(f"sqlite:///{tmp_path}/issuer.db")
        with build_sessions(engine)() as own:
            for _ in range(10):
                try:
                    require_attempt(own, attempts.CODES_OF_PERSON, 7, at=LATER)
                    allowed.append(1)
                except TooManyTries:
                    pass
        engine.dispose()

    session.commit()
    threads = [threading.Thread(target=ask, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(allowed) == 6


def test_a_link_lasts_fourteen_days_and_its_owner_gets_a_new_one(session, house):
    invite_ilkka(session, house)
    late = LATER + timedelta(days=14)
    assert view(session, at=late - MINUTE).state is LinkState.OPEN
    assert view(session, at=late).state is LinkState.EXPIRED
    with pytest.raises(LinkClosed):
        ask_code(session, at=late)
    entry_links.renew_link(
        session, token=LINK, new_token="n" * 32, language="sv", caller="x", at=late
    )
    assert view(session, at=late).state is LinkState.REPLACED
    assert view(session, "n" * 32, at=late).state is LinkState.OPEN
    sent = messages(session)[-1]
    assert (sent.address, sent.language) == ("ilkka@example.fi", "sv")
    with pytest.raises(LinkClosed):
        entry_links.renew_link(
            session, token=LINK, new_token="m" * 32, language="fi", caller="x", at=late
        )


def test_a_link_that_holds_is_not_renewed_by_whoever_has_it(session, house):
    invite_ilkka(session, house)
    with pytest.raises(LinkClosed):
        entry_links.renew_link(
            session, token=LINK, new_token="n" * 32, language="fi", caller="x", at=LATER
        )
    assert view(session).state is LinkState.OPEN


def test_not_this_person_ends_the_link_and_tells_the_coach(session, house):
    invite_ilkka(session, house)
    entry_links.deny_link(session, token=LINK, at=LATER)
    entry_links.deny_link(session, token=LINK, at=LATER)
    closed = view(session)
    assert closed.state is LinkState.NOT_THIS_PERSON
    assert (closed.person, closed.asked_by, closed.hint) == ("", "", "")
    with pytest.raises(LinkClosed):
        ask_code(session)
    [line] = invitations.list_misdirected(session, house.carita, at=LATER)
    assert line.person == "Ilkka Ohjaaja"
    invitations.settle_link(session, house.carita, link_id=line.id, at=LATER)
    assert invitations.list_misdirected(session, house.carita, at=LATER) == []


def test_a_withdrawn_link_opens_nothing(session, house):
    link_id = invite_ilkka(session, house)
    invitations.withdraw_link(session, house.carita, link_id=link_id, at=LATER)
    assert view(session).state is LinkState.WITHDRAWN
    with pytest.raises(LinkClosed):
        ask_code(session)


def withdraw(session, house, link_id):
    invitations.withdraw_link(session, house.carita, link_id=link_id, at=LATER)


def deny(session, house, link_id):
    entry_links.deny_link(session, token=LINK, at=LATER)


def close(session, house, link_id):
    ways_in.close_ways_in(
        session, house.carita, person_id=house.ilkka.person_id, at=LATER
    )


def mend_address(session, house, link_id):
    person_addresses.set_addresses(
        session,
        house.carita,
        person_id=house.ilkka.person_id,
        mail="ilkka.ohjaaja@example.fi",
        phone="040 123 4567",
        at=LATER,
    )


@pytest.mark.parametrize("end", [withdraw, deny, close, mend_address])
def test_a_code_on_its_way_ends_with_what_it_was_sent_for(session, house, end):
    """A stranger's mailbox has the link and the code; the coach sees it in time."""
    link_id = invite_ilkka(session, house)
    ask_code(session)
    end(session, house, link_id)
    with pytest.raises(CodeSpent):
        enter(session)
    assert [m.secret for m in messages(session) if m.kind == "code"] == [""]


def test_the_same_address_once_more_ends_no_code(session, house):
    invite_ilkka(session, house)
    ask_code(session)
    give_addresses(session, house)
    assert enter(session).actor == house.ilkka


def test_one_links_end_leaves_the_codes_of_another(session, house):
    first = invite_ilkka(session, house, channel=Channel.SCREEN)
    invite_ilkka(session, house, channel=Channel.SCREEN, token="m" * 32)
    ask_code(session, link="m" * 32)
    withdraw(session, house, first)
    assert enter(session).actor == house.ilkka


def test_a_button_tapped_twice_sends_one_code(session, house, tmp_path):
    """Two messages would come, and the first one's code would be wrong."""
    invite_ilkka(session, house)
    session.commit()
    engine = build_engine(f"sqlite:///{tmp_path}/issuer.db")

    def tap(code):
        with build_sessions(engine)() as own:
            ask_code(own, code=code)

    taps = [threading.Thread(target=tap, args=(f"11111{n}",)) for n in range(4)]
    for thread in taps:
        thread.start()
    for thread in taps:
        thread.join()
    engine.dispose()
    sent = [m.secret for m in messages(session) if m.kind == "code"]
    assert len(sent) == 1
    assert enter(session, sent[0]).actor == house.ilkka


def test_a_new_code_comes_in_one_tap(session, house):
    invite_ilkka(session, house)
    ask_code(session)
    later = LATER + CODE_REPEAT
    code_requests.request_code_again(session, browser(), code="654321", at=later)
    with pytest.raises(CodeWrong):
        enter(session, "123456", at=later)
    assert enter(session, "654321", at=later).actor == house.ilkka


def test_a_new_code_is_for_who_asked_and_while_the_link_holds(session, house):
    link_id = invite_ilkka(session, house)
    with pytest.raises(OtherBrowser):
        code_requests.request_code_again(session, browser(), code="654321", at=LATER)
    ask_code(session)
    with pytest.raises(OtherBrowser):
        code_requests.request_code_again(
            session, browser("z"), code="654321", at=LATER + CODE_REPEAT
        )
    withdraw(session, house, link_id)
    with pytest.raises(LinkClosed):
        code_requests.request_code_again(
            session, browser(), code="654321", at=LATER + CODE_REPEAT
        )


def test_who_has_a_stolen_link_gets_twenty_codes_a_day(session, house):
    invite_ilkka(session, house)
    for number in range(20):
        ask_code(session, at=LATER + number * 10 * MINUTE)
    with pytest.raises(TooManyTries):
        ask_code(session, at=LATER + 201 * MINUTE)
    invite_ilkka(session, house, token="m" * 32, at=LATER + 201 * MINUTE)
    ask_code(session, link="m" * 32, at=LATER + 202 * MINUTE)


def test_the_link_tells_first_names_and_nothing_of_the_address(session, house):
    open_period(session, house)
    invite_ilkka(session, house)
    told = view(session)
    assert (told.person, told.asked_by, told.participant, told.site) == (
        "Ilkka O.",
        "Carita V.",
        "Paula O.",
        "Metsäpiha",
    )
    assert told.hint == "i•••@example.fi"


def test_an_unknown_link_is_not_found(session, house):
    for kind in LinkKind:
        with pytest.raises(NotFound):
            entry_links.view_link(session, token="?" * 32, kind=kind, at=LATER)


def test_an_invitation_is_no_enrolment_link(session, house):
    invite_ilkka(session, house)
    with pytest.raises(NotFound):
        entry_links.view_link(session, token=LINK, kind=LinkKind.ENROLMENT, at=LATER)


def test_only_hashes_of_links_are_kept(session, house):
    invite_ilkka(session, house, channel=Channel.SCREEN)
    assert LINK not in "\n".join(session.connection().connection.iterdump())
    assert session.scalar(select(EntryLinkRecord.token_sha256))


def test_who_came_to_the_office_since_needs_a_passkey(session, house):
    invite_ilkka(session, house)
    ask_code(session)
    session.add(
        PersonRoleRecord(
            person_id=house.ilkka.person_id, role=Role.COACH.value, given_at=LATER
        )
    )
    session.commit()
    with pytest.raises(StaffNeedPasskey):
        enter(session)
    assert count(session, SessionRecord) == 0
    with pytest.raises(StaffNeedPasskey):
        ask_code(session)


def test_a_code_shown_on_the_coachs_screen_reaches_no_mailbox(session, house):
    invite_ilkka(session, house, channel=Channel.SCREEN)
    assert view(session).channel is Channel.SCREEN
    ask_code(session)
    [shown] = messages(session)
    assert (shown.channel, shown.address, shown.state) == ("screen", "", "shown")


def let_paula_invite(session, house) -> int:
    """Let her screen invite Ilkka to her period; return the period's id."""
    period_id = open_period(session, house)
    invitations.invite_own_instructor(
        session,
        house.paula,
        period_id=period_id,
        instructor_id=house.ilkka.person_id,
        token=LINK,
        at=LATER,
    )
    return period_id


def test_a_participants_screen_invites_named_instructors_alone(session, house):
    period_id = let_paula_invite(session, house)
    assert view(session).asked_by == "Paula O."
    for instructor in (house.oona, house.paula, house.carita, house.vieno):
        with pytest.raises(NotFound):
            invitations.invite_own_instructor(
                session,
                house.paula,
                period_id=period_id,
                instructor_id=instructor.person_id,
                token="m" * 32,
                at=LATER,
            )


def test_the_code_of_a_participants_link_never_goes_to_the_participant(session, house):
    """Where the office knows no address, the coach's screen shows it."""
    let_paula_invite(session, house)
    ask_code(session)
    assert messages(session)[-1].state == "shown"
    give_addresses(session, house)
    ask_code(session, at=LATER + CODE_REPEAT)
    assert messages(session)[-1].address == "ilkka@example.fi"
