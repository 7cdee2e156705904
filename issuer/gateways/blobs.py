"""The blob store: files under the SHA-256 of their bytes, in a local folder.

Writing the same bytes twice is one file. A file appears whole or not at all, also in a
power cut: it is written beside its place, synced and renamed, and the folder is synced.
"""

import os
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from issuer.domain.errors import IssuerError, sentence
from issuer.gateways.claims import Claims


class BlobMissing(IssuerError):
    """A stored file is not where its row says, or its bytes have changed."""

    code = "blob.missing"
    sentence = sentence(
        "The stored file is missing or damaged. The operator can restore it from "
        "a backup."
    )


class BlobStore:
    """A folder of immutable files; addresses are lower-case hex SHA-256.

    `claims` are for those who are about to make one.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.claims = Claims(folder / "claims")

    def put(self, data: bytes) -> str:
        """Store `data` durably and return its address."""
        address = sha256(data).hexdigest()
        place = self._place(address)
        if place.exists():
            return address
        place.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=place.parent, delete=False) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(place)
        _sync_folder(place.parent)
        return address

    def get(self, address: str) -> bytes:
        """Return the bytes stored under `address`; raises BlobMissing."""
        try:
            data = self._place(address).read_bytes()
        except OSError as error:
            raise BlobMissing from error
        if sha256(data).hexdigest() != address:
            raise BlobMissing
        return data

    def _place(self, address: str) -> Path:
        return self._folder / address[:2] / address


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
