"""The page of a proposal before there is a certificate, by the very same renderer.

It is marked as a preview across each page, is not sealed and not stored, takes no
number and no place in a status list.
"""

import json
import threading
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, Protocol

from sqlalchemy.orm import Session

from issuer.credentials.page_templates import TemplateChoice
from issuer.credentials.sealer import Draft, stored_form
from issuer.domain.certificates import CertificateStatement
from issuer.domain.errors import IssuerError, sentence
from issuer.domain.identifiers import Serial
from issuer.domain.people import Actor, Role
from issuer.domain.proposals import ProposalState
from issuer.records import proposals as rows
from issuer.services.look import look_in_force
from issuer.services.proposals import view_proposal
from issuer.services.sealing import require_printable_with
from issuer.services.statements import build_statement
from issuer.services.templates import template_for_new

# No certificate has it: eighty random bits are never all zero.
NO_SERIAL: Final = Serial.from_bits(0)
KEPT: Final = timedelta(minutes=1)
MOST_KEPT: Final = 16
MOST_WAITING: Final = 4
_ATTACHED: Final = json.dumps({"preview": True}).encode()
# Who signs is known when a signatory releases it.
_SIGNATORY: Final = {
    "fi": ("Hyväksyjän nimi", "lisätään myönnettäessä"),
    "sv": ("Undertecknarens namn", "fylls i när intyget utfärdas"),
    "en": ("Signatory’s name", "added at release"),
}


class NothingToPreview(IssuerError):
    """The proposal has been released, disputed or replaced."""

    code = "page.nothing_to_preview"
    sentence = sentence(
        "Only a proposal that waits for an answer or for release can be previewed. "
        "A released certificate has its PDF."
    )


class PreviewBusy(IssuerError):
    """As many people as may wait for a preview are waiting."""

    code = "page.preview_busy"
    sentence = sentence(
        "Other previews are being drawn just now. Wait ten seconds and try again."
    )


class DrawPreview(Protocol):
    """Draws a page where no key is, as `PageRenderer` does."""

    def __call__(
        self, draft: Draft, credential: bytes, check_url: str, *, preview: bool
    ) -> bytes:
        """Return the PDF."""


class PagePreviews:
    """Draws previews; the same one once a minute, however often it is asked for.

    Of people who ask at the same time a few wait, and the others are told to come back:
    previews never hold all threads of the service, nor fill its memory.
    """

    def __init__(
        self, render: DrawPreview, *, template: TemplateChoice, public_url: str
    ) -> None:
        self.template = template
        self.public_url = public_url
        self._render = render
        self._lock = threading.Lock()
        self._waiting = 0
        self._kept: dict[str, tuple[datetime, Future[bytes]]] = {}

    def page_of(self, draft: Draft, *, at: datetime) -> bytes:
        """Return the marked page; raises PreviewBusy and what drawing raises."""
        key = sha256(draft.to_bytes()).hexdigest()
        with self._lock:
            page, is_new = self._find_or_begin(key, at)
            if not page.done() and self._waiting >= MOST_WAITING:
                if is_new:
                    del self._kept[key]
                raise PreviewBusy
            self._waiting += 1
        try:
            if is_new:
                self._draw(draft, key, page)
            return page.result()
        finally:
            with self._lock:
                self._waiting -= 1

    def _find_or_begin(self, key: str, at: datetime) -> tuple[Future[bytes], bool]:
        """Return the page that is kept or being drawn, or the place for a new one."""
        for old, (begun, page) in list(self._kept.items()):
            if page.done() and not timedelta() <= at - begun < KEPT:
                del self._kept[old]
        if key in self._kept:
            return self._kept[key][1], False
        while len(self._kept) >= MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        page = Future[bytes]()
        self._kept[key] = at, page
        return page, True

    def _draw(self, draft: Draft, key: str, page: Future[bytes]) -> None:
        code = f"{self.public_url}/v/{NO_SERIAL}"
        try:
            page.set_result(self._render(draft, _ATTACHED, code, preview=True))
        except BaseException as error:
            with self._lock:
                self._kept.pop(key, None)
            page.set_exception(error)
            raise


def preview_page(
    session: Session,
    actor: Actor,
    previews: PagePreviews,
    *,
    proposal_id: int,
    at: datetime,
) -> bytes:
    """Return the page that this proposal's certificate would have today.

    For its participant and the office, as `view_proposal`. Raises NotFound, NotAllowed,
    NothingToPreview, PreviewBusy, PageRefused and what the renderer raises.
    """
    minute = at.replace(second=0, microsecond=0)
    statement = _statement(
        session,
        actor,
        proposal_id=proposal_id,
        public_url=previews.public_url,
        at=minute,
    )
    template = template_for_new(session, previews.template)
    look = look_in_force(session, actor.organisation_id)
    session.rollback()  # hold no transaction while the page is being drawn
    require_printable_with(template, statement)
    draft = Draft.of_preview(stored_form(statement), template, look=look.as_pinned())
    return previews.page_of(draft, at=at)


def _statement(
    session: Session, actor: Actor, *, proposal_id: int, public_url: str, at: datetime
) -> CertificateStatement:
    view = view_proposal(session, actor, proposal_id=proposal_id)
    if view.line.state not in {ProposalState.WAITING, ProposalState.ACCEPTED}:
        raise NothingToPreview
    proposal, period = rows.get_proposal(
        session, proposal_id, organisation_id=actor.organisation_id
    )
    releases = actor.has(Role.SIGNATORY) and actor.person_id != period.participant_id
    statement = build_statement(
        session,
        proposal,
        period,
        signatory_id=actor.person_id if releases else proposal.coach_id,
        public_url=public_url,
        serial=NO_SERIAL,
        at=at,
    )
    if releases:
        return statement
    name, title = _SIGNATORY[statement.language]
    return replace(statement, signatory=name, signatory_title=title)
