"""Gives certificates up and releases them anew until it is killed; run as a program.

Reserves certificates whose key is then revoked. For each kill it forks a child that
gives one after another up and releases its proposal anew, and writes what it was told
is done to a pipe. The parent kills it (SIGKILL) and looks at what is left.
"""

import os
import random
import secrets
import sys
import time
from pathlib import Path

from issuer.database import build_engine, build_sessions
from issuer.domain.certificates import CertificateTaken
from issuer.domain.identifiers import SERIAL_BITS, Serial
from issuer.gateways.blobs import BlobStore
from issuer.records import certificates as rows
from issuer.records.audit import AuditLineRecord
from issuer.records.status import StatusEntryRecord
from issuer.services import keys
from issuer.services.giving_up import give_up_certificate
from issuer.services.issuance import (
    release_certificate,
    reserve_certificate,
)
from issuer.services.pages import PageMaking
from tests.cast import LATER
from tests.faults.killed import killed_child
from tests.faults.releasing import finish, prepare, sealing_in
from tests.services.conftest import DID, PUBLIC_URL
from tests.unsealed_pages import UnsealedPages

LIVES = 4  # so many are given up and released anew in the longest life of a child


def main(folder: Path, kills: int) -> None:
    url = f"sqlite:///{folder}/issuer.db"
    house, proposals = prepare(url, proposals_wanted=kills * LIVES)
    sealing = sealing_in(folder)
    making = PageMaking(
        PUBLIC_URL, lambda *_: b"%PDF-", BlobStore(folder), UnsealedPages()
    )
    reserve_all(url, house, sealing, proposals)
    revoke_key(sealing)
    first = {row.proposal_id: row for row in every(url, rows.CertificateRecord)}
    started = time.monotonic()
    renew(url, house, sealing, first, proposals[:2], os.open(os.devnull, os.O_WRONLY))
    longest_life = (time.monotonic() - started) / 2 * LIVES
    counts = {"given": 0, "between": 0, "anew": 0}
    for _ in range(kills):
        done = issued(url)
        left = [id_ for id_ in proposals if id_ not in done]
        told = killed_child(
            lambda writing, left=left: renew(url, house, sealing, first, left, writing),
            life=random.uniform(0, longest_life),
        )
        between = inspect_wreck(url, first, told)
        counts["given"] += sum(line.startswith("given") for line in told)
        counts["anew"] += sum(line.startswith("anew") for line in told)
        counts["between"] += between
        finish(url, sealing, making)
    print(f"{kills} kills:", *(f"{count} {name}" for name, count in counts.items()))


def reserve_all(url, house, sealing, proposals):
    engine = build_engine(url)
    with build_sessions(engine)() as session:
        for proposal_id in proposals:
            reserve_certificate(
                session,
                house.sirpa,
                sealing,
                proposal_id=proposal_id,
                serial=Serial.from_bits(secrets.randbits(SERIAL_BITS)),
                at=LATER,
            )
    engine.dispose()


def revoke_key(sealing):
    key = sealing.keys.key_ring().find_in_force(DID, purpose="credential")
    keys.revoke_key(sealing.keys, key=key.id, instant=LATER, at=LATER)
    keys.create_signing_key(sealing.keys, did=DID, at=LATER)
    sealing.keys.signer_in_force(DID)  # opened once, before the children


def renew(url, house, sealing, first, proposals, writing):
    """Give up each first certificate, unless it is, and release its proposal anew."""
    engine = build_engine(url)
    with build_sessions(engine)() as session:
        for proposal_id in proposals:
            old = first[proposal_id]
            give_up_certificate(
                session, house.sirpa, sealing.keys, certificate_id=old.id, at=LATER
            )
            os.write(writing, f"given {old.serial}\n".encode())
            serial = Serial.from_bits(secrets.randbits(SERIAL_BITS))
            try:
                release_certificate(
                    session,
                    house.sirpa,
                    sealing,
                    proposal_id=proposal_id,
                    serial=serial,
                    at=LATER,
                )
            except CertificateTaken:  # reserved when the last child was killed
                session.rollback()
                continue
            os.write(writing, f"anew {serial}\n".encode())
    engine.dispose()


def every(url, kind):
    engine = build_engine(url)
    with build_sessions(engine)() as session:
        found = session.query(kind).order_by(kind.id).all()
        session.expunge_all()
    engine.dispose()
    return found


def issued(url):
    found = every(url, rows.CertificateRecord)
    return {row.proposal_id for row in found if row.state == "issued"}


def inspect_wreck(url, first, told):
    """Count what was given up and not released anew; the books must agree."""
    found = every(url, rows.CertificateRecord)
    states = {row.serial: row.state for row in found}
    for line in told:
        deed, _, serial = line.partition(" ")
        assert states[serial] == {"given": "given_up", "anew": "issued"}[deed], line
    lines = [
        line.subject
        for line in every(url, AuditLineRecord)
        if line.deed == "certificate.given_up"
    ]
    given = [row for row in found if row.state == "given_up"]
    assert sorted(lines) == sorted(f"certificate:{row.id}" for row in given)
    before = {row.id: row for row in first.values()}
    for row in given:
        assert row.credential is None
        assert row.issued_at is None
        old = before[row.id]  # only a first one is ever given up
        assert (row.serial, row.draft) == (old.serial, old.draft)
    live = [row.proposal_id for row in found if row.state != "given_up"]
    assert len(live) == len(set(live)), "a double"
    places = every(url, StatusEntryRecord)
    assert {place.certificate_id for place in places} == {row.id for row in found}
    return len({row.proposal_id for row in given} - set(live))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
