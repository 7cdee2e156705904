"""A real server on a real database, for journeys in a real browser."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from alembic import command

from issuer.cli.database import migrations
from issuer.clock import now
from issuer.i18n import load_catalogue
from issuer.services.catalogue import import_starter
from issuer.services.keys import create_keys
from issuer.settings import settings_from
from issuer.wiring import Wiring, build_wiring
from tools.demo import require_pdf_seal, settings_of, write_secrets
from tools.demo_cast import Cast, find_or_add_cast
from tools.toolchain import ROOT


@dataclass(frozen=True)
class Served:
    """What is being served, and where."""

    url: str
    environment: dict[str, str]
    house: Wiring
    cast: Cast
    log: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def finish_pages(self) -> None:
        """Draw and seal every PDF that is still due."""
        subprocess.run(
            [sys.executable, "-m", "flask", "certificates", "finish"],
            cwd=ROOT,
            env={**os.environ, **self.environment, "FLASK_APP": "wsgi"},
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        """Switch the server off; it refuses connections from now on."""
        while self.processes:
            process = self.processes.pop()
            process.terminate()
            process.wait(timeout=30)

    def start(self) -> None:
        """Switch the server on, if it is off."""
        if not self.processes:
            port = int(self.url.rpartition(":")[2])
            self.processes.append(start(self.environment, port, self.log))


def fi(words: str) -> str:
    """Return a phrase of the screen in Finnish; it must have been translated."""
    finnish = load_catalogue("fi").gettext(words)
    assert finnish != words, f"no Finnish for: {words}"
    return finnish


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """Serve a new demo installation with its cast and the starter catalogue."""
    port = _free_port()
    write_secrets(folder)
    environment = settings_of(folder, public_url=f"http://localhost:{port}")
    house = build_wiring(settings_from(environment))
    command.upgrade(migrations(house.settings.database_url), "head")
    create_keys(house.keys, did=house.settings.host_did, at=now())
    with house.sessions() as session:
        import_starter(session, at=now())
        cast = find_or_add_cast(session, house.settings, at=now())
    require_pdf_seal(house)
    log = folder / "server.log"
    served = Served(f"http://localhost:{port}", environment, house, cast, log)
    served.start()
    try:
        yield served
    finally:
        served.stop()


def start(environment: dict[str, str], port: int, log: Path) -> subprocess.Popen[bytes]:
    """Start the production server on `port` and wait until it answers."""
    with log.open("ab") as out:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                "--worker-class=gthread",
                "--workers=1",
                "--threads=8",
                "--no-control-socket",
                "--access-logfile=-",
                f"--bind=127.0.0.1:{port}",
                "wsgi:application",
            ],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=out,
            stderr=out,
        )
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(log.read_text())
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/about", timeout=5):
                return process
        except OSError:  # not up yet, or too slow to answer yet
            time.sleep(0.1)
    process.kill()
    raise RuntimeError(log.read_text())


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
