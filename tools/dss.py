"""The EU's DSS, the reference validator of PAdES, for the tests.

Its parts come from Maven Central as tests/java/pom.xml names them, pinned all together
by one SHA-256; our class beside it, which asks and fetches nothing, is compiled by ecj.
"""

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tools.java_tools import (
    DEPENDENCY_PLUGIN,
    TOOLS,
    digest_of,
    require_java,
    run_maven,
)
from tools.toolchain import ROOT

VERSION = "6.2"
SHA256 = "f8c8ec4b0f89d16833da4cdf47d6903349df269b1c5e40d8e9cd6295216c2d19"
SOURCES = ROOT / "tests" / "java"

_LIBRARIES = TOOLS / f"dss-{VERSION}"
_QUICK = "-XX:TieredStopAtLevel=1"  # compiles little: it runs for seconds only


@dataclass(frozen=True, slots=True)
class Verdict:
    """What DSS says of a PDF: the first signature's level, and whether it holds."""

    signatures: int
    level: str
    indication: str
    sub_indication: str
    remarks: str


def judge(
    pdfs: Iterable[Path], *, trusted: Iterable[bytes], lists: Iterable[bytes], at: Path
) -> dict[str, Verdict]:
    """Return DSS's verdict on each PDF by its name, by DSS's own policy.

    `trusted` certificates and revocation `lists` are in DER; `at` is a folder to work
    in. Raises JavaToolMissing, and ValueError if there is no verdict on some file.
    """
    java, libraries = _installed()
    given = [Path(each) for each in pdfs]
    arguments = [*given]
    for ending, contents in (("cer", trusted), ("crl", lists)):
        for number, each in enumerate(contents):
            arguments.append(at / f"{number}.{ending}")
            arguments[-1].write_bytes(each)
    classes = _compiled(java, libraries, at=at)
    done = subprocess.run(
        [java, _QUICK, "-cp", f"{classes}:{libraries}/*", "Dss", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
    )
    found = {}
    for line in done.stdout.splitlines():
        name, count, *words = line.split("\t")
        found[name] = Verdict(int(count), *words)
    if set(found) != {each.name for each in given}:
        raise ValueError(f"DSS gave no verdict: {done.stdout}{done.stderr}")
    return found


@cache
def _installed() -> tuple[Path, Path]:
    java = require_java()
    if not _LIBRARIES.exists():
        fetched = _LIBRARIES.with_name(f"{_LIBRARIES.name}-fetched")
        run_maven(
            "-f",
            str(SOURCES / "pom.xml"),
            f"{DEPENDENCY_PLUGIN}:copy-dependencies",
            f"-DoutputDirectory={fetched}",
        )
        fetched.rename(_LIBRARIES)
    if digest_of(list(_LIBRARIES.glob("*.jar"))) != SHA256:
        raise ValueError(f"{_LIBRARIES} is not what it should be. Remove it.")
    return java, _LIBRARIES


def _compiled(java: Path, libraries: Path, *, at: Path) -> Path:
    jars = sorted(libraries.glob("*.jar"))
    [compiler] = libraries.glob("ecj-*.jar")
    path = ":".join(map(str, jars))
    subprocess.run(
        [java, "-jar", compiler, "-17", "-cp", path, "-d", at, SOURCES / "Dss.java"],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return at
