"""The X.509 seals in the key folder: which is in force, and one that is open.

Files are read again when one of theirs changes, so that a new seal or a revocation
needs no restart. An opened seal is kept, because opening its key is slow by design.
"""

import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from issuer.credentials.key_folder import DemoKeyRefused, KeyFolder
from issuer.credentials.x509_authority import (
    RevocationList,
    find_revocation_list,
    revoked_since,
)
from issuer.credentials.x509_seal import X509Seal, open_seal
from issuer.credentials.x509_seal_file import (
    SealCertificate,
    list_seals,
    public_folder,
)
from issuer.domain.errors import IssuerError, sentence

Fingerprint = tuple[tuple[str, int, int, int], ...]


class SealMissing(IssuerError):
    """The organisation has no X.509 seal that is valid now."""

    code = "x509_keys.seal_missing"
    sentence = sentence(
        "There is no valid X.509 seal of %(did)s. "
        "Make one first: flask keys x509 create"
    )


@dataclass(frozen=True, slots=True)
class _Contents:
    """What the folder held when it was read."""

    seen: Fingerprint
    seals: tuple[SealCertificate, ...]
    lists: Mapping[str, RevocationList]


@dataclass(slots=True)
class SealFolder:
    """The seals under the key folder of `keys`, opened with its passphrase."""

    keys: KeyFolder
    _opened: dict[str, X509Seal] = field(default_factory=dict, repr=False)
    _contents: _Contents | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def every_seal(self) -> tuple[SealCertificate, ...]:
        """Return the seals on file, oldest first; raises PublicKeyUnreadable."""
        return self._read().seals

    def seals_that_count(self) -> list[SealCertificate]:
        """Return those that are believed here: the demo's on this machine only."""
        believed = self.keys.is_this_machine
        return [each for each in self.every_seal() if believed or not each.is_demo]

    def revoked_since(self, seal: SealCertificate) -> datetime | None:
        """Return since when its own authority has revoked the seal, or None."""
        if not seal.has_own_authority:
            return None
        return revoked_since(self.find_list(seal.authority), seal.certificate)

    def find_list(self, authority: str) -> RevocationList | None:
        """Return the newest revocation list of an own authority, by its name."""
        return self._read().lists.get(authority)

    def find_in_force(self, did: str, *, at: datetime) -> SealCertificate | None:
        """Return the newest seal of `did` that is valid at `at` and not revoked."""
        valid = [
            each
            for each in self.every_seal()
            if each.did == did
            and each.is_valid_at(at)
            and self.revoked_since(each) is None
        ]
        return valid[-1] if valid else None

    def get_in_force(self, did: str, *, at: datetime) -> SealCertificate:
        """Return the seal in force; raises SealMissing, DemoKeyRefused."""
        found = self.find_in_force(did, at=at)
        if found is None:
            raise SealMissing(did=did)
        if found.is_demo and not self.keys.is_this_machine:
            raise DemoKeyRefused(key=found.name)
        return found

    def open(self, certificate: SealCertificate) -> X509Seal:
        """Return the seal, open; raises PassphraseFileUnfit and as `open_seal`."""
        with self._lock:
            if certificate.name not in self._opened:
                self._opened[certificate.name] = open_seal(
                    self.keys.folder, certificate, self.keys.passphrase()
                )
            return self._opened[certificate.name]

    def roots(self) -> list[bytes]:
        """Return, in DER, what to trust when a PDF's seal is inspected here."""
        return [each.anchor for each in self.seals_that_count()]

    def highest(self) -> list[bytes]:
        """Return, in DER, the highest certificate known above each seal.

        Long-term data reach up to it, also where the seal alone is trusted.
        """
        return [
            each.chain[-1].public_bytes(Encoding.DER)
            for each in self.seals_that_count()
        ]

    def revocation_lists(self) -> list[bytes]:
        """Return, in DER, the newest lists of our organisations' own authorities."""
        return [each.public_bytes(Encoding.DER) for each in self._read().lists.values()]

    def _read(self) -> _Contents:
        folder = public_folder(self.keys.folder)
        seen = _fingerprint(folder)
        if self._contents is None or self._contents.seen != seen:
            seals = tuple(list_seals(self.keys.folder))
            names = {each.authority for each in seals if each.has_own_authority}
            found = {
                name: find_revocation_list(self.keys.folder, name)
                for name in sorted(names)
            }
            lists = {name: each for name, each in found.items() if each is not None}
            self._contents = _Contents(seen, seals, lists)
        return self._contents


def _fingerprint(folder: Path) -> Fingerprint:
    """Return what changes whenever a file in the folder is replaced or written to."""
    try:
        with os.scandir(folder) as entries:
            files = [(e.name, e.stat()) for e in entries if not e.name.startswith(".")]
    except FileNotFoundError:
        return ()
    return tuple(sorted((n, s.st_ino, s.st_mtime_ns, s.st_size) for n, s in files))
