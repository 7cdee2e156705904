#!/usr/bin/env python3
"""Check files of certificates at a service: one file, the standard library alone.

    python check_certificates.py https://todistus.example FILE-OR-FOLDER...

Prints one line a file. Exit code: 0 if every one is valid, 1 if one is not, 2 if one
could not be decided. Files are sent to the service, which keeps nothing of them; where
nothing may be sent, use the page /q/files or `flask verifier export` instead.
"""

import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

KINDS = {
    ".json": "application/vc",
    ".jwt": "application/vc+jwt",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".txt": "text/plain",
}
TRIES = 5


def check(service: str, data: bytes, *, kind: str, language: str) -> dict[str, Any]:
    """Return the report on a file; waits where the service asks to come later."""
    asked = urllib.request.Request(  # noqa: S310 - the address is the caller's own
        f"{service.rstrip('/')}/api/v1/verifications",
        data=data,
        headers={"Content-Type": kind, "Accept-Language": language},
        method="POST",
    )
    for left in reversed(range(TRIES)):
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
                found: dict[str, Any] = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            if error.code not in {429, 503} or not left:
                raise
            time.sleep(int(error.headers.get("Retry-After") or 20))
    raise AssertionError("unreachable")


def files(names: list[str]) -> Iterator[Path]:
    """Return the files named, and those within folders that are named."""
    for name in names:
        path = Path(name)
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (each for each in inside if each.suffix.lower() in KINDS)


def main(service: str, *names: str) -> int:
    """Check every file and print what was found."""
    code = 0
    for path in files(list(names)):
        kind = KINDS[path.suffix.lower()]
        report = check(service, path.read_bytes(), kind=kind, language="fi")
        why = [each["text"] for each in report["checks"] if each["outcome"] != "passed"]
        print(report["verdict"], report["serial"] or "-", path, *why[:1], sep="\t")
        code = max(code, {"valid": 0, "unknown": 2}.get(report["verdict"], 1), key=_bad)
    return code


def _bad(code: int) -> int:
    """Not valid is worse than not decided, and both than valid."""
    return {0: 0, 2: 1, 1: 2}[code]


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], *sys.argv[2:]))
