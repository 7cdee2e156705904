"""The key folder: which keys exist, and a signer for one when it is needed.

Public keys are read again when their folder changes, so that a rotation needs no
restart. An opened signer is kept, because opening an encrypted key is slow by design.
"""

import stat
import threading
from dataclasses import dataclass, field
from pathlib import Path

from issuer.credentials.key_ring import KeyRing
from issuer.credentials.signer import FileSigner, Signer, SigningKeyMissing
from issuer.domain.errors import IssuerError, sentence


class PassphraseFileUnfit(IssuerError):
    """The passphrase file is missing, empty or open to others."""

    code = "key_folder.passphrase_file"
    sentence = sentence("The key passphrase file %(file)s cannot be used: %(reason)s")


@dataclass(slots=True)
class KeyFolder:
    """Keys under `folder`, opened with the passphrase in `passphrase_file`."""

    folder: Path
    passphrase_file: Path
    _opened: dict[str, Signer] = field(default_factory=dict, repr=False)
    _ring: tuple[int, KeyRing] | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def key_ring(self) -> KeyRing:
        """Return the public keys known now; raises PublicKeyUnreadable."""
        public = self.folder / "public"
        changed = public.stat().st_mtime_ns if public.exists() else 0
        if self._ring is None or self._ring[0] != changed:
            self._ring = (changed, KeyRing.load(public))
        return self._ring[1]

    def signer_in_force(self, did: str) -> Signer:
        """Return a signer on the newest key of `did` that may sign.

        Raises SigningKeyMissing, PassphraseFileUnfit and what FileSigner.load raises.
        """
        usable = [k for k in self.key_ring().of_controller(did) if k.may_sign]
        if not usable:
            raise SigningKeyMissing(controller=did)
        return self.signer_with(usable[-1].id)

    def signer_with(self, key_id: str) -> Signer:
        """Return a signer on exactly this key; raises as `signer_in_force`."""
        key = self.key_ring().find(key_id)
        if key is None or key.revoked_from is not None:
            raise SigningKeyMissing(controller=key_id)
        with self._lock:
            if key_id not in self._opened:
                path = self.folder / "private" / f"{key.kid}.pem"
                self._opened[key_id] = FileSigner.load(path, self.passphrase())
            return self._opened[key_id]

    def passphrase(self) -> bytes:
        """Return the passphrase; raises PassphraseFileUnfit."""
        file = self.passphrase_file
        try:
            mode = stat.S_IMODE(file.stat().st_mode)
            secret = file.read_bytes().strip()
        except OSError as error:
            reason = error.strerror or "unreadable"
            raise PassphraseFileUnfit(file=str(file), reason=reason) from error
        if mode & 0o077:
            raise PassphraseFileUnfit(
                file=str(file), reason=f"others can read it. Run: chmod 0400 {file}"
            )
        if not secret:
            raise PassphraseFileUnfit(file=str(file), reason="it is empty")
        return secret
