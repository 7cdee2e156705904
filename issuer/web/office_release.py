"""Releasing: the signatory reads all, and says which certificate it replaces."""

import secrets

from flask import Blueprint, render_template
from flask_babel import gettext

from issuer.domain.certificates import CertificateState
from issuer.domain.errors import IssuerError, NotFound, sentence
from issuer.domain.forbidden_claims import CLAUSE
from issuer.domain.identifiers import SERIAL_BITS, Serial
from issuer.domain.people import Actor, Role
from issuer.domain.proposals import ProposalState
from issuer.services import catalogue, certificates, proposals
from issuer.services.certificates import CertificateView
from issuer.web.forms import NumberMalformed, find_integer, with_error
from issuer.web.guards import at, db, wiring
from issuer.web.office_desk import Answer, acting_as, done

REPLACES = sentence("replaces")


def show_release(proposal_id: int) -> str:
    actor = acting_as(Role.SIGNATORY)
    view = proposals.view_proposal(db(), actor, proposal_id=proposal_id)
    return render_template(
        "office/release.html",
        view=view,
        edition=catalogue.view_edition(db(), view.edition_id).edition,
        policy=view.policy,
        can_be_released=view.line.state is ProposalState.ACCEPTED,
        replaceable=_replaceable(_certificates_of(actor, view.line.participant_id)),
        replaces=REPLACES,
        clause=CLAUSE["fi"],
    )


def release(proposal_id: int) -> Answer:
    actor = acting_as(Role.SIGNATORY)
    serial = Serial.from_bits(secrets.randbits(SERIAL_BITS))
    view = proposals.view_proposal(db(), actor, proposal_id=proposal_id)
    try:
        certificate_id = wiring().release(
            db(),
            actor,
            proposal_id,
            serial=serial,
            at=at(),
            supersedes=_chosen(actor, view.line.participant_id),
        )
    except IssuerError as error:
        return with_error(error, lambda: show_release(proposal_id))
    told = gettext("The certificate has been released.")
    return done(told, "office.show_certificate", certificate_id=certificate_id)


def _chosen(actor: Actor, participant_id: int) -> int | None:
    """Return which certificate is replaced; raises NotFound for somebody else's."""
    wanted = find_integer(REPLACES)
    if wanted is None:
        return None
    theirs = _certificates_of(actor, participant_id)
    if wanted not in {view.id for view in theirs}:
        raise NotFound
    if wanted not in {view.id for view in _replaceable(theirs)}:
        raise NumberMalformed(field=REPLACES)
    return wanted


def _certificates_of(actor: Actor, participant_id: int) -> list[CertificateView]:
    return [
        view
        for view in certificates.list_certificates(db(), actor)
        if view.participant_id == participant_id
    ]


def _replaceable(theirs: list[CertificateView]) -> list[CertificateView]:
    """Return what has been issued and what nothing has ended yet."""
    return [
        view
        for view in theirs
        if view.state is CertificateState.ISSUED and not view.status.is_revoked
    ]


def add_pages(blueprint: Blueprint) -> None:
    one = "/proposals/<int:proposal_id>/release"
    blueprint.get(one)(show_release)
    blueprint.post(one)(release)
