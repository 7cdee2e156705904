"""The key folder: which keys exist, and a signer for one when it is needed.

Public keys are read again when a file of theirs changes, so that a rotation needs no
restart. An opened signer is kept, because opening an encrypted key is slow by design.

Keys of the demo count for nothing outside of it: where `public_url` is not this very
machine they are neither published nor believed, and to seal with one is refused.
"""

import os
import threading
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from issuer.credentials.key_files import read_secret
from issuer.credentials.key_ring import KeyRing, PublicKey
from issuer.credentials.signer import FileSigner, Signer, SigningKeyMissing
from issuer.domain.errors import IssuerError, sentence

_THIS_MACHINE = {"localhost", "127.0.0.1"}
_READINGS = 20

Fingerprint = tuple[tuple[str, int, int, int], ...]


class PassphraseFileUnfit(IssuerError):
    """The passphrase file is missing, empty or open to others."""

    code = "key_folder.passphrase_file"
    sentence = sentence("The key passphrase file %(file)s cannot be used: %(reason)s")


class DemoKeyRefused(IssuerError):
    """A key made by the demo would seal something that is not a demonstration."""

    code = "key_folder.demo_key"
    sentence = sentence(
        "The key %(key)s was made by the demo and seals at http://localhost only. "
        "Use another key folder and make keys of your own: flask keys create"
    )


class KeyMayNotSign(IssuerError):
    """The key asked for by name is unknown, revoked or not yet in use."""

    code = "key_folder.may_not_sign"
    sentence = sentence("The key %(key)s may not seal: %(reason)s")


@dataclass(slots=True)
class KeyFolder:
    """Keys under `folder`, opened with the passphrase in `passphrase_file`.

    `public_url` is the service's own address. With `makes_demo_keys` the keys made here
    are marked as the demo's. The passphrase may lie in systemd's `credentials_dir`.
    """

    folder: Path
    passphrase_file: Path
    public_url: str = ""
    makes_demo_keys: bool = False
    credentials_dir: Path | None = None
    _opened: dict[str, Signer] = field(default_factory=dict, repr=False)
    _ring: tuple[Fingerprint, KeyRing] | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def key_ring(self) -> KeyRing:
        """Return the public keys that count here now; raises PublicKeyUnreadable."""
        ring = self.every_key()
        if self.is_this_machine or not any(k.is_demo for k in ring.keys.values()):
            return ring
        return KeyRing.of(key for key in ring.keys.values() if not key.is_demo)

    def every_key(self) -> KeyRing:
        """Return the public keys in the folder now; raises PublicKeyUnreadable.

        A rotation changes two files. The folder is read until nothing changed
        meanwhile, so that nobody sees the one change without the other.
        """
        public = self.folder / "public"
        seen = _fingerprint(public)
        if self._ring is not None and self._ring[0] == seen:
            return self._ring[1]
        for _ in range(_READINGS):
            ring, before = KeyRing.load(public), seen
            seen = _fingerprint(public)
            if seen == before:
                break
        self._ring = (before, ring)
        return ring

    def signer_in_force(self, did: str, purpose: str = "credential") -> Signer:
        """Return a signer on the key of `did` in force for `purpose`.

        Raises SigningKeyMissing, DemoKeyRefused, PassphraseFileUnfit and what
        FileSigner.load raises.
        """
        key = self.key_ring().find_in_force(did, purpose=purpose)
        if key is not None:
            return self.signer_with(key.id)
        if demo := self.every_key().find_in_force(did, purpose=purpose):
            raise DemoKeyRefused(key=demo.id)
        raise SigningKeyMissing(controller=did, purpose=purpose)

    def signer_with(self, key_id: str) -> Signer:
        """Return a signer on exactly this key, which may be retired by now.

        What was prepared before a rotation is sealed after it. Raises KeyMayNotSign,
        DemoKeyRefused, PassphraseFileUnfit and what FileSigner.load raises.
        """
        key = self.require_may_sign(key_id)
        with self._lock:
            if key_id not in self._opened:
                path = self.folder / "private" / f"{key.kid}.pem"
                self._opened[key_id] = FileSigner.load(path, self.passphrase())
            return self._opened[key_id]

    def require_may_sign(self, key_id: str) -> PublicKey:
        """Return the key of this id; raises KeyMayNotSign or DemoKeyRefused."""
        key = self.every_key().find(key_id)
        if key is None:
            raise KeyMayNotSign(key=key_id, reason="it is unknown")
        if key.is_demo and not self.is_this_machine:
            raise DemoKeyRefused(key=key_id)
        if key.revoked_from is not None:
            raise KeyMayNotSign(key=key_id, reason="it is revoked")
        if key.activated is None:
            raise KeyMayNotSign(key=key_id, reason="it is not yet in use")
        return key

    def passphrase(self) -> bytes:
        """Return the passphrase; raises PassphraseFileUnfit."""
        file = self.passphrase_file
        try:
            data, is_exposed = read_secret(file, credentials_dir=self.credentials_dir)
        except OSError as error:
            reason = error.strerror or "unreadable"
            raise PassphraseFileUnfit(file=str(file), reason=reason) from error
        if is_exposed:
            raise PassphraseFileUnfit(
                file=str(file), reason=f"others can read it. Run: chmod 0400 {file}"
            )
        if not data.strip():
            raise PassphraseFileUnfit(file=str(file), reason="it is empty")
        return data.strip()

    @property
    def is_this_machine(self) -> bool:
        """Tell whether we serve this very machine, where keys of the demo count."""
        return urlsplit(self.public_url).hostname in _THIS_MACHINE


def _fingerprint(public: Path) -> Fingerprint:
    """Return what changes whenever a public key's file is replaced or written to."""
    try:
        with os.scandir(public) as entries:
            files = [(e.name, e.stat()) for e in entries if e.name.endswith(".json")]
    except FileNotFoundError:
        return ()
    return tuple(sorted((n, s.st_ino, s.st_mtime_ns, s.st_size) for n, s in files))
