"""Releasing several at once: what participants have accepted, ticked from a list."""

import secrets
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for

from issuer.domain.certificates import CertificateTaken
from issuer.domain.errors import IssuerError, NotFound, sentence
from issuer.domain.identifiers import SERIAL_BITS, Serial
from issuer.domain.people import Actor, Role
from issuer.domain.proposals import ProposalState
from issuer.i18n import translate
from issuer.services import proposals
from issuer.services.page_progress import ReleasedLine, list_released
from issuer.services.proposals import ProposalLine
from issuer.web.forms import integers, with_error
from issuer.web.guards import at, db, wiring
from issuer.web.office_desk import Answer, acting_as

# One release is one request, and its result one address.
AT_MOST = 300
_REASONS_SHOWN = 5
_TICK = "proposal"


class NothingTicked(IssuerError):
    """A release of several was sent without any."""

    code = "form.nothing_ticked"
    sentence = sentence("Tick at least one to release.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one proposal: its certificate, or none."""

    line: ProposalLine
    certificate: ReleasedLine | None


def show_release_many() -> str:
    actor = acting_as(Role.SIGNATORY)
    ready = _ready(actor)
    return render_template(
        "office/release_many.html",
        ready=ready[:AT_MOST],
        following=max(0, len(ready) - AT_MOST),
        all_ticked="all" in request.args,
    )


def release_many() -> Answer:
    """Release what was ticked; what has been released before stays as it is."""
    actor = acting_as(Role.SIGNATORY)
    try:
        chosen = list(dict.fromkeys(integers(_TICK)))[:AT_MOST]
        if not chosen:
            raise NothingTicked(field=_TICK)
    except IssuerError as error:
        return with_error(error, show_release_many)
    lines = _lines(actor, chosen)
    refused = [(line, why) for line in lines if (why := _release(actor, line))]
    for line, why in refused[:_REASONS_SHOWN]:
        flash(f"{line.participant}: {translate(why.sentence, why.facts)}")
    # Points, which stand in an address as they are: hundreds must fit into one.
    ids = ".".join(str(line.id) for line in lines)
    return redirect(url_for("office.show_released", ids=ids), code=303)


def show_released() -> str:
    """Show what became of each, and how many PDFs are ready."""
    actor = acting_as(Role.SIGNATORY)
    given = request.args.get("ids", "").split(".")[:AT_MOST]
    ids = [
        int(id_) for id_ in given if id_.isascii() and id_.isdigit() and len(id_) < 10
    ]
    lines = _lines(actor, ids)
    certificates = {
        found.proposal_id: found
        for found in list_released(
            db(), actor, proposal_ids=[line.id for line in lines]
        )
    }
    outcomes = [Outcome(line, certificates.get(line.id)) for line in lines]
    released = [found for found in outcomes if found.certificate]
    with_page = sum(found.has_page for found in certificates.values())
    waits = with_page < len(released)
    return render_template(
        "office/released_many.html",
        outcomes=outcomes,
        released=len(released),
        with_page=with_page,
        waits=waits,
        lacks_seal=waits and wiring().lacks_seal(db(), actor),
        address=request.full_path,
    )


def _release(actor: Actor, line: ProposalLine) -> IssuerError | None:
    """Release one; return why it cannot be, or None where it is or already was."""
    serial = Serial.from_bits(secrets.randbits(SERIAL_BITS))
    try:
        wiring().release(db(), actor, line.id, serial=serial, at=at())
    except CertificateTaken:
        db().rollback()
    except IssuerError as error:
        db().rollback()
        return error
    return None


def _lines(actor: Actor, ids: list[int]) -> list[ProposalLine]:
    """Return these proposals of the organisation; raises NotFound for others."""
    by_id = {line.id: line for line in proposals.list_proposals(db(), actor)}
    if not ids or not by_id.keys() >= set(ids):
        raise NotFound
    return [by_id[id_] for id_ in dict.fromkeys(ids)]


def _ready(actor: Actor) -> list[ProposalLine]:
    """Return what this signatory may release, the longest waiting first."""
    return [
        line
        for line in reversed(proposals.list_proposals(db(), actor))
        if line.state is ProposalState.ACCEPTED
        and line.participant_id != actor.person_id
    ]


def add_pages(blueprint: Blueprint) -> None:
    blueprint.get("/release")(show_release_many)
    blueprint.post("/release")(release_many)
    blueprint.get("/released")(show_released)
