import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from issuer.credentials import multibase
from issuer.credentials.key_ring import (
    KeyRing,
    PublicKey,
    PublicKeyUnreadable,
    instant_text,
    kid_of,
    read_public_key,
)

DID = "did:web:a.example"


def public_key(number: int = 1, **changes: Any) -> PublicKey:
    raw = bytes([number]) * 32
    kid = kid_of(raw)
    controller = changes.pop("controller", DID)
    return PublicKey(
        kid=kid,
        id=f"{controller}#{kid}",
        controller=controller,
        public_key_multibase=multibase.encode_public_key(raw),
        created=changes.pop("created", datetime(2026, 1, number, tzinfo=UTC)),
        **changes,
    )


def write(folder: Path, key: PublicKey, **changes: Any) -> Path:
    document: dict[str, Any] = {**key.to_document(), **changes}
    document = {name: value for name, value in document.items() if value != "absent"}
    path = folder / f"{key.kid}.json"
    path.write_text(json.dumps(document), "utf-8")
    return path


def test_keys_come_back_as_they_were_written(tmp_path: Path) -> None:
    at = datetime(2026, 6, 1, tzinfo=UTC)
    keys = [
        public_key(1),
        public_key(2, retired=at),
        public_key(3, revoked_from=at),
        public_key(4, controller="did:web:b.example"),
    ]
    for key in keys:
        write(tmp_path, key)

    ring = KeyRing.load(tmp_path)

    assert ring == KeyRing.of(keys)
    assert ring.of_controller(DID) == tuple(keys[:3])
    assert ring.of_controller("did:web:c.example") == ()
    assert ring.find(keys[3].id) == keys[3]
    assert ring.find("did:web:a.example#other") is None
    assert [key.may_sign for key in keys] == [True, False, False, True]
    assert keys[0].raw == b"\x01" * 32


def test_a_folder_not_yet_there_holds_no_key(tmp_path: Path) -> None:
    assert KeyRing.load(tmp_path / "absent") == KeyRing({})


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"created": "absent"}, "lacks created"),
        ({"kid": "absent", "id": "absent"}, "lacks id, kid"),
        ({"color": "spruce"}, "unknown member color"),
        ({"created": 7}, "must be a text"),
        ({"created": "2026-01-01"}, "created is not a time"),
        ({"created": "2026-13-01T00:00:00Z"}, "created is not a time"),
        ({"retired": "yesterday"}, "retired is not a time"),
        ({"revoked_from": "2026-01-01T00:00:00+02:00"}, "revoked_from is not a time"),
        ({"controller": "https://a.example"}, "not a DID"),
        ({"controller": "did:web:b.example"}, "the controller, # and the kid"),
        ({"kid": "ed25519-0000000000"}, "follows from the key"),
        ({"public_key_multibase": "z6Mk"}, "no Ed25519 public key"),
        ({"public_key_multibase": "u6Mk"}, "does not begin with z"),
    ],
)
def test_a_faulty_file_is_refused_with_its_name_and_reason(
    changes: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    path = write(tmp_path, public_key(), **changes)

    with pytest.raises(PublicKeyUnreadable, match=f"{path.name}.*{reason}"):
        KeyRing.load(tmp_path)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff", b"[" * 100_000])
def test_what_is_no_key_at_all_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    path.write_bytes(data)

    with pytest.raises(PublicKeyUnreadable):
        read_public_key(path)


def test_a_file_under_another_name_or_missing_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, public_key())
    renamed = path.rename(tmp_path / "other.json")

    with pytest.raises(PublicKeyUnreadable, match="must be called"):
        read_public_key(renamed)
    with pytest.raises(PublicKeyUnreadable):
        read_public_key(path)


def test_times_are_written_in_utc() -> None:
    helsinki = timezone(timedelta(hours=2))

    assert instant_text(datetime(2026, 11, 24, 1, 30, tzinfo=helsinki)) == (
        "2026-11-23T23:30:00Z"
    )
