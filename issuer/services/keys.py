"""Keys as an operator sees them: made, taken into use, retired, revoked.

An issuer has a key in force for each purpose. Its successor is published ahead, so that
everybody knows it before it seals; a rotation takes it into use and retires the other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from issuer.credentials.did_web import document_location
from issuer.credentials.key_files import alone_in, make_folder
from issuer.credentials.key_folder import KeyFolder
from issuer.credentials.key_life import (
    KeyInForce,
    NextKeyExists,
    NextKeyMissing,
    activated,
    retired,
    revoked,
    state_of,
)
from issuer.credentials.key_ring import KeyRing, PublicKey, write_public_key
from issuer.credentials.public_key import PURPOSES
from issuer.credentials.signer import create_issuer_keys, create_key
from issuer.domain.errors import IssuerError, sentence
from issuer.services.key_publication import publish_did_document, publish_jwks

__all__ = [
    "PURPOSES",
    "KeyFolderUnwritable",
    "KeyLine",
    "KeyUnknown",
    "changing",
    "create_keys",
    "create_signing_key",
    "list_keys",
    "publish_did_document",
    "publish_jwks",
    "retire_key",
    "revoke_key",
    "rotate_key",
]


class KeyUnknown(IssuerError):
    """No key of this name is in the key folder."""

    code = "keys.unknown"
    sentence = sentence("There is no key %(key)s. See them with: flask keys list")


class KeyFolderUnwritable(IssuerError):
    """The system does not let us write into the key folder."""

    code = "keys.folder_unwritable"
    sentence = sentence("The key folder %(folder)s cannot be changed: %(reason)s")


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A public key as lists show it."""

    id: str
    purpose: str
    algorithm: str
    state: str
    created: datetime
    activated: datetime | None
    retired: datetime | None
    revoked_from: datetime | None
    is_demo: bool

    @property
    def issuer(self) -> str:
        """The DID whose key it is."""
        return self.id.partition("#")[0]


def create_signing_key(
    keys: KeyFolder, *, did: str, at: datetime, purpose: str = "credential"
) -> KeyLine:
    """Draw the next key for one purpose of `did`; the first is in force at once.

    Raises DidMalformed, NextKeyExists, and as `create_key`.
    """
    document_location(did)
    with changing(keys) as ring:
        if ahead := ring.find_next(did, purpose=purpose):
            raise NextKeyExists(key=ahead.id)
        made = create_key(
            keys.folder,
            controller=did,
            passphrase=keys.passphrase(),
            at=at,
            purpose=purpose,
            ahead=ring.find_in_force(did, purpose=purpose) is not None,
            is_demo=keys.makes_demo_keys,
        )
    return _line(keys, made)


def create_keys(keys: KeyFolder, *, did: str, at: datetime) -> list[KeyLine]:
    """Draw the keys that `did` lacks for any purpose; if none, the next of each.

    Raises DidMalformed, NextKeyExists if those are all there, and as `create_key`.
    """
    document_location(did)
    with changing(keys):
        missing = create_issuer_keys(
            keys.folder,
            controller=did,
            passphrase=keys.passphrase(),
            at=at,
            is_demo=keys.makes_demo_keys,
        )
    if missing:
        return [_line(keys, key) for key in missing]
    ahead = [keys.every_key().find_next(did, purpose=purpose) for purpose in PURPOSES]
    if all(ahead):
        raise NextKeyExists(key=", ".join(key.id for key in ahead if key))
    return [
        create_signing_key(keys, did=did, at=at, purpose=purpose)
        for purpose, key in zip(PURPOSES, ahead, strict=True)
        if key is None
    ]


def rotate_key(
    keys: KeyFolder, *, did: str, purpose: str, at: datetime
) -> tuple[KeyLine, list[KeyLine]]:
    """Take the next key into use and retire the former; return both as they are now.

    The next one is activated first: after a crash in between both may seal, and the
    same command finishes. Raises NextKeyMissing, NextKeyTooNew.
    """
    with changing(keys) as ring:
        ahead = ring.find_next(did, purpose=purpose)
        current = ring.find_in_force(did, purpose=purpose)
        former = [key for key in ring.of_purpose(did, purpose) if key.may_sign]
        if ahead is not None:
            now_used = activated(ahead, at=at, in_force=current)
            _write(keys, now_used)
        elif current is not None and len(former) > 1:
            now_used = current
            former.remove(current)
        else:
            raise NextKeyMissing(controller=did, purpose=purpose)
        former = [retired(key, at=at) for key in former]
        for key in former:
            _write(keys, key)
    return _line(keys, now_used), [_line(keys, key) for key in former]


def retire_key(
    keys: KeyFolder, *, key: str, at: datetime, leave_none: bool = False
) -> KeyLine:
    """Let a key (kid or id) seal no more; what it sealed stands.

    Raises KeyUnknown, KeyPast and, unless `leave_none`, KeyInForce.
    """
    with changing(keys) as ring:
        found = _get(ring, key)
        if state_of(found, ring=ring) == "in force" and not leave_none:
            raise KeyInForce(key=found.id)
        changed = retired(found, at=at)
        _write(keys, changed)
    return _line(keys, changed)


def revoke_key(
    keys: KeyFolder, *, key: str, instant: datetime, at: datetime
) -> KeyLine:
    """Let everything that a key (kid or id) sealed from `instant` on fail.

    Raises KeyUnknown, RevocationAhead, RevocationLater.
    """
    with changing(keys) as ring:
        changed = revoked(_get(ring, key), instant=instant, at=at)
        _write(keys, changed)
    return _line(keys, changed)


def list_keys(
    keys: KeyFolder, *, did: str | None = None, purpose: str | None = None
) -> list[KeyLine]:
    """Return the public keys known, oldest first; all, or of one DID or purpose."""
    wanted = [
        key
        for key in keys.every_key().keys.values()
        if did in {None, key.controller} and purpose in {None, key.purpose}
    ]
    return [
        _line(keys, key) for key in sorted(wanted, key=lambda k: (k.created, k.kid))
    ]


@contextmanager
def changing(keys: KeyFolder) -> Iterator[KeyRing]:
    """Read the keys with no one else changing them until the block ends.

    Raises KeyFolderUnwritable, from within the block as well, and PublicKeyUnreadable.
    """
    try:
        with alone_in(make_folder(keys.folder / "public", mode=0o755)):
            yield keys.every_key()
    except OSError as error:
        raise KeyFolderUnwritable(
            folder=str(keys.folder), reason=error.strerror or "unwritable"
        ) from error


def _get(ring: KeyRing, name: str) -> PublicKey:
    for key in ring.keys.values():
        if name in {key.kid, key.id}:
            return key
    raise KeyUnknown(key=name)


def _write(keys: KeyFolder, key: PublicKey) -> None:
    write_public_key(keys.folder / "public", key)


def _line(keys: KeyFolder, key: PublicKey) -> KeyLine:
    return KeyLine(
        id=key.id,
        purpose=key.purpose,
        algorithm=key.algorithm,
        state=state_of(key, ring=keys.every_key()),
        created=key.created,
        activated=key.activated,
        retired=key.retired,
        revoked_from=key.revoked_from,
        is_demo=key.is_demo,
    )
