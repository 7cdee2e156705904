"""`flask certificates finish` shows how far it is and can be interrupted."""

import os
import pty
import secrets
import signal
import subprocess
import sys
import time

import pytest

from issuer.cli.progress import Progress
from issuer.domain.identifiers import SERIAL_BITS, Serial
from issuer.services.due_work import Step
from issuer.services.pages import list_unfinished
from tests import cast
from tests.web.office_fixtures import books, make_keys
from tools.toolchain import ROOT

PENDING = 12  # more than are drawn before a key is pressed


@pytest.fixture
def pending(app, house) -> int:
    """Certificates that are issued and have no page yet."""
    make_keys(app)
    for number in range(PENDING):
        with books(app) as session:
            period = cast.open_period(session, house)
            cast.sign_off(session, house, period, once=str(number))
            proposal = cast.propose_and_accept(session, house, period)
            serial = Serial.from_bits(secrets.randbits(SERIAL_BITS))
            app.extensions["issuer"].release(
                session, house.sirpa, proposal, serial=serial, at=cast.LATER
            )
    return PENDING


def step(left: int, *, has_failed: bool = False) -> Step:
    return Step(
        7, is_page=True, is_done=not has_failed, has_failed=has_failed, left=left
    )


def test_without_a_terminal_a_line_now_and_then(capsys, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("issuer.cli.progress.time.monotonic", lambda: now[0])
    progress = Progress()
    for left in (9, 8, 7):
        now[0] += 4
        progress.tell(step(left, has_failed=left == 8))
    progress.close()
    told = capsys.readouterr()
    assert told.err == "3 of 10, 1 failed, 0.2 a second, 0:00:28 left\n"
    assert told.out == ""


def test_on_a_terminal_a_bar_in_one_line(monkeypatch, capsys):
    monkeypatch.setattr("issuer.cli.progress.sys.stderr.isatty", lambda: True)
    progress = Progress()
    for left in (1, 0):
        progress.tell(step(left))
    progress.close()
    told = capsys.readouterr().err
    assert told.count("\r") == 2
    assert told.count("\n") == 1
    assert told.endswith("\n")
    assert "2 of 2" in told
    assert all(len(line) <= 80 for line in told.split("\r"))


def environment(app) -> dict[str, str]:
    settings = app.extensions["issuer"].settings
    secret = settings.keys_dir.parent / "secret_key"
    secret.write_text(settings.secret_key)
    return {
        **os.environ,
        "PUBLIC_URL": settings.public_url,
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY_FILE": str(secret),
        "KEYS_DIR": str(settings.keys_dir),
        "KEY_PASSPHRASE_FILE": str(settings.key_passphrase_file),
        "BLOB_DIR": str(settings.blob_dir),
        "TEMPLATES_DIR": str(settings.templates_dir),
        "FLASK_APP": "wsgi",
    }


@pytest.fixture
def heeding():
    """Let children heed Ctrl-C where the shell that runs the tests ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.faults
@pytest.mark.usefixtures("heeding")
def test_ctrl_c_says_how_to_go_on_and_leaves_no_child(app, pending):
    """On a real terminal, with real children, as a person would press it."""
    parent, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "flask", "certificates", "finish"],
        cwd=ROOT,
        env=environment(app),
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as command:
        os.close(terminal)
        children = wait_for_children(command.pid)
        time.sleep(0.3)
        os.killpg(command.pid, signal.SIGINT)
        _, told = command.communicate(timeout=60)
    os.close(parent)
    assert command.returncode == 130, told
    assert "run the command again" in told
    assert not any(is_there(child) for child in children)
    with books(app) as session:
        assert 0 < len(list_unfinished(session)) <= pending


def wait_for_children(pid: int) -> list[int]:
    for _ in range(600):
        told = subprocess.run(
            ["pgrep", "-P", str(pid), "-f", "page_drawing"],
            capture_output=True,
            text=True,
            check=False,
        )
        if told.stdout:
            return [int(child) for child in told.stdout.split()]
        time.sleep(0.05)
    raise AssertionError("it starts no child")


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
