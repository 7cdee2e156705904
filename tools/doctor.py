"""Say what this machine has and lacks, and change nothing: `make doctor`."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools import service_secrets, system_packages, translations, virtualenv
from tools.toolchain import (
    ROOT,
    base_python,
    find_chromium,
    find_node,
    find_node_modules,
    find_program,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `needed_by` is what does not work without it."""

    what: str
    found: str
    needed_by: str = "demo"
    cure: str = ""

    @property
    def line(self) -> str:
        """Return the finding as a person reads it."""
        if not self.cure:
            return f"  ✓ {self.what:<22} {self.found}"
        mark = "✗" if self.needed_by == "demo" else "–"
        return f"  {mark} {self.what:<22} {self.found}; {self.cure}"


def examine() -> Iterator[Finding]:
    """Yield every finding, those that the demo needs first."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding("Python", f"{version} at {base_python()}")
    yield _system_libraries()
    yield _environment("requirements-demo.txt", needed_by="demo", make="make setup")
    stale = translations.list_stale()
    yield Finding(
        "translations",
        f"{len(stale)} not compiled" if stale else "none to compile",
        cure="make setup" if stale else "",
    )
    yield _secrets()
    yield _environment("requirements-dev.txt", needed_by="tests", make="make test")
    for what, where in (
        ("Chromium", find_chromium()),
        ("pdftotext", find_program("pdftotext")),
        ("qpdf", find_program("qpdf")),
    ):
        yield _program(what, where)
    atomic = system_packages.loads("libatomic.so.1")
    yield _program("libatomic (Playwright)", Path("libatomic.so.1") if atomic else None)
    node = find_node()
    yield _program("Node of 20.19 or newer", node.program if node else None)
    yield _program("verifiers from npm", find_node_modules())


def _system_libraries() -> Finding:
    missing = (
        system_packages.list_missing_libraries() + system_packages.list_missing_venv()
    )
    if missing:
        cure = system_packages.install_line(missing)
        return Finding("system libraries", f"missing {', '.join(missing)}", cure=cure)
    return Finding("system libraries", "all load")


def _environment(requirements: str, *, needed_by: str, make: str) -> Finding:
    installed = virtualenv.is_installed(requirements)
    return Finding(
        requirements,
        f"installed in {virtualenv.VENV.name}" if installed else "not installed",
        needed_by=needed_by,
        cure="" if installed else make,
    )


def _secrets() -> Finding:
    missing = [
        name for name in service_secrets.MODES if not (ROOT / "var" / name).exists()
    ]
    return Finding(
        "secrets in var/",
        f"no {', '.join(missing)}" if missing else "made",
        cure="make setup" if missing else "",
    )


def _program(what: str, where: Path | None) -> Finding:
    return Finding(
        what,
        str(where) if where else "not found",
        needed_by="tests",
        cure="" if where else "make test installs it where it may",
    )


def main() -> int:
    """Print the findings; return 1 if the demo could not run."""
    findings = list(examine())
    for finding in findings:
        print(finding.line)
    may = system_packages.apt_prefix() is not None
    print(f"  – apt-get is {'at hand' if may else 'not for this user without a word'}")
    return int(any(each.cure and each.needed_by == "demo" for each in findings))


if __name__ == "__main__":
    sys.exit(main())
