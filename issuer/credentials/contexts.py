"""The JSON-LD contexts credentials name, as files pinned by SHA-256; never fetched.

The files of the `openbadgeslib` wheel are read without importing it; an operator may
give the same files in a folder instead. A file that differs by one byte stops us: a
context decides what a signature covers.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Self

from issuer.domain.errors import IssuerError, sentence

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
OPEN_BADGES = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
OPEN_BADGES_EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
DATA_INTEGRITY_V2 = "https://w3id.org/security/data-integrity/v2"
MULTIKEY_V1 = "https://w3id.org/security/multikey/v1"

_PINNED = {
    CREDENTIALS_V2: (
        "credentials-v2.json",
        "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734",
    ),
    OPEN_BADGES: (
        "ob-v3p0-context-3.0.3.json",
        "3d34f4d4ef1bce691106e63798beb5e7b862ba841423f5ee1e53ab7ddf3bca84",
    ),
    OPEN_BADGES_EXTENSIONS: (
        "ob-v3p0-extensions.json",
        "87c06c81bc2317663bf288d740d94fddd2818c4342b186270ff6371dfaa63f93",
    ),
    DATA_INTEGRITY_V2: (
        "security-data-integrity-v2.json",
        "67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4",
    ),
    MULTIKEY_V1: (
        "security-multikey-v1.json",
        "ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597",
    ),
}
_WHEEL = "openbadgeslib"
_FOLDER_IN_WHEEL = "openbadgeslib/ob3/contexts"


class ContextsUntrusted(IssuerError):
    """A context file is missing or is not the one that was reviewed."""

    code = "contexts.untrusted"
    sentence = sentence(
        "The context file %(file)s is missing or not the reviewed one (%(reason)s). "
        "Nothing is sealed or checked without it."
    )


@dataclass(frozen=True, slots=True)
class ContextLibrary:
    """For each context URL the JSON text of its definition, serialised once."""

    texts: Mapping[str, str]

    @classmethod
    def load(cls, context_dir: Path | None = None) -> Self:
        """Read and check the pinned files. Raises ContextsUntrusted."""
        folder = context_dir or _folder_of_wheel()
        return cls(
            {
                url: definition_text(_pinned_bytes(folder / name, sha256=sha256))
                for url, (name, sha256) in _PINNED.items()
            }
        )


def definition_text(file: bytes) -> str:
    """Return the value of `@context` in a context file, as compact JSON."""
    definition = json.loads(file)["@context"]
    return json.dumps(definition, separators=(",", ":"))


def _folder_of_wheel() -> Path:
    try:
        return Path(str(distribution(_WHEEL).locate_file(_FOLDER_IN_WHEEL)))
    except PackageNotFoundError as error:
        raise ContextsUntrusted(
            file=_FOLDER_IN_WHEEL, reason=f"{_WHEEL} is not installed"
        ) from error


def _pinned_bytes(path: Path, *, sha256: str) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ContextsUntrusted(
            file=str(path), reason=error.strerror or "unreadable"
        ) from error
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise ContextsUntrusted(file=str(path), reason=f"its SHA-256 is {found}")
    return data
