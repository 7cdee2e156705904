import json
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from issuer.credentials import key_folder as module
from issuer.credentials.key_folder import (
    DemoKeyRefused,
    KeyFolder,
    KeyMayNotSign,
    PassphraseFileUnfit,
)
from issuer.credentials.key_ring import KeyRing, PublicKey, write_public_key
from issuer.credentials.signer import SigningKeyMissing, create_key

DID = "did:web:a.example"
AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
LATER = datetime(2026, 11, 2, 8, tzinfo=UTC)


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("  hiekkaa ja lunta\n")
    passphrase.chmod(0o400)
    return KeyFolder(tmp_path / "keys", passphrase, public_url="https://a.example")


def create(keys: KeyFolder, **more) -> PublicKey:
    return create_key(
        keys.folder,
        controller=DID,
        passphrase=keys.passphrase(),
        at=more.pop("at", AT),
        **more,
    )


def change(keys: KeyFolder, key: PublicKey, **changes) -> PublicKey:
    changed = replace(key, **changes)
    write_public_key(keys.folder / "public", changed)
    return changed


def test_an_empty_folder_has_no_key_and_names_what_is_missing(keys: KeyFolder) -> None:
    assert keys.key_ring() == KeyRing({})
    with pytest.raises(SigningKeyMissing, match=f"no jwt key in force for {DID}"):
        keys.signer_in_force(DID, "jwt")


def test_the_signer_is_that_of_the_purpose_and_is_kept(keys: KeyFolder) -> None:
    made = {
        purpose: create(keys, purpose=purpose)
        for purpose in ("credential", "jwt", "compact")
    }

    for purpose, key in made.items():
        assert keys.signer_in_force(DID, purpose).key_id == key.id
        assert keys.signer_in_force(DID, purpose) is keys.signer_with(key.id)
    assert keys.signer_in_force(DID) is keys.signer_with(made["credential"].id)
    assert "hiekkaa" not in repr(keys)
    assert "FileSigner" not in repr(keys)


def test_a_change_is_seen_without_a_restart(keys: KeyFolder) -> None:
    old = create(keys)
    assert keys.signer_in_force(DID).key_id == old.id
    assert keys.key_ring() is keys.key_ring()

    new = create(keys, at=LATER)
    assert keys.signer_in_force(DID).key_id == new.id
    change(keys, new, revoked_from=LATER)
    assert keys.signer_in_force(DID).key_id == old.id


def test_a_file_edited_in_place_is_seen_too(keys: KeyFolder) -> None:
    key = create(keys)
    keys.key_ring()
    path = keys.folder / "public" / f"{key.kid}.json"
    document = json.loads(path.read_bytes()) | {"retired": "2026-11-03T00:00:00Z"}
    path.write_text(json.dumps(document), "utf-8")

    assert not keys.key_ring().keys[key.id].may_sign


def test_a_change_during_the_reading_is_read_again(
    keys: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the two files of a rotation no one finds the issuer without a key."""
    old = create(keys)
    new = create(keys, at=LATER, ahead=True)
    load, loads = KeyRing.load, []

    def torn(public: Path) -> KeyRing:
        ring = load(public)
        loads.append(ring)
        if len(loads) == 1:  # the new key was read before, the old one after
            change(keys, new, activated=LATER)
            retired = change(keys, old, retired=LATER)
            return KeyRing.of([new, retired])
        return ring

    monkeypatch.setattr(module.KeyRing, "load", torn)

    assert keys.signer_in_force(DID).key_id == new.id
    assert len(loads) == 2


def test_a_folder_that_never_rests_is_read_and_not_kept(
    keys: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = create(keys)
    load, loads = KeyRing.load, []

    def restless(public: Path) -> KeyRing:
        loads.append(public)
        change(keys, key, activated=AT.replace(minute=len(loads) % 60))
        return load(public)

    monkeypatch.setattr(module.KeyRing, "load", restless)

    first = keys.key_ring()
    assert first.find(key.id) is not None
    assert len(loads) == module._READINGS
    assert keys.key_ring() is not first


def test_what_was_prepared_is_sealed_with_a_key_retired_meanwhile(
    keys: KeyFolder,
) -> None:
    key = change(keys, create(keys), retired=LATER)

    assert keys.signer_with(key.id).key_id == key.id
    with pytest.raises(SigningKeyMissing):
        keys.signer_in_force(DID)


def test_a_key_by_name_must_be_known_in_use_and_not_revoked(keys: KeyFolder) -> None:
    ahead = create(keys, ahead=True)
    revoked = create(keys)
    keys.signer_with(revoked.id)
    change(keys, revoked, revoked_from=LATER)

    for key_id, reason in (
        (f"{DID}#ed25519-0000000000", "unknown"),
        (ahead.id, "not yet in use"),
        (revoked.id, "revoked"),
    ):
        with pytest.raises(KeyMayNotSign, match=f"{key_id}.*{reason}"):
            keys.signer_with(key_id)


@pytest.mark.parametrize(
    "public_url",
    ["http://localhost:8000", "http://localhost", "http://127.0.0.1:8943"],
)
def test_a_demo_key_seals_on_this_machine(public_url: str, keys: KeyFolder) -> None:
    demo = create(keys, is_demo=True)
    keys.public_url = public_url

    assert keys.signer_in_force(DID).key_id == demo.id
    assert keys.signer_with(demo.id).key_id == demo.id
    assert keys.key_ring().find(demo.id) == demo


@pytest.mark.parametrize(
    "public_url",
    [
        "",
        "https://a.example",
        "http://localhost.a.example",
        "https://a.example/localhost",
        "https://localhost@a.example",
        "https://127.0.0.1.nip.example",
        "https://127.0.0.2",
    ],
)
def test_a_demo_key_is_refused_published_and_believed_nowhere_else(
    public_url: str, keys: KeyFolder
) -> None:
    demo = create(keys, is_demo=True)
    keys.public_url = "http://localhost"
    keys.signer_with(demo.id)  # opened already
    keys.public_url = public_url

    with pytest.raises(DemoKeyRefused, match=f"{demo.id} was made by the demo"):
        keys.signer_in_force(DID)
    with pytest.raises(DemoKeyRefused):
        keys.signer_with(demo.id)
    assert keys.key_ring() == KeyRing({})
    assert keys.every_key().find(demo.id) == demo


def test_beside_a_demo_key_a_real_one_seals(keys: KeyFolder) -> None:
    real = create(keys)
    create(keys, at=LATER, is_demo=True)

    assert keys.signer_in_force(DID).key_id == real.id
    assert keys.key_ring() == KeyRing.of([real])


@pytest.mark.parametrize("mode", [0o440, 0o404, 0o620, 0o401])
def test_a_passphrase_that_others_can_reach_is_refused(
    mode: int, keys: KeyFolder
) -> None:
    keys.passphrase_file.chmod(mode)

    with pytest.raises(PassphraseFileUnfit, match=f"chmod 0400 {keys.passphrase_file}"):
        keys.passphrase()


def test_a_passphrase_must_be_there(keys: KeyFolder) -> None:
    assert keys.passphrase() == b"hiekkaa ja lunta"
    keys.passphrase_file.chmod(0o600)
    keys.passphrase_file.write_text(" \n")
    with pytest.raises(PassphraseFileUnfit, match="it is empty"):
        keys.passphrase()
    keys.passphrase_file.unlink()
    with pytest.raises(PassphraseFileUnfit, match="No such file"):
        keys.passphrase()


def test_a_fault_without_words_is_still_named(
    keys: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Path, **__: object) -> None:
        raise OSError

    monkeypatch.setattr(module, "read_secret", broken)
    with pytest.raises(PassphraseFileUnfit, match="unreadable"):
        keys.passphrase()


def test_only_key_files_count_as_a_change(keys: KeyFolder) -> None:
    create(keys)
    ring = keys.key_ring()
    (keys.folder / "public" / "README.md").write_text("kept for ever")
    os.utime(keys.folder / "public")

    assert keys.key_ring() is ring
