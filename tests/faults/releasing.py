"""Releases certificates until it is killed; run by the fault tests as a program.

Prepares accepted proposals, then for each kill forks a child that releases, seals and
draws as fast as it can and writes each serial it was told is issued to a pipe. The
parent kills the child at a random moment (SIGKILL) and looks at what is left.
"""

import os
import random
import secrets
import sys
import time
from pathlib import Path

from issuer.credentials.bitstring_status import ENTRIES
from issuer.credentials.page_templates import TemplateChoice
from issuer.credentials.public_key import PURPOSES
from issuer.credentials.sealer import Draft
from issuer.database import build_engine, build_sessions
from issuer.domain.certificates import CertificateState, PageState
from issuer.domain.identifiers import SERIAL_BITS, Serial
from issuer.domain.verification import Verdict
from issuer.gateways.blobs import BlobStore
from issuer.records import certificates as rows
from issuer.records import every_table
from issuer.records.base import Record
from issuer.services.due_work import finish_due_work
from issuer.services.issuance import Sealing, release_certificate
from issuer.services.pages import PageMaking, store_page
from issuer.services.sealing import sealed_forms
from issuer.services.verification import Inspecting, check_presented
from tests import cast
from tests.cast import LATER
from tests.faults.killed import killed_child
from tests.services.conftest import DID, PUBLIC_URL, ContextLibrary, make_keys
from tests.unsealed_pages import UnsealedPages
from tools.toolchain import ROOT

assert every_table
RELEASES_OF_THE_LONGEST_LIFE = 5


def main(folder: Path, kills: int) -> None:
    url = f"sqlite:///{folder}/issuer.db"
    house, waiting = prepare(url, proposals_wanted=kills * 4)
    sealing = sealing_in(folder)
    making = PageMaking(
        PUBLIC_URL,
        lambda _, credential, __: b"%PDF-" + credential,
        BlobStore(folder),
        UnsealedPages(),
    )
    for purpose in PURPOSES:  # opened once, before the children
        sealing.keys.signer_in_force(DID, purpose)
    longest_life = measured_life(url, house, sealing, making, waiting)
    found = {"reserved": 0, "pageless": 0, "issued": 0}
    for _ in range(kills):
        taken = {row.proposal_id for row in every_row(url)}
        waiting = [id_ for id_ in waiting if id_ not in taken]
        told = killed_while_releasing(
            url, house, sealing, making, waiting, longest_life
        )
        for state, count in inspect_wreck(url, told).items():
            found[state] += count
        drafts = reserved_drafts(url)
        finish(url, sealing, making)
        require_finished(url, sealing, making, drafts)
    print(f"{kills} kills:", *(f"{count} {state}" for state, count in found.items()))


def sealing_in(folder):
    """Return what seals with keys of its own, drawn into the folder."""
    (folder / "keys").mkdir()
    return Sealing(
        public_url=PUBLIC_URL,
        contexts=ContextLibrary.load(),
        keys=make_keys(folder / "keys", DID),
        template=TemplateChoice(ROOT / "credential_templates", "osaamistodistus"),
        random_index=lambda: secrets.randbelow(ENTRIES),
    )


def prepare(url, *, proposals_wanted):
    engine = build_engine(url)
    Record.metadata.create_all(engine)
    with build_sessions(engine)() as session:
        house = cast.make_house(session)
        cast.map_and_publish(session, house)
        waiting = []
        for number in range(proposals_wanted):
            period = cast.open_period(session, house)
            cast.sign_off(session, house, period, once=str(number))
            waiting.append(cast.propose_and_accept(session, house, period))
    engine.dispose()
    return house, waiting


def killed_while_releasing(url, house, sealing, making, waiting, longest_life):
    """Let a child release until it is killed; return the serials it was promised."""
    return killed_child(
        lambda writing: release_all(url, house, sealing, making, waiting, writing),
        life=random.uniform(0, longest_life),
    )


def release_all(url, house, sealing, making, waiting, writing):
    engine = build_engine(url)
    with build_sessions(engine)() as session:
        for proposal_id in waiting:
            serial = Serial.from_bits(secrets.randbits(SERIAL_BITS))
            id_ = release_certificate(
                session,
                house.sirpa,
                sealing,
                proposal_id=proposal_id,
                serial=serial,
                at=LATER,
            )
            os.write(writing, f"{serial}\n".encode())
            store_page(session, making, certificate_id=id_)
    engine.dispose()


def measured_life(url, house, sealing, making, waiting):
    """Return how long a child needs for a few releases on this machine, right now."""
    started = time.monotonic()
    with Path(os.devnull).open("w") as nobody:
        release_all(url, house, sealing, making, waiting[:3], nobody.fileno())
    return (time.monotonic() - started) / 3 * RELEASES_OF_THE_LONGEST_LIFE


def every_row(url):
    engine = build_engine(url)
    with build_sessions(engine)() as session:
        assert session.connection().exec_driver_sql(
            "PRAGMA integrity_check"
        ).scalar() == ("ok")
        found = session.query(rows.CertificateRecord).all()
        session.expunge_all()
    engine.dispose()
    return found


def inspect_wreck(url, told):
    """Count what the kill left; every promised certificate must be there, issued."""
    found = every_row(url)
    issued = {row.serial for row in found if row.state == CertificateState.ISSUED.value}
    assert set(told) <= issued, "an acknowledged certificate is lost"
    assert len({row.proposal_id for row in found}) == len(found), "a double"
    for row in found:
        half = row.state == CertificateState.ISSUED.value and not row.credential
        assert not half, "a half-issued certificate"
    reserved = sum(row.state == CertificateState.RESERVED.value for row in found)
    pageless = sum(
        row.state == CertificateState.ISSUED.value
        and row.page_state == PageState.PENDING.value
        for row in found
    )
    return {"reserved": reserved, "pageless": pageless, "issued": len(told)}


def reserved_drafts(url):
    return {row.serial: row.draft for row in every_row(url)}


def finish(url, sealing, making):
    engine = build_engine(url)
    _, _, failed = finish_due_work(build_sessions(engine), sealing, making, at=LATER)
    engine.dispose()
    assert failed == 0


def require_finished(url, sealing, making, drafts):
    """Everything is issued with its page, from exactly the reserved bytes."""
    inspecting = Inspecting(PUBLIC_URL, sealing.contexts, sealing.keys.key_ring())
    engine = build_engine(url)
    found = every_row(url)
    assert {row.serial: row.draft for row in found} == drafts
    with build_sessions(engine)() as session:
        for row in found[-5:]:
            draft = Draft.parse(row.draft)
            again = sealed_forms(draft, sealing)
            assert (row.credential, row.jwt, row.digits) == (
                again.data,
                again.jwt,
                again.digits,
            )
            report = check_presented(session, inspecting, data=row.credential, at=LATER)
            assert report.verdict is Verdict.VALID
    for row in found:
        assert row.state == CertificateState.ISSUED.value
        assert row.page_state == PageState.STORED.value
        assert making.blobs.get(row.page_sha256) == b"%PDF-" + row.credential
    engine.dispose()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
