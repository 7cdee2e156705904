"""Sealing the printed page: with the organisation's X.509 seal, before it is stored.

The seal and the time are chosen and stored first; a crash after that repeats the very
same seal, byte for byte but for a time-stamp. A time-stamp authority that does not
answer, or not with a time that we believe, delays nothing: the page is stored at level
B-B, and long-term data carry the proof of time later.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from issuer.credentials.pades import seal_pdf
from issuer.credentials.pades_inspection import inspect_pdf
from issuer.credentials.pades_signer import PdfSeal
from issuer.credentials.pades_timestamps import RequestTimestamp, TimestampRefused
from issuer.credentials.pades_trust import find_newest_timestamp
from issuer.credentials.seal_folder import SealFolder
from issuer.credentials.sealer import Draft
from issuer.credentials.x509_seal_file import SealCertificate
from issuer.domain.errors import IssuerError, sentence
from issuer.domain.verification import Outcome
from issuer.records import page_seals as rows
from issuer.records import people

log = logging.getLogger(__name__)

# By how much an authority's clock may differ from ours.
LARGEST_DRIFT = timedelta(minutes=5)
# Revocation lists that are made after the seal say more than those from before it.
EXTENDED_AFTER = timedelta(days=1)

_REASONS = {
    "fi": "%s on sinetöinyt osaamistodistuksen",
    "sv": "%s har förseglat kompetensintyget",
    "en": "%s has sealed the certificate of competence",
}


class SealUnsound(IssuerError):
    """Our own inspection refuses the page that we sealed; it is not stored."""

    code = "page_seals.unsound"
    sentence = sentence("The PDF was sealed, but its seal does not hold: %(check)s")


@dataclass(frozen=True, slots=True)
class PageSealing:
    """What sealing pages needs of the house, wired once at start.

    `timestamp` asks the authority, where one is set; `timestamp_roots` are whom to
    believe about time, in DER. `clock` tells the time at which a page is sealed.
    """

    seals: SealFolder
    clock: Callable[[], datetime]
    timestamp: RequestTimestamp | None = None
    timestamp_roots: tuple[bytes, ...] = ()

    def list_waiting(self, session: Session) -> set[int]:
        """Return the issued certificates whose pages wait for a seal."""
        pageless = rows.list_pageless(session)
        lacking = {
            each
            for each in {organisation_id for _, organisation_id in pageless}
            if lacks_seal(session, self, organisation_id=each)
        }
        return {id_ for id_, organisation_id in pageless if organisation_id in lacking}

    def prepare(
        self, session: Session, draft: Draft, *, certificate_id: int
    ) -> "PreparedSeal":
        """Choose the seal and the time, and store both. Commits.

        What was chosen before a crash is chosen again, while that seal is in force.
        Raises SealMissing, DemoKeyRefused, and as `open_seal`.
        """
        at = self.clock()
        did = str(draft.statement["issuer"]["did"])
        found = rows.find_page_seal(session, certificate_id)
        chosen = _still_in_force(self.seals, found, at=at) if found else None
        if found is None or chosen is None:
            chosen = self.seals.get_in_force(did, at=at)
            if found is None:
                found = rows.PageSealRecord(certificate_id=certificate_id)
                session.add(found)
            found.seal, found.sealed_at = chosen.name, at.replace(microsecond=0)
        sealed_at = found.sealed_at
        try:
            session.commit()
        except IntegrityError:  # another process chose at the same time
            session.rollback()
            return self.prepare(session, draft, certificate_id=certificate_id)
        return PreparedSeal(
            certificate_id=certificate_id,
            anchor=chosen.anchor,
            seal=self.seals.open(chosen),
            sealed_at=sealed_at,
            reason=_REASONS[draft.statement["language"]]
            % draft.statement["issuer"]["name"],
            location=str(draft.statement["issuer"]["town"]),
        )

    def seal(self, pdf: bytes, prepared: "PreparedSeal") -> "SealedPage":
        """Return the page sealed and inspected; at B-B if no time-stamp is to be had.

        One that is wrong, or by nobody we know, would stand on the page for ever and
        counts as none. Raises PdfUnsealable, SealUnsound.
        """
        if self.timestamp is not None:
            try:
                stamped = self._sealed(pdf, prepared, timestamp=self.timestamp)
                self.require_believed(stamped, at=self.clock())
            except (TimestampRefused, SealUnsound) as error:
                log.warning(
                    "no time-stamp for certificate %s: %s",
                    prepared.certificate_id,
                    error,
                )
            else:
                return SealedPage(stamped, "B-T")
        return SealedPage(self._sealed(pdf, prepared, timestamp=None), "B-B")

    def require_believed(self, pdf: bytes, *, at: datetime) -> None:
        """Raise TimestampRefused unless the newest time-stamp in `pdf` is believed.

        A root that we know vouches for it, and it says about `at`.
        """
        stamped = find_newest_timestamp(
            pdf, timestamp_roots=self.timestamp_roots, at=at
        )
        if stamped is None:
            raise TimestampRefused(reason="TIMESTAMP_ROOTS_FILE does not vouch for it")
        if abs(stamped - at) > LARGEST_DRIFT:
            raise TimestampRefused(reason="its clock and ours differ")

    def record(
        self, session: Session, prepared: "PreparedSeal", page: "SealedPage"
    ) -> None:
        """Record at which level the page is stored, in the caller's transaction."""
        wait = EXTENDED_AFTER if page.level == "B-T" else timedelta(0)
        rows.mark_page_sealed(
            session,
            prepared.certificate_id,
            level=page.level,
            extend_at=prepared.sealed_at + wait,
        )

    def _sealed(
        self,
        pdf: bytes,
        prepared: "PreparedSeal",
        *,
        timestamp: RequestTimestamp | None,
    ) -> bytes:
        sealed = seal_pdf(
            pdf,
            seal=prepared.seal,
            at=prepared.sealed_at,
            reason=prepared.reason,
            location=prepared.location,
            timestamper=timestamp,
        )
        checks = inspect_pdf(
            sealed,
            roots=[prepared.anchor],
            timestamp_roots=self.timestamp_roots,
            at=prepared.sealed_at,
        )
        for check in checks:
            if check.outcome is not Outcome.PASSED:
                raise SealUnsound(check=check.name)
        return sealed


@dataclass(frozen=True, slots=True)
class PreparedSeal:
    """An open seal and all that it will say on one page."""

    certificate_id: int
    anchor: bytes
    seal: PdfSeal
    sealed_at: datetime
    reason: str
    location: str


@dataclass(frozen=True, slots=True)
class SealedPage:
    """A sealed PDF and its PAdES level, "B-B" or "B-T"."""

    pdf: bytes
    level: str


def lacks_seal(session: Session, sealing: PageSealing, *, organisation_id: int) -> bool:
    """Tell whether the organisation's pages wait, because no seal of it is in force."""
    did = people.get_organisation(session, organisation_id).did
    return sealing.seals.find_in_force(did, at=sealing.clock()) is None


def list_waiting_for_seal(session: Session, sealing: PageSealing) -> list[str]:
    """Return the DIDs of organisations whose pages wait for a seal, each once."""
    organisations = {each for _, each in rows.list_pageless(session)}
    found = [
        people.get_organisation(session, each).did
        for each in sorted(organisations)
        if lacks_seal(session, sealing, organisation_id=each)
    ]
    session.rollback()
    return found


def _still_in_force(
    seals: SealFolder, row: rows.PageSealRecord, *, at: datetime
) -> SealCertificate | None:
    return next(
        (
            each
            for each in seals.every_seal()
            if each.name == row.seal
            and each.is_valid_at(at)
            and seals.revoked_since(each) is None
        ),
        None,
    )
