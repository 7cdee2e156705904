"""veraPDF, the reference validator of PDF/A and PDF/UA, for the tests.

One jar from Maven Central, pinned by its SHA-256.
"""

import hashlib
import re
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from tools.java_tools import (
    DEPENDENCY_PLUGIN,
    TOOLS,
    require_java,
    run_maven,
)

VERSION = "1.28.2"
SHA256 = "687d4d8bcfec48c9f7e931cf78ed061f1eeccfba55d4cdc000ba9b4d8aa46ce6"
JAR = TOOLS / f"greenfield-apps-{VERSION}.jar"

_ARTIFACT = f"org.verapdf.apps:greenfield-apps:{VERSION}"
_MAIN = "org.verapdf.apps.GreenfieldCliWrapper"
_LINE = re.compile(r"^(PASS|FAIL) (.+\.pdf) (\w+)\s*$", re.MULTILINE)


def check_conformance(files: Iterable[Path], *, flavour: str) -> dict[Path, bool]:
    """Tell of each PDF whether it keeps to `flavour`: "3a" or "ua1", say.

    Raises JavaToolMissing, and ValueError if veraPDF gave no verdict on some file.
    """
    java, jar = _installed()
    given = [Path(file) for file in files]
    done = subprocess.run(
        [java, "-cp", jar, _MAIN, "--flavour", flavour, "--format", "text", *given],
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
    )
    found = {
        Path(file): verdict == "PASS"
        for verdict, file, judged in _LINE.findall(done.stdout)
        if judged == flavour
    }
    if set(found) != set(given):
        raise ValueError(f"veraPDF gave no verdict: {done.stdout}{done.stderr}")
    return found


@cache
def _installed() -> tuple[Path, Path]:
    java = require_java()
    if not JAR.exists():
        run_maven(
            f"{DEPENDENCY_PLUGIN}:copy",
            f"-Dartifact={_ARTIFACT}",
            f"-DoutputDirectory={TOOLS}",
        )
    if hashlib.sha256(JAR.read_bytes()).hexdigest() != SHA256:
        raise ValueError(f"{JAR} is not the file it should be. Remove it.")
    return java, JAR
