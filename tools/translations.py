"""Compile the interface texts where a .po is newer than its .mo."""

from pathlib import Path

from tools.steps import run
from tools.toolchain import ROOT
from tools.virtualenv import PYTHON

FOLDER = ROOT / "issuer" / "translations"


def list_stale() -> list[Path]:
    """Return the catalogues whose compiled form is missing or older."""
    return [po for po in sorted(FOLDER.glob("*/LC_MESSAGES/*.po")) if _is_stale(po)]


def require_compiled() -> None:
    """Compile what is stale; raise StepFailed if a catalogue is malformed."""
    if list_stale():
        run(
            [PYTHON, "-m", "babel.messages.frontend", "compile", "-d", FOLDER],
            cure="A translation file is malformed; the line is named above.",
        )


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime
