"""What sealing needs of the house, and the three steps that touch a draft."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.inspection import inspect
from issuer.credentials.key_folder import KeyFolder
from issuer.credentials.page_contents import require_page_possible
from issuer.credentials.page_templates import PageTemplate, TemplateChoice
from issuer.credentials.sealer import (
    Draft,
    KeyIds,
    SealedForms,
    Signers,
    prepare,
    seal,
)
from issuer.domain.certificates import CertificateStatement, DraftUnfit
from issuer.domain.look import PageLook
from issuer.domain.verification import Outcome
from issuer.services.published_lists import find_list_in, list_url_in
from issuer.services.status import Publishing


@dataclass(frozen=True, slots=True)
class Sealing:
    """What sealing needs of the house, wired once at start.

    The key folder is asked each time, so that a rotation needs no restart.
    `random_index` draws a place in a status list, from 0 to 131,071.
    `undo` is how long a sign-off can be undone: nothing is released that still can be.
    """

    public_url: str
    contexts: ContextLibrary
    keys: KeyFolder
    template: TemplateChoice
    random_index: Callable[[], int]
    undo: timedelta = timedelta(0)

    @property
    def publishing(self) -> Publishing:
        """What publishing status lists needs of it."""
        return Publishing(self.public_url, self.contexts, self.keys)


def require_printable_with(
    template: PageTemplate, statement: CertificateStatement
) -> None:
    """Raise PageRefused, its kind, if the template can make no page of the statement.

    Ask before sealing: a sealed certificate without a page is of no use on paper.
    """
    for language in filter(None, (statement.language, statement.second_language)):
        template.require_language(language)
    require_page_possible(asdict(statement))


def draft_of(
    statement: CertificateStatement,
    sealing: Sealing,
    *,
    template: PageTemplate,
    look: PageLook | None = None,
) -> Draft:
    """Return the linted draft that this statement is sealed from, its look pinned.

    Raises DraftUnfit, PageRefused, SigningKeyMissing.
    """
    require_printable_with(template, statement)
    did = statement.issuer.did
    return prepare(
        statement,
        keys=KeyIds(
            credential=sealing.keys.signer_in_force(did).key_id,
            jwt=sealing.keys.signer_in_force(did, "jwt").key_id,
            compact=sealing.keys.signer_in_force(did, "compact").key_id,
        ),
        template=template.name,
        template_version=template.version,
        template_sha256=template.sha256,
        contexts=sealing.contexts,
        look=look.as_pinned() if look else None,
    )


def sealed_forms(draft: Draft, sealing: Sealing) -> SealedForms:
    """Seal a stored draft with exactly the keys it names; raises as `seal`."""
    return seal(
        draft,
        signers=Signers(
            credential=sealing.keys.signer_with(draft.key_id),
            jwt=sealing.keys.signer_with(draft.jwt_key_id),
            compact=sealing.keys.signer_with(draft.compact_key_id),
        ),
        contexts=sealing.contexts,
    )


def require_sound(
    session: Session, sealed: SealedForms, sealing: Sealing, *, at: datetime
) -> None:
    """Inspect every form with the very code a verifier uses; raises DraftUnfit."""
    for form in (sealed.data, sealed.jwt, sealed.digits.encode()):
        checks = inspect(
            form,
            key_ring=sealing.keys.key_ring(),
            contexts=sealing.contexts,
            public_url=sealing.public_url,
            find_list=find_list_in(session, public_url=sealing.public_url),
            list_url=list_url_in(session, public_url=sealing.public_url),
            at=at,
        )
        for check in checks:
            if check.outcome is not Outcome.PASSED:
                reason = check.text % dict(check.facts)
                raise DraftUnfit(place=check.name, reason=reason)
