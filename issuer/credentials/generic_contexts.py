"""The contexts that documents of others may name, pinned by SHA-256; never fetched.

Beside those of our certificates: credentials/v1 as the PyLD wheel bundles it, where
that is installed, and the examples context of VCDM 2.0, whose one member is written
out here. For conformance tests only; a certificate never needs them.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Self

from issuer.credentials.contexts import (
    CREDENTIALS_V2,
    ContextLibrary,
    ContextsUntrusted,
    definition_text,
)

CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"
EXAMPLES_V2 = "https://www.w3.org/ns/credentials/examples/v2"

_IN_WHEELS = {
    CREDENTIALS_V2: ("openbadgeslib", "openbadgeslib/ob3/contexts/credentials-v2.json"),
    CREDENTIALS_V1: (
        "PyLD",
        "pyld/documentloader/frozen/bundled/credentials-v1.jsonld",
    ),
}
_SHA256 = {
    CREDENTIALS_V2: "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    CREDENTIALS_V1: "00d7dd6d3ad8b920e3e550dd3a3d9090bffcac84cdbf943da6924b3e0a5c8bb8",
    EXAMPLES_V2: "57393fbc69d6efb9b9b5dc9cb6b9880b0944360abfe2eaf459c9e58cf2279d7c",
}
_EXAMPLES = {"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}


@dataclass(frozen=True, slots=True)
class GenericContexts:
    """Context definitions by URL, and the bytes of some of the files."""

    library: ContextLibrary
    files: Mapping[str, bytes]

    @classmethod
    def load(cls, context_dir: Path | None = None) -> Self:
        """Read and check every file there is. Raises ContextsUntrusted."""
        files = _files()
        texts = dict(ContextLibrary.load(context_dir).texts)
        texts.update({url: definition_text(data) for url, data in files.items()})
        return cls(ContextLibrary(texts), files)


def _files() -> dict[str, bytes]:
    files = {EXAMPLES_V2: json.dumps(_EXAMPLES, indent=2).encode() + b"\n"}
    for url, (wheel, name) in _IN_WHEELS.items():
        try:
            files[url] = Path(str(distribution(wheel).locate_file(name))).read_bytes()
        except (PackageNotFoundError, OSError):
            continue  # documents that name it are refused
    for url, data in files.items():
        found = hashlib.sha256(data).hexdigest()
        if found != _SHA256[url]:
            raise ContextsUntrusted(file=url, reason=f"its SHA-256 is {found}")
    return files
