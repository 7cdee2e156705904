"""Many pages at a time: shared, interruptible, and each drawn once."""

import secrets
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy.orm import sessionmaker

from issuer.credentials.page_refusals import TemplateUnfit
from issuer.database import build_engine, build_sessions
from issuer.domain.certificates import PageState
from issuer.domain.identifiers import SERIAL_BITS, Serial
from issuer.gateways.blobs import BlobStore
from issuer.gateways.claims import Claims
from issuer.jobs import Failures
from issuer.records import certificates as rows
from issuer.services.due_work import Step, _oldest_and_newest, finish_due_work
from issuer.services.issuance import release_certificate, reserve_certificate
from issuer.services.pages import PageMaking, list_unfinished
from tests import cast
from tests.services.conftest import PUBLIC_URL
from tests.unsealed_pages import UnsealedPages
from tools.toolchain import ROOT

COUNT = 6


@pytest.fixture
def sessions(tmp_path: Path, session, house, sealing) -> sessionmaker:
    """Six certificates: two only reserved, four issued and without a page."""
    cast.map_and_publish(session, house)
    for number in range(COUNT):
        period = cast.open_period(session, house)
        cast.sign_off(session, house, period, once=str(number))
        proposal = cast.propose_and_accept(session, house, period)
        deed = reserve_certificate if number < 2 else release_certificate
        serial = Serial.from_bits(secrets.randbits(SERIAL_BITS))
        deed(
            session,
            house.sirpa,
            sealing,
            proposal_id=proposal,
            serial=serial,
            at=cast.LATER,
        )
    session.close()
    return build_sessions(build_engine(f"sqlite:///{tmp_path}/issuer.db"))


class Drawing:
    """Draws a page by writing its serial, slowly, and counts."""

    def __init__(self, seconds: float = 0.02) -> None:
        self.seconds = seconds
        self.drawn: Counter[str] = Counter()
        self.refuses: set[str] = set()
        self.meanwhile = lambda: None

    def __call__(self, draft, credential, code):
        self.drawn[draft.serial] += 1
        self.meanwhile()
        time.sleep(self.seconds)
        if draft.serial in self.refuses:
            raise TemplateUnfit(reason="it is said so here")
        return b"%PDF-" + credential


@pytest.fixture
def drawing() -> Drawing:
    return Drawing()


@pytest.fixture
def making(tmp_path, drawing) -> PageMaking:
    return PageMaking(
        PUBLIC_URL, drawing, BlobStore(tmp_path / "blobs"), UnsealedPages()
    )


def finish(sessions, sealing, making, **options):
    return finish_due_work(
        sessions, sealing, making, at=cast.LATER, threads=3, **options
    )


def require_all_stored(sessions, making):
    with sessions() as session:
        found = session.query(rows.CertificateRecord).all()
        assert len(found) == COUNT
        for row in found:
            assert row.page_state == PageState.STORED.value
            assert making.blobs.get(row.page_sha256) == b"%PDF-" + row.credential
        assert list_unfinished(session) == []


def test_all_is_sealed_and_drawn_and_every_step_is_told(
    sessions, sealing, making, drawing
):
    steps: list[Step] = []
    assert finish(sessions, sealing, making, tell=steps.append) == (2, COUNT, 0)
    assert [step.left for step in steps] == list(range(COUNT + 2))[::-1]
    assert sum(step.is_page for step in steps) == COUNT
    require_all_stored(sessions, making)
    assert set(drawing.drawn.values()) == {1}
    assert finish(sessions, sealing, making) == (0, 0, 0)


def test_two_at_the_same_work_share_it(sessions, sealing, making, drawing):
    drawing.seconds = 0.15
    together = threading.Barrier(2)
    results = []

    def work():
        together.wait()
        results.append(finish(sessions, sealing, making))

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    require_all_stored(sessions, making)
    assert drawing.drawn.total() == COUNT, "a page was drawn twice"
    assert sum(drawn for _, drawn, _ in results) == COUNT
    assert all(failed == 0 for _, _, failed in results)


def test_one_that_fails_stops_no_other(sessions, sealing, making, drawing):
    with sessions() as session:
        bad = list_unfinished(session)[3]
    drawing.refuses = {bad.serial}
    failed: list[int] = []

    def tell(step: Step) -> None:
        if step.has_failed:
            failed.append(step.certificate_id)

    assert finish(sessions, sealing, making, tell=tell) == (2, COUNT - 1, 1)
    assert failed == [bad.id]
    assert finish(sessions, sealing, making, leaves={bad.id}) == (0, 0, 0)
    drawing.refuses = set()
    assert finish(sessions, sealing, making) == (0, 1, 0)
    require_all_stored(sessions, making)


def test_an_interrupted_batch_goes_on_where_it_was(sessions, sealing, making, drawing):
    steps: list[Step] = []

    def interrupt(step: Step) -> None:
        steps.append(step)
        if sum(each.is_page for each in steps) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        finish(sessions, sealing, making, tell=interrupt)
    time.sleep(0.3)  # what was being drawn is stored
    with sessions() as session:
        left = len(list_unfinished(session))
    assert 0 < left < COUNT
    finish(sessions, sealing, making)
    require_all_stored(sessions, making)
    assert drawing.drawn.total() == COUNT


def test_no_transaction_is_held_while_a_page_is_drawn(
    sessions, sealing, making, drawing
):
    def write() -> None:
        with sessions() as session:  # takes the write lock
            session.connection().exec_driver_sql("UPDATE person SET name = name")
            session.rollback()

    began = time.monotonic()
    drawing.meanwhile = write
    assert finish(sessions, sealing, making).failed == 0
    assert time.monotonic() - began < 10


def test_of_many_the_oldest_and_the_newest_are_taken():
    lines = list(range(20))
    assert _oldest_and_newest(lines, 6) == [0, 1, 2, 17, 18, 19]
    assert _oldest_and_newest(lines, 5) == [0, 1, 2, 18, 19]
    assert _oldest_and_newest(lines, 1) == [0]
    assert _oldest_and_newest(lines, None) == lines
    assert _oldest_and_newest(lines[:3], 6) == lines[:3]


HOLDER = """
import sys, time
from pathlib import Path
from issuer.gateways.claims import Claims
with Claims(Path(sys.argv[1])).hold("page-7", waits=True):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_claim_ends_with_the_process_that_holds_it(tmp_path):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with holder:
        assert holder.stdout.readline() == "held\n"
        claims = Claims(tmp_path)
        with claims.hold("page-7", waits=False) as is_ours:
            assert not is_ours
        with claims.hold("page-8", waits=False) as is_ours:
            assert is_ours
        holder.kill()
        with claims.hold("page-7", waits=True) as is_ours:
            assert is_ours


def test_what_fails_is_left_alone_for_longer_and_longer(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("issuer.jobs.time.monotonic", lambda: now[0])
    failures = Failures()
    failed = Step(7, is_page=True, is_done=False, has_failed=True, left=0)
    for pause in (600, 1200, 2400):
        failures.note(failed)
        assert failures.list_left_alone() == {7}
        now[0] += pause - 1
        assert failures.list_left_alone() == {7}
        now[0] += 2
        assert failures.list_left_alone() == set()
    failures.note(Step(7, is_page=True, is_done=True, has_failed=False, left=0))
    failures.note(failed)
    now[0] += 601
    assert failures.list_left_alone() == set()
