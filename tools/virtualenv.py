"""The virtual environment in .venv, filled from the hashed requirements.

A stamp inside it remembers where it was made and the digest of each requirements file,
so that a second run costs nothing, and a moved or broken one is made anew.
"""

import hashlib
import json
import subprocess
from pathlib import Path

from tools.steps import StepFailed, run
from tools.toolchain import ROOT, base_python

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"

# Each file holds all of those before it.
_CONTAINS = {
    "requirements-demo.txt": ["requirements-demo.txt"],
    "requirements-dev.txt": ["requirements-demo.txt", "requirements-dev.txt"],
    "requirements-node.txt": ["requirements-node.txt"],
}


def is_sound() -> bool:
    """Tell whether .venv is here, runs, and was made at this very place."""
    if not PYTHON.exists() or _stamped().get("at", str(VENV)) != str(VENV):
        return False
    check = "import pip, sys; sys.exit(sys.version_info < (3, 11))"
    asked = subprocess.run([PYTHON, "-c", check], check=False, capture_output=True)
    return asked.returncode == 0


def require_virtualenv() -> None:
    """Make .venv with the Python that runs this, unless it is sound."""
    if is_sound():
        return
    if VENV.is_symlink():
        raise StepFailed(
            f"{VENV} is a link to {VENV.resolve()}, which was made for another folder. "
            "It is left alone: remove the link, then run this again."
        )
    # A link into another environment would die with it: hence the base Python.
    base = base_python()
    run(
        [base, "-m", "venv", "--clear", VENV],
        cure=f"{base} -m venv failed. Another Python: make PYTHON=… (3.11 or newer)",
    )


def is_installed(requirements: str) -> bool:
    """Tell whether .venv holds exactly this version of `requirements`."""
    return is_sound() and _stamped().get(requirements) == _digest(requirements)


def require_installed(requirements: str) -> None:
    """Install `requirements` with their hashes, unless the stamp says it is done."""
    if is_installed(requirements):
        return
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input"]
    run(
        [*pip, "install", "--require-hashes", "-r", ROOT / requirements],
        cure="pip could not install the packages. Is the network there? A proxy or a "
        "mirror is set with pip's own PIP_* variables. The whole story: var/setup.log",
    )
    stamped = _stamped() | {"at": str(VENV)}
    stamped |= {each: _digest(each) for each in _CONTAINS[requirements]}
    STAMP.write_text(json.dumps(stamped, indent=1) + "\n", encoding="utf-8")


def _digest(requirements: str) -> str:
    return hashlib.sha256(Path(ROOT / requirements).read_bytes()).hexdigest()


def _stamped() -> dict[str, str]:
    try:
        stamped: dict[str, str] = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamped
