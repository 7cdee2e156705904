"""The public keys we know, one JSON file a key, kept for ever.

A key is published ahead, taken into use, retired. A retired key signs no more, but
what it signed stands. A key revoked from an instant on (it may have been stolen) makes
what it signed since then fail. `public_key` documents the file.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from issuer.credentials import bounded_json
from issuer.credentials.key_files import make_folder, write_whole
from issuer.credentials.public_key import (
    PublicKey,
    PublicKeyUnfit,
    instant_text,
    kid_of,
)
from issuer.domain.errors import IssuerError, sentence

__all__ = [
    "KeyRing",
    "PublicKey",
    "PublicKeyUnfit",
    "PublicKeyUnreadable",
    "instant_text",
    "kid_of",
    "read_public_key",
    "write_public_key",
]


class PublicKeyUnreadable(IssuerError):
    """A file of the key ring is not a public key of the agreed form."""

    code = "key_ring.unreadable"
    sentence = sentence("The public key file %(file)s cannot be used: %(reason)s")


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All public keys known, of ourselves and of any issuer an operator added."""

    keys: Mapping[str, PublicKey]

    @classmethod
    def of(cls, keys: Iterable[PublicKey]) -> Self:
        """Return the ring of these keys."""
        return cls({key.id: key for key in keys})

    @classmethod
    def load(cls, public_dir: Path) -> Self:
        """Read every `*.json` in the folder; a folder not yet there holds no key.

        Raises PublicKeyUnreadable, naming the file.
        """
        return cls.of(
            read_public_key(path) for path in sorted(public_dir.glob("*.json"))
        )

    def find(self, key_id: str) -> PublicKey | None:
        """Return the key with this verification method id, or None."""
        return self.keys.get(key_id)

    def find_in_force(self, did: str, *, purpose: str) -> PublicKey | None:
        """Return the key that seals now for `did`: of those that may, the newest.

        Newest is what was taken into use last. None where no key may sign.
        """
        usable = [key for key in self.of_purpose(did, purpose) if key.may_sign]
        return max(usable, key=lambda k: (k.activated, k.created, k.kid), default=None)

    def find_next(self, did: str, *, purpose: str) -> PublicKey | None:
        """Return the newest key of `did` that is published ahead, or None."""
        ahead = [key for key in self.of_purpose(did, purpose) if key.is_next]
        return ahead[-1] if ahead else None

    def of_controller(self, did: str) -> tuple[PublicKey, ...]:
        """Return the keys of this DID, oldest first."""
        mine = [key for key in self.keys.values() if key.controller == did]
        return tuple(sorted(mine, key=lambda key: (key.created, key.kid)))

    def of_purpose(self, did: str, purpose: str) -> tuple[PublicKey, ...]:
        """Return the keys of this DID for one purpose, oldest first."""
        return tuple(key for key in self.of_controller(did) if key.purpose == purpose)


def read_public_key(path: Path) -> PublicKey:
    """Read and check one file of the ring. Raises PublicKeyUnreadable."""
    try:
        key = PublicKey.parse(bounded_json.parse(path.read_bytes()))
    except PublicKeyUnfit as error:
        reason = str(error.facts["reason"])
        raise PublicKeyUnreadable(file=str(path), reason=reason) from error
    except (OSError, bounded_json.JsonRefused) as error:
        raise PublicKeyUnreadable(
            file=str(path), reason="it is not readable JSON"
        ) from error
    if path.name != f"{key.kid}.json":
        raise PublicKeyUnreadable(
            file=str(path), reason=f"it must be called {key.kid}.json"
        )
    return key


def write_public_key(public_dir: Path, key: PublicKey) -> None:
    """Write the key's file in one step, in place of an earlier one.

    Raises PublicKeyUnfit rather than write what `read_public_key` would refuse.
    """
    document = key.to_document()
    PublicKey.parse(document)
    text = json.dumps(document, indent=2, sort_keys=True) + "\n"
    folder = make_folder(public_dir, mode=0o755)
    write_whole(folder / f"{key.kid}.json", text.encode(), mode=0o644)
