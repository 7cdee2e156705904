"""Programs of others in Java, for the tests: fetched with Maven, kept in var/tools.

Each is pinned by SHA-256. They need a Java to run, of 17 or newer, and no compiler.
"""

import hashlib
import subprocess
from pathlib import Path

from tools.toolchain import ROOT, find_program

TOOLS = ROOT / "var" / "tools"
# Named with its version: the one that an older Maven takes may not be fetched any more.
DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"


class JavaToolMissing(Exception):
    """The program cannot be run here; the message says what is missing."""


def require_java() -> Path:
    """Return Java's program; raises JavaToolMissing."""
    java = find_program("java")
    if java is None:
        raise JavaToolMissing("There is no Java: apt-get install default-jre-headless")
    return java


def run_maven(*arguments: str) -> None:
    """Run Maven, quietly; raises JavaToolMissing with the end of what it said."""
    maven = find_program("mvn")
    if maven is None:
        raise JavaToolMissing("There is no Maven to fetch with: apt-get install maven")
    done = subprocess.run(
        [maven, "-B", "-q", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
    )
    if done.returncode:
        raise JavaToolMissing(f"Maven could not fetch it: {done.stdout[-400:]}")


def digest_of(files: list[Path]) -> str:
    """Return one SHA-256 over the names and contents of files."""
    whole = hashlib.sha256()
    for file in sorted(files):
        contents = hashlib.sha256(file.read_bytes()).hexdigest()
        whole.update(f"{contents}  {file.name}\n".encode())
    return whole.hexdigest()
