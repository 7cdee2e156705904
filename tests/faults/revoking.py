"""Revokes certificates until it is killed; run by the fault tests as a program.

For each kill a child revokes as fast as it can and writes each certificate that it was
told is revoked to a pipe. The parent kills the child at a random moment (SIGKILL):
what is recorded as revoked and what the published list says must be the same.
"""

import os
import random
import sys
import time
from pathlib import Path

from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.status_list import list_url, peek_bits, read_status
from issuer.database import build_engine, build_sessions
from issuer.domain.revocation import ReasonCode
from issuer.domain.verification import Outcome
from issuer.records import every_table
from issuer.records import status as rows
from issuer.records.base import Record
from issuer.services.revocation import revoke_certificate
from issuer.services.status import Publishing, publish_list, read_status_list
from tests import cast
from tests.cast import LATER
from tests.faults.killed import killed_child
from tests.services.conftest import DID, PUBLIC_URL, make_keys
from tests.services.publishing import make_certificate

assert every_table
MOST_IN_ONE_LIFE = 6


def main(folder: Path, kills: int) -> None:
    url = f"sqlite:///{folder}/issuer.db"
    (folder / "keys").mkdir()
    publishing = Publishing(
        PUBLIC_URL, ContextLibrary.load(), make_keys(folder / "keys", DID)
    )
    publishing.keys.signer_in_force(DID)  # opened once, before the children
    house, waiting = prepare(url, publishing, wanted=kills * MOST_IN_ONE_LIFE + 3)
    longest_life = measured_life(url, house, publishing, waiting[:3])
    waiting = waiting[3:]
    told = set()
    halfway = 0
    for _ in range(kills):
        heard = killed_while_revoking(url, house, publishing, waiting, longest_life)
        told |= heard
        revoked = require_consistent(url, publishing)
        assert told <= revoked, "an acknowledged revocation is lost"
        halfway += len(revoked - told - {1, 2, 3})
        told |= revoked
        waiting = [id_ for id_ in waiting if id_ not in revoked]
    print(f"{kills} kills: {len(told)} revoked, {halfway} of them unacknowledged")


def prepare(url, publishing, *, wanted):
    engine = build_engine(url)
    Record.metadata.create_all(engine)
    with build_sessions(engine)() as session:
        house = cast.make_house(session)
        cast.map_and_publish(session, house)
        waiting = [
            make_certificate(session, house, bits=number) for number in range(wanted)
        ]
        publish_list(session, publishing, list_id=1, at=LATER)
        session.commit()
    engine.dispose()
    return house, waiting


def killed_while_revoking(url, house, publishing, waiting, longest_life):
    """Let a child revoke until it is killed; return what it was promised."""
    told = killed_child(
        lambda writing: revoke_all(url, house, publishing, waiting, writing),
        life=random.uniform(0, longest_life),
    )
    return set(map(int, told))


def revoke_all(url, house, publishing, waiting, writing):
    engine = build_engine(url)
    with build_sessions(engine)() as session:
        for certificate_id in waiting[:MOST_IN_ONE_LIFE]:
            revoke_certificate(
                session,
                house.sirpa,
                publishing,
                certificate_id=certificate_id,
                reason=ReasonCode.ERROR,
                at=LATER,
            )
            os.write(writing, f"{certificate_id}\n".encode())
    engine.dispose()


def measured_life(url, house, publishing, few):
    """Return how long a child needs for its revocations on this machine, right now."""
    started = time.monotonic()
    with Path(os.devnull).open("w") as nobody:
        revoke_all(url, house, publishing, few, nobody.fileno())
    return (time.monotonic() - started) / len(few) * MOST_IN_ONE_LIFE


def require_consistent(url, publishing):
    """Return who is revoked, after seeing that the books and the list agree on it."""
    engine = build_engine(url)
    with build_sessions(engine)() as session:
        whole = session.connection().exec_driver_sql("PRAGMA integrity_check").scalar()
        assert whole == "ok"
        revoked = {row.certificate_id for row in session.query(rows.RevocationRecord)}
        places = {
            rows.find_entry(session, certificate_id=certificate_id)[1]
            for certificate_id in revoked
        }
        data = read_status_list(session, slug="hiisi", number=1).data
    engine.dispose()
    bits = peek_bits(data)
    assert sum(byte.bit_count() for byte in bits.data) == len(places)
    for place in places:
        check = read_status(
            data,
            key_ring=publishing.keys.key_ring(),
            contexts=publishing.contexts,
            issuer_did=DID,
            url=list_url(PUBLIC_URL, slug="hiisi", number=1),
            index=place,
            at=LATER,
        )
        assert check.outcome is Outcome.FAILED
    return revoked


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
