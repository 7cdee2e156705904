"""What the tests of status lists and revocations share: certificates with a place."""

import random
from datetime import datetime, timedelta

from issuer.credentials.bitstring_status import ENTRIES
from issuer.domain.certificates import CertificateState, PageState
from issuer.domain.identifiers import Serial
from issuer.records.certificates import CertificateRecord
from issuer.services.status import give_status_entry, reserve_status_entry
from tests import cast
from tests.cast import LATER


def draw(seed: int = 1):
    """Return a source of indexes that repeats exactly."""
    numbers = random.Random(seed)
    return lambda: numbers.randrange(ENTRIES)


def make_certificate(
    session,
    house,
    *,
    bits: int,
    participant_id: int | None = None,
    state: CertificateState = CertificateState.ISSUED,
    issued_at: datetime | None = None,
    has_place: bool = True,
    **more,
) -> int:
    """Add a certificate as releasing does: its row and its place in one commit."""
    period = cast.open_period(session, house)
    cast.sign_off(session, house, period, once=str(bits))
    proposal_id = cast.propose_and_accept(session, house, period)
    is_issued = state is CertificateState.ISSUED
    row = CertificateRecord(
        organisation_id=house.organisation_id,
        proposal_id=proposal_id,
        participant_id=participant_id or house.paula.person_id,
        serial=str(Serial.from_bits(bits)),
        state=state.value,
        released_by=house.sirpa.person_id,
        reserved_at=LATER,
        draft=b"{}",
        draft_sha256="",
        issued_at=(issued_at or LATER + timedelta(seconds=bits)) if is_issued else None,
        credential=b"{}" if is_issued else None,
        credential_sha256="" if is_issued else None,
        page_state=PageState.PENDING.value,
        **more,
    )
    session.add(row)
    session.flush()
    if has_place:
        number, index = reserve_status_entry(
            session, house.organisation_id, random_index=draw(bits), at=LATER
        )
        give_status_entry(
            session,
            house.organisation_id,
            number=number,
            index=index,
            certificate_id=row.id,
        )
    session.commit()
    return row.id
