"""Where a certificate stands today, for the pages that show it to those it is for."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from issuer.domain.certificates import CertificateState
from issuer.services.certificate_status import CertificateStatus, status_of
from issuer.services.certificates import CertificateView
from issuer.web.guards import at, db, signed_in, wiring


class StandingName(StrEnum):
    """The one word for where a certificate stands."""

    RESERVED = "reserved"
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class CertificateStanding:
    """Where a certificate stands, until when it is valid, and what ended it.

    `related` are the addresses of the holder's earlier certificates that it names.
    """

    name: StandingName
    valid_until: datetime | None = None
    revoked_at: datetime | None = None
    successor_id: int | None = None
    successor_serial: str | None = None
    related: tuple[str, ...] = ()

    @property
    def is_ended(self) -> bool:
        """Tell whether it was revoked, with or without a successor."""
        return self.name in {StandingName.REVOKED, StandingName.SUPERSEDED}


def standing_of(view: CertificateView) -> CertificateStanding:
    """Return where a certificate within the reader's reach stands now.

    What its sealed credential says decides until when it is valid.
    """
    if view.state is CertificateState.RESERVED:
        return CertificateStanding(StandingName.RESERVED)
    _, data = wiring().read_credential(db(), signed_in(), view.id)
    sealed = json.loads(data)
    until = sealed.get("validUntil")
    valid_until = datetime.fromisoformat(until) if until else None
    status = status_of(db(), view.id)
    achievement = sealed["credentialSubject"]["achievement"]
    return CertificateStanding(
        name=_name(status, valid_until),
        valid_until=valid_until,
        revoked_at=status.revoked_at,
        successor_id=status.successor_id,
        successor_serial=status.successor_serial,
        related=tuple(entry["id"] for entry in achievement.get("related", ())),
    )


def _name(status: CertificateStatus, valid_until: datetime | None) -> StandingName:
    if status.successor_id is not None:
        return StandingName.SUPERSEDED
    if status.is_revoked:
        return StandingName.REVOKED
    if valid_until is not None and valid_until < at():
        return StandingName.EXPIRED
    return StandingName.IN_FORCE
