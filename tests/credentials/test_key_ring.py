import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from issuer.credentials.key_ring import (
    KeyRing,
    PublicKey,
    PublicKeyUnfit,
    PublicKeyUnreadable,
    instant_text,
    read_public_key,
    write_public_key,
)

DID = "did:web:a.example"
JUNE = datetime(2026, 6, 1, tzinfo=UTC)


def public_key(number: int = 1, **changes: Any) -> PublicKey:
    created = changes.pop("created", datetime(2026, 1, number, tzinfo=UTC))
    is_p256 = changes.get("purpose") == "jwt"
    return PublicKey(
        controller=changes.pop("controller", DID),
        raw=point(number) if is_p256 else bytes([number]) * 32,
        created=created,
        activated=changes.pop("activated", created),
        **changes,
    )


def point(number: int) -> bytes:
    public = derive_private_key(number, SECP256R1()).public_key()
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def write(folder: Path, key: PublicKey, **changes: Any) -> Path:
    document: dict[str, Any] = {**key.to_document(), **changes}
    document = {name: value for name, value in document.items() if value != "absent"}
    path = folder / f"{key.kid}.json"
    path.write_text(json.dumps(document), "utf-8")
    return path


def test_keys_come_back_as_they_were_written(tmp_path: Path) -> None:
    keys = [
        public_key(1),
        public_key(2, retired=JUNE),
        public_key(3, revoked_from=JUNE),
        public_key(4, controller="did:web:b.example"),
        public_key(5, purpose="jwt", is_demo=True),
        public_key(6, purpose="compact", activated=None),
    ]
    for key in keys:
        write_public_key(tmp_path, key)

    ring = KeyRing.load(tmp_path)

    assert ring == KeyRing.of(keys)
    assert ring.of_controller(DID) == (*keys[:3], *keys[4:])
    assert ring.of_purpose(DID, "credential") == tuple(keys[:3])
    assert ring.of_controller("did:web:c.example") == ()
    assert ring.find(keys[3].id) == keys[3]
    assert ring.find("did:web:a.example#other") is None
    assert [key.may_sign for key in keys] == [True, False, False, True, True, False]
    assert [key.is_next for key in keys] == [False] * 5 + [True]
    assert [key.algorithm for key in keys[3:]] == ["Ed25519", "P-256", "Ed25519"]
    assert [key.kid.partition("-")[0] for key in keys[3:]] == [
        "ed25519",
        "p256",
        "ed25519",
    ]


def test_a_folder_not_yet_there_holds_no_key(tmp_path: Path) -> None:
    assert KeyRing.load(tmp_path / "absent") == KeyRing({})


def test_a_file_of_the_first_form_is_a_credential_key_in_use(tmp_path: Path) -> None:
    key = public_key(1, retired=JUNE)
    path = write(
        tmp_path, key, purpose="absent", algorithm="absent", activated="absent"
    )
    assert set(json.loads(path.read_bytes())) == {
        "kid",
        "id",
        "controller",
        "public_key_multibase",
        "created",
        "retired",
    }

    assert read_public_key(path) == key


FIRST_FORM = {"purpose": "absent", "algorithm": "absent", "activated": "absent"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"created": "absent"}, "lacks created"),
        ({"kid": "absent", "id": "absent"}, "lacks id, kid"),
        ({"color": "spruce"}, "unknown member color"),
        ({"created": 7}, "created must be a text"),
        ({"created": "2026-01-01"}, "created is not a time"),
        ({"created": "2026-13-01T00:00:00Z"}, "created is not a time"),
        ({"activated": "later"}, "activated is not a time"),
        ({"activated": "2025-12-31T23:59:59Z"}, "activated before it was created"),
        ({"retired": "yesterday"}, "retired is not a time"),
        ({"retired": "2025-12-31T23:59:59Z"}, "retired before it was in use"),
        (
            {"activated": "2026-03-01T00:00:00Z", "retired": "2026-02-01T00:00:00Z"},
            "retired before it was in use",
        ),
        (
            {"activated": "absent", "retired": "2025-12-31T23:59:59Z"},
            "retired before it was in use",
        ),
        ({"revoked_from": "2026-01-01T00:00:00+02:00"}, "revoked_from is not a time"),
        ({"controller": "https://a.example"}, "not a DID"),
        ({"controller": "did:web:b.example"}, "the controller, # and the kid"),
        ({"kid": "ed25519-0000000000"}, "follows from the key"),
        ({"public_key_multibase": "z6Mk"}, "no Ed25519 public key"),
        ({"public_key_multibase": "u6Mk"}, "does not begin with z"),
        ({"public_key_jwk": {}}, "unknown member public_key_jwk"),
        ({"purpose": "absent"}, "none of credential, jwt, compact"),
        ({"purpose": "sealing"}, "none of credential, jwt, compact"),
        ({"purpose": ["jwt"]}, "none of credential, jwt, compact"),
        ({"purpose": "jwt"}, "lacks public_key_jwk"),
        ({"algorithm": "absent"}, "lacks algorithm"),
        ({"algorithm": "P-256"}, "a credential key is of Ed25519"),
        ({"demo": False}, "demo may only be true"),
        ({"demo": 1}, "demo may only be true"),
        (FIRST_FORM | {"activated": "2026-01-01T00:00:00Z"}, "unknown member activa"),
        (FIRST_FORM | {"demo": True}, "unknown member demo"),
    ],
)
def test_a_faulty_file_is_refused_with_its_name_and_reason(
    changes: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    path = write(tmp_path, public_key(), **changes)

    with pytest.raises(PublicKeyUnreadable, match=f"{path.name}.*{reason}"):
        KeyRing.load(tmp_path)


@pytest.mark.parametrize("jwk", ["", None, [], {}, {"kty": "EC"}])
def test_a_faulty_jwk_is_refused(jwk: object, tmp_path: Path) -> None:
    path = write(tmp_path, public_key(purpose="jwt"), public_key_jwk=jwk)

    with pytest.raises(PublicKeyUnreadable, match="kty, crv, x and y"):
        read_public_key(path)


def test_what_would_not_be_read_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / f"{public_key().kid}.json"
    write_public_key(tmp_path, public_key())
    before = path.read_bytes()

    with pytest.raises(PublicKeyUnfit, match="before it was created"):
        write_public_key(
            tmp_path, public_key(activated=datetime(2025, 1, 1, tzinfo=UTC))
        )
    assert path.read_bytes() == before


def test_the_key_taken_into_use_last_is_in_force() -> None:
    old, new = public_key(1), public_key(2)
    rescued = public_key(3, purpose="compact")
    late = public_key(4, created=datetime(2025, 1, 1, tzinfo=UTC), activated=JUNE)
    ahead = [public_key(number, activated=None) for number in (5, 6)]
    ring = KeyRing.of([new, late, *ahead, rescued, old])

    assert ring.find_in_force(DID, purpose="credential") == late
    assert ring.find_in_force(DID, purpose="compact") == rescued
    assert ring.find_in_force(DID, purpose="jwt") is None
    assert ring.find_in_force("did:web:b.example", purpose="credential") is None
    assert KeyRing.of([old, new]).find_in_force(DID, purpose="credential") == new
    assert ring.find_next(DID, purpose="credential") == ahead[1]
    assert ring.find_next(DID, purpose="compact") is None


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"\xff", b"[" * 100_000, b'{"kid":"a","kid":"a"}']
)
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
