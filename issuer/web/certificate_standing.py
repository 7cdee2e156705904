"""Where a certificate stands today, for the pages that show it to those it is for."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from issuer.domain.certificates import CertificateState
from issuer.services.certificates import CertificateView
from issuer.web.guards import at


class StandingName(StrEnum):
    """The one word for where a certificate stands."""

    RESERVED = "reserved"
    GIVEN_UP = "given_up"
    IN_FORCE = "in_force"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class CertificateStanding:
    """Where a certificate stands, until when it is valid, and what ended it."""

    name: StandingName
    valid_until: datetime | None = None
    revoked_at: datetime | None = None
    successor_id: int | None = None
    successor_serial: str | None = None

    @property
    def is_ended(self) -> bool:
        """Tell whether it was revoked, with or without a successor."""
        return self.name in {StandingName.REVOKED, StandingName.SUPERSEDED}


def standing_of(view: CertificateView) -> CertificateStanding:
    """Return where a certificate within the reader's reach stands now."""
    if view.state is not CertificateState.ISSUED:
        return CertificateStanding(StandingName(view.state.value))
    return CertificateStanding(
        name=_name(view),
        valid_until=view.valid_until,
        revoked_at=view.status.revoked_at,
        successor_id=view.status.successor_id,
        successor_serial=view.status.successor_serial,
    )


def _name(view: CertificateView) -> StandingName:
    if view.status.successor_id is not None:
        return StandingName.SUPERSEDED
    if view.status.is_revoked:
        return StandingName.REVOKED
    if view.valid_until is not None and view.valid_until < at():
        return StandingName.EXPIRED
    return StandingName.IN_FORCE
