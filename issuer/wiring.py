"""What the edges hold: settings, sessions and what the use cases need of the house.

Built once per process from the settings and passed on whole; edges hand its fields to
services and never look inside them.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy.orm import Session, sessionmaker

from issuer.clock import now
from issuer.credentials.bitstring_status import ENTRIES
from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.key_folder import KeyFolder
from issuer.credentials.passkeys import RelyingParty
from issuer.credentials.seal_folder import SealFolder
from issuer.credentials.timestamp_roots import (
    TimestampRootsUnfit,
    read_timestamp_roots,
)
from issuer.database import build_engine, build_sessions
from issuer.domain.entry import Channel
from issuer.domain.identifiers import Serial
from issuer.domain.people import Actor
from issuer.domain.verification import Report
from issuer.gateways.blobs import BlobStore
from issuer.gateways.mail import SmtpMail
from issuer.gateways.messages import MessageGateway
from issuer.gateways.revocation_lists import RevocationLists
from issuer.gateways.sms import HttpSms
from issuer.gateways.timestamps import TimestampAuthority
from issuer.i18n import say
from issuer.services import certificates, issuance, verification
from issuer.services.messages import Posting
from issuer.services.page_extension import PageExtending
from issuer.services.page_preview import PagePreviews, preview_page
from issuer.services.page_renderer import PageRenderer
from issuer.services.page_seals import PageSealing, lacks_seal
from issuer.services.pages import PageMaking
from issuer.services.templates import template_choice
from issuer.settings import Settings, SettingsRefused

PRODUCT = "Osaamistodistus"


@dataclass(frozen=True, slots=True)
class Wiring:
    """Everything an edge needs beside the request itself.

    `sessions` may write and takes the write lock; `reading` never does.
    """

    settings: Settings
    sessions: sessionmaker[Session]
    reading: sessionmaker[Session]
    keys: KeyFolder
    seals: SealFolder
    blobs: BlobStore
    sealing: issuance.Sealing
    making: PageMaking
    extending: PageExtending
    renderer: PageRenderer
    previews: PagePreviews
    posting: Posting

    @property
    def undo(self) -> timedelta:
        """Return for how long a sign-off can be undone."""
        return self.sealing.undo

    def party(self, *, also: str = "") -> RelyingParty:
        """Return who asks for passkeys; in the demo pages may come from `also` too."""
        origins = (self.settings.public_url, *([also] if self.settings.demo else []))
        host = urlsplit(self.settings.public_url).hostname or ""
        return RelyingParty(host, PRODUCT, tuple(each for each in origins if each))

    def check_published(self, session: Session, serial: str, at: datetime) -> Report:
        """Report on the certificate with this serial, known or not."""
        return verification.check_published(
            session, self._inspecting(), serial=serial, at=at
        )

    def check_presented(self, session: Session, data: bytes, at: datetime) -> Report:
        """Report on a file somebody presents (JSON or PDF)."""
        return verification.check_presented(
            session, self._inspecting(), data=data, at=at
        )

    def check_stranger(self, session: Session, data: bytes, at: datetime) -> Report:
        """Report on a file of a stranger's; raises TooManyPdfs."""
        return verification.check_presented(
            session, self._inspecting(), data=data, at=at, is_apart=True
        )

    def release(
        self,
        session: Session,
        actor: Actor,
        proposal_id: int,
        *,
        serial: Serial,
        at: datetime,
        supersedes: int | None = None,
    ) -> int:
        """Release an accepted proposal; return the certificate's id."""
        return issuance.release_certificate(
            session,
            actor,
            self.sealing,
            proposal_id=proposal_id,
            serial=serial,
            at=at,
            supersedes=supersedes,
        )

    def read_credential(
        self, session: Session, actor: Actor, certificate_id: int
    ) -> tuple[str, bytes]:
        """Return the serial and sealed JSON of a certificate within reach."""
        return certificates.read_credential(
            session, actor, certificate_id=certificate_id
        )

    def read_jwt(
        self, session: Session, actor: Actor, certificate_id: int
    ) -> tuple[str, bytes]:
        """Return the serial and the JWT of a certificate within reach."""
        return certificates.read_jwt(session, actor, certificate_id=certificate_id)

    def read_badge(
        self, session: Session, actor: Actor, certificate_id: int
    ) -> tuple[str, bytes]:
        """Return the serial and the baked PNG of a certificate within reach."""
        return certificates.read_badge(session, actor, certificate_id=certificate_id)

    def read_page(
        self, session: Session, actor: Actor, certificate_id: int
    ) -> tuple[str, bytes]:
        """Return the serial and PDF of a certificate within reach."""
        return certificates.read_page(
            session, actor, self.blobs, certificate_id=certificate_id
        )

    def lacks_seal(self, session: Session, actor: Actor) -> bool:
        """Tell whether the PDFs of the actor's organisation wait for a seal."""
        return lacks_seal(
            session, self.making.sealing, organisation_id=actor.organisation_id
        )

    def preview(
        self, session: Session, actor: Actor, proposal_id: int, *, at: datetime
    ) -> bytes:
        """Return the marked PDF of a proposal within reach."""
        return preview_page(
            session, actor, self.previews, proposal_id=proposal_id, at=at
        )

    def _inspecting(self) -> verification.Inspecting:
        return verification.Inspecting(
            self.settings.public_url,
            self.sealing.contexts,
            self.keys.key_ring(),
            self.making.sealing,
        )


def build_wiring(settings: Settings) -> Wiring:
    """Connect what the settings name; opens no connection and no key yet.

    Raises ContextsUntrusted where a context file is not the one it must be, and
    SettingsRefused where the roots of time-stamps cannot be read.
    """
    engine = build_engine(settings.database_url)
    keys = KeyFolder(
        settings.keys_dir,
        settings.key_passphrase_file,
        public_url=settings.public_url,
        makes_demo_keys=settings.demo,
        credentials_dir=settings.credentials_dir,
    )
    blobs = BlobStore(settings.blob_dir)
    renderer = PageRenderer(
        settings.templates_dir,
        workers=settings.render_workers,
        sample=settings.template.partition("/")[0],
        read_blob=blobs.get,
    )
    page_sealing = _page_sealing(settings, SealFolder(keys))
    template = template_choice(settings.templates_dir, settings.template)
    return Wiring(
        settings=settings,
        sessions=build_sessions(engine),
        reading=build_sessions(engine.execution_options(read_only=True)),
        keys=keys,
        seals=page_sealing.seals,
        blobs=blobs,
        sealing=issuance.Sealing(
            public_url=settings.public_url,
            contexts=ContextLibrary.load(settings.context_dir),
            keys=keys,
            template=template,
            random_index=lambda: secrets.randbelow(ENTRIES),
            undo=timedelta(seconds=settings.undo_seconds),
        ),
        making=PageMaking(
            public_url=settings.public_url,
            render=renderer,
            blobs=blobs,
            sealing=page_sealing,
        ),
        extending=PageExtending(blobs, page_sealing, RevocationLists()),
        renderer=renderer,
        previews=PagePreviews(
            renderer, template=template, public_url=settings.public_url
        ),
        posting=_posting(settings),
    )


def _posting(settings: Settings) -> Posting:
    gateways: dict[Channel, MessageGateway] = {}
    if settings.mail:
        gateways[Channel.MAIL] = SmtpMail(settings.mail, sender=settings.mail_from)
    if settings.sms_url:
        gateways[Channel.SMS] = HttpSms(settings.sms_url, token=settings.sms_token)
    return Posting(
        public_url=settings.public_url,
        gateways=gateways,
        say=say,
        keeps=settings.demo,
    )


def _page_sealing(settings: Settings, seals: SealFolder) -> PageSealing:
    if settings.timestamp_roots_file is None:
        return PageSealing(seals, now)
    try:
        roots = read_timestamp_roots(settings.timestamp_roots_file)
    except TimestampRootsUnfit as error:
        raise SettingsRefused(f"TIMESTAMP_ROOTS_FILE: {error}") from error
    return PageSealing(
        seals,
        now,
        timestamp=TimestampAuthority(settings.timestamp_url),
        timestamp_roots=roots,
    )
