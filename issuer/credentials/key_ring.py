"""The public keys we know, one JSON file a key, kept for ever.

A retired key signs no more, but what it signed stands. A key revoked from an instant
on (it may have been stolen) makes what it signed since then fail.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from issuer.credentials import multibase
from issuer.domain.errors import IssuerError, sentence

_REQUIRED = {"kid", "id", "controller", "public_key_multibase", "created"}
_OPTIONAL = {"retired", "revoked_from"}
_DID = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%-]+")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


class PublicKeyUnreadable(IssuerError):
    """A file of the key ring is not a public key of the agreed form."""

    code = "key_ring.unreadable"
    sentence = sentence("The public key file %(file)s cannot be used: %(reason)s")


class _Unfit(ValueError):
    """Why a public key is unfit, before its file is known."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 public key, whose it is, and since and until when it signs."""

    kid: str
    id: str
    controller: str
    public_key_multibase: str
    created: datetime
    retired: datetime | None = None
    revoked_from: datetime | None = None

    @property
    def raw(self) -> bytes:
        """The 32 bytes of the key."""
        return multibase.decode_public_key(self.public_key_multibase)

    @property
    def may_sign(self) -> bool:
        """Tell whether new credentials may be sealed with the key."""
        return self.retired is None and self.revoked_from is None

    def to_document(self) -> dict[str, str]:
        """Return the members of the key's file; times without value are left out."""
        document = {
            "kid": self.kid,
            "id": self.id,
            "controller": self.controller,
            "public_key_multibase": self.public_key_multibase,
            "created": instant_text(self.created),
        }
        if self.retired:
            document["retired"] = instant_text(self.retired)
        if self.revoked_from:
            document["revoked_from"] = instant_text(self.revoked_from)
        return document


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

    def of_controller(self, did: str) -> tuple[PublicKey, ...]:
        """Return the keys of this DID, oldest first."""
        mine = [key for key in self.keys.values() if key.controller == did]
        return tuple(sorted(mine, key=lambda key: (key.created, key.kid)))


def kid_of(raw: bytes) -> str:
    """Return the short name of a public key, drawn from its bytes."""
    return f"ed25519-{hashlib.sha256(raw).hexdigest()[:10]}"


def instant_text(instant: datetime) -> str:
    """Return an aware `instant` as `YYYY-MM-DDThh:mm:ssZ`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_public_key(path: Path) -> PublicKey:
    """Read and check one file of the ring. Raises PublicKeyUnreadable."""
    try:
        key = _parse(json.loads(path.read_bytes()))
        if path.name != f"{key.kid}.json":
            raise _Unfit(f"it must be called {key.kid}.json")  # noqa: TRY301
    except (_Unfit, multibase.MultibaseMalformed) as error:
        raise PublicKeyUnreadable(file=str(path), reason=str(error)) from error
    except (OSError, ValueError, RecursionError) as error:
        raise PublicKeyUnreadable(
            file=str(path), reason="it is not readable JSON"
        ) from error
    return key


def _parse(document: object) -> PublicKey:
    if not isinstance(document, dict):
        raise _Unfit("it is not a JSON object")
    names = set(document)
    if missing := sorted(_REQUIRED - names):
        raise _Unfit(f"it lacks {', '.join(missing)}")
    if unknown := sorted(names - _REQUIRED - _OPTIONAL):
        raise _Unfit(f"it has the unknown member {unknown[0]}")
    if not all(isinstance(value, str) for value in document.values()):
        raise _Unfit("every member must be a text")
    kid = kid_of(multibase.decode_public_key(document["public_key_multibase"]))
    if not _DID.fullmatch(document["controller"]):
        raise _Unfit("its controller is not a DID")
    if document["kid"] != kid:
        raise _Unfit(f"its kid must be {kid}, which follows from the key")
    if document["id"] != f"{document['controller']}#{kid}":
        raise _Unfit("its id must be the controller, # and the kid")
    times = {
        name: _instant(document[name], name=name)
        for name in ("created", "retired", "revoked_from")
        if name in document
    }
    return PublicKey(
        kid=kid,
        id=document["id"],
        controller=document["controller"],
        public_key_multibase=document["public_key_multibase"],
        created=times["created"],
        retired=times.get("retired"),
        revoked_from=times.get("revoked_from"),
    )


def _instant(text: str, *, name: str) -> datetime:
    try:
        if _INSTANT.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise _Unfit(f"{name} is not a time like 2026-11-24T09:30:00Z")
