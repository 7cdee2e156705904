"""Make this checkout ready: `python -m tools.setup demo`, `develop` or `test`.

The standard library only, since it runs before anything is installed. Two at once wait
for each other; a second run finds everything done.
"""

import fcntl
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools import (
    programs,
    service_secrets,
    system_packages,
    translations,
    virtualenv,
)
from tools.steps import LOG, StepFailed, step
from tools.toolchain import ROOT

VAR = ROOT / "var"
REQUIREMENTS = {
    "demo": "requirements-demo.txt",
    "develop": "requirements-dev.txt",
    "test": "requirements-dev.txt",
}


def prepare(goal: str) -> None:
    """Do every step that `goal` needs; raise StepFailed at the first that fails."""
    with step("System libraries"):
        wanted = programs.list_missing_programs() if goal == "test" else []
        system_packages.require_system_packages(also=wanted)
    version = ".".join(map(str, sys.version_info[:2]))
    with step(f"Virtual environment .venv (Python {version})"):
        virtualenv.require_virtualenv()
    with step(f"Python packages ({REQUIREMENTS[goal]})"):
        virtualenv.require_installed(REQUIREMENTS[goal])
    with step("Translations"):
        translations.require_compiled()
    with step("Secrets of this machine (var/)"):
        service_secrets.require_secrets(VAR)
    if goal == "test":
        with step("Browser and PDF tools"):
            programs.require_programs()
        with step("Node"):
            programs.require_node()
        with step("Verifiers from npm"):
            programs.require_verifiers()
        with step("Verifiers from PyPI, apart (var/foreign)"):
            programs.require_foreign_packages()


def main(arguments: list[str]) -> int:
    """Prepare for the goal named in `arguments`; return the exit code."""
    goal = arguments[0] if arguments else "demo"
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    started = time.monotonic()
    try:
        VAR.mkdir(mode=0o700, exist_ok=True)
        with _alone(VAR / "setup.lock"):
            prepare(goal)
    except StepFailed as failure:
        print(_explained(failure), file=sys.stderr)
        return 1
    except PermissionError as error:
        print(f"\n{error}\nDoes it belong to another user?", file=sys.stderr)
        return 1
    print(f"  Ready for `{goal}` in {time.monotonic() - started:.1f} s.", flush=True)
    return 0


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        LOG.write_bytes(b"")
        yield


def _explained(failure: StepFailed) -> str:
    tail = "\n".join(f"    | {line}" for line in failure.log_tail.splitlines())
    return "\n".join(filter(None, ["", tail, failure.cure]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
