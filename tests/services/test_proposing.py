import pytest

from issuer.domain.errors import NotAllowed, NotFound, TextMissing
from issuer.domain.proposals import (
    AlreadyAnswered,
    NothingIdentified,
    NotYourProposal,
    ProposalPending,
    ProposalState,
)
from issuer.domain.signoffs import Mark
from issuer.services import ledger, proposals
from tests import cast
from tests.cast import LATER


@pytest.fixture
def period(session, house):
    cast.map_and_publish(session, house)
    return cast.open_period(session, house)


def view(session, house, proposal_id):
    return proposals.view_proposal(session, house.carita, proposal_id=proposal_id)


def test_a_proposal_freezes_what_stood_when_it_was_made(session, house, period):
    cast.sign_off(session, house, period)
    proposal_id = cast.propose(session, house, period)
    cast.sign_off(session, house, period, marks={2: Mark.INDEPENDENTLY}, once="later")
    (coverage,) = view(session, house, proposal_id).coverages
    assert (coverage.identified, coverage.total) == (2, 5)
    (now,) = ledger.view_ledger(session, house.carita, period_id=period).coverages
    assert now.identified == 3


def test_nothing_identified_cannot_be_proposed(session, house, period):
    with pytest.raises(NothingIdentified):
        cast.propose(session, house, period)
    cast.sign_off(session, house, period, marks={0: Mark.NOT_YET})
    with pytest.raises(NothingIdentified):
        cast.propose(session, house, period)


def test_one_open_proposal_at_a_time(session, house, period):
    cast.sign_off(session, house, period)
    first = cast.propose(session, house, period)
    with pytest.raises(ProposalPending):
        cast.propose(session, house, period)
    proposals.dispute_proposal(
        session, house.paula, proposal_id=first, reason="Osaan enemmän.", at=LATER
    )
    second = cast.propose(session, house, period)
    assert view(session, house, first).line.state is ProposalState.REPLACED
    assert view(session, house, second).line.state is ProposalState.WAITING


@pytest.mark.parametrize("propose", [cast.propose, cast.propose_and_accept])
def test_one_that_no_longer_holds_gives_way_to_a_new_one(
    session, house, period, propose
):
    cast.sign_off(session, house, period)
    first = propose(session, house, period)
    assert view(session, house, first).is_current
    cast.sign_off(session, house, period, marks={2: Mark.INDEPENDENTLY}, once="later")
    assert not view(session, house, first).is_current
    second = cast.propose(session, house, period)
    assert view(session, house, first).line.state is ProposalState.REPLACED
    with pytest.raises(ProposalPending):
        cast.propose(session, house, period)
    proposals.accept_proposal(
        session, house.paula, proposal_id=second, shows_birth_date=False, at=LATER
    )
    with pytest.raises(ProposalPending):
        cast.propose(session, house, period)


def test_only_the_participant_answers_and_only_once(session, house, period):
    cast.sign_off(session, house, period)
    id_ = cast.propose(session, house, period)
    for actor, error in (
        (house.carita, NotYourProposal),
        (house.sirpa, NotYourProposal),
        (house.vieno, NotFound),
    ):
        with pytest.raises(error):
            proposals.accept_proposal(
                session, actor, proposal_id=id_, shows_birth_date=False, at=LATER
            )
    proposals.accept_proposal(
        session, house.paula, proposal_id=id_, shows_birth_date=True, at=LATER
    )
    with pytest.raises(AlreadyAnswered):
        proposals.dispute_proposal(
            session, house.paula, proposal_id=id_, reason="x", at=LATER
        )
    assert view(session, house, id_).line.state is ProposalState.ACCEPTED


def test_a_dispute_needs_a_reason(session, house, period):
    cast.sign_off(session, house, period)
    id_ = cast.propose(session, house, period)
    with pytest.raises(TextMissing):
        proposals.dispute_proposal(
            session, house.paula, proposal_id=id_, reason="  ", at=LATER
        )


def test_who_may_propose_and_see(session, house, period):
    cast.sign_off(session, house, period)
    id_ = cast.propose(session, house, period)
    with pytest.raises(NotAllowed):
        proposals.list_proposals(session, house.ilkka)
    with pytest.raises(NotAllowed):
        proposals.view_proposal(session, house.ilkka, proposal_id=id_)
    with pytest.raises(NotFound):
        proposals.view_proposal(session, house.vieno, proposal_id=id_)
    assert proposals.view_proposal(session, house.paula, proposal_id=id_).line.id == id_
    assert [p.id for p in proposals.list_own_proposals(session, house.paula)] == [id_]
