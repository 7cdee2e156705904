"""Children that draw pages are killed, and so is the process that started them."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from issuer.services.page_renderer import PageRenderer
from tests.services.drawn_pages import CODE, SmallDraft, write_templates
from tools.toolchain import ROOT

pytestmark = pytest.mark.faults


def in_thread(work) -> tuple[threading.Thread, list]:
    found: list = []
    thread = threading.Thread(target=lambda: found.append(work()))
    thread.start()
    return thread, found


def wait_until(done, *, seconds=30):
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, "it does not come to an end"
        time.sleep(0.02)


def busy(pid: int) -> bool:
    """Tell whether the process uses the processor."""

    def used():
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return int(fields[11]) + int(fields[12])

    before = used()
    time.sleep(0.05)
    return used() > before


def test_a_child_that_is_killed_amid_a_page_is_replaced_and_the_page_is_made(tmp_path):
    """Here the child is stopped first, so that it surely has not finished."""
    drawing = PageRenderer(write_templates(tmp_path), sample="small")
    try:
        expected = drawing(SmallDraft(), b"{}", CODE)
        for _ in range(3):
            (pid,) = drawing.list_children()
            os.kill(pid, signal.SIGSTOP)
            thread, found = in_thread(lambda: drawing(SmallDraft(), b"{}", CODE))
            time.sleep(0.2)
            assert thread.is_alive()
            os.kill(pid, signal.SIGKILL)
            thread.join(30)
            assert found == [expected]
            assert pid not in drawing.list_children()
    finally:
        drawing.close()


PARENT = """
import sys
from pathlib import Path
from issuer.services.page_renderer import PageRenderer
from tests.services.drawn_pages import CODE, SmallDraft
drawing = PageRenderer(Path(sys.argv[1]), workers=2, sample="small")
drawing.warm_up()
drawing(SmallDraft(), b"{}", CODE)
print(*drawing.list_children(), flush=True)
if sys.argv[2] == "hanging":
    drawing(SmallDraft(template="hanging"), b"{}", CODE)
elif sys.argv[2] == "waiting":
    sys.stdin.read()
"""


@pytest.mark.parametrize(
    ("deed", "by"),
    [
        ("hanging", signal.SIGKILL),
        ("hanging", signal.SIGTERM),
        ("waiting", signal.SIGKILL),
        ("ending", None),
    ],
)
def test_no_child_outlives_the_process_that_started_it(tmp_path, deed, by):
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(write_templates(tmp_path)), deed],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with parent:
        children = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(children) == 2
        if deed == "hanging":
            wait_until(lambda: any(busy(pid) for pid in children))
            time.sleep(0.3)
        if by:
            parent.send_signal(by)
        parent.stdin.close()
        parent.wait(timeout=30)
    wait_until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))
