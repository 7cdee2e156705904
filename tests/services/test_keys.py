import json
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from issuer.credentials.did_web import DidMalformed
from issuer.credentials.key_folder import KeyFolder, KeyMayNotSign
from issuer.credentials.key_life import (
    KeyInForce,
    KeyPast,
    NextKeyExists,
    NextKeyMissing,
    NextKeyTooNew,
    RevocationAhead,
)
from issuer.credentials.signer import SigningKeyMissing
from issuer.services import keys as module
from issuer.services.keys import (
    PURPOSES,
    KeyFolderUnwritable,
    KeyUnknown,
    create_keys,
    create_signing_key,
    list_keys,
    retire_key,
    revoke_key,
    rotate_key,
)
from tests.cast import AT
from tests.services.conftest import DID, make_keys

OTHER = "did:web:hiisi.example:org:pohjola"
DAY = timedelta(days=1)


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    return make_keys(tmp_path)


def states(keys: KeyFolder, **which: str) -> list[tuple[str, str]]:
    return [(line.purpose, line.state) for line in list_keys(keys, **which)]


def rotate(keys: KeyFolder, *, at, purpose: str = "credential"):
    return rotate_key(keys, did=DID, purpose=purpose, at=at)


def test_the_first_key_is_in_force_and_the_second_is_the_next(keys: KeyFolder) -> None:
    first = create_signing_key(keys, did=DID, at=AT)
    second = create_signing_key(keys, did=DID, at=AT + DAY)

    assert (first.state, first.activated, first.algorithm) == (
        "in force",
        AT,
        "Ed25519",
    )
    assert (second.state, second.activated, second.is_demo) == ("next", None, False)
    assert list_keys(keys) == [first, second]
    assert keys.signer_in_force(DID).key_id == first.id
    with pytest.raises(NextKeyExists, match=second.id):
        create_signing_key(keys, did=DID, at=AT + DAY)


def test_each_issuer_and_purpose_has_keys_of_its_own(keys: KeyFolder) -> None:
    made = [*create_keys(keys, did=DID, at=AT), *create_keys(keys, did=OTHER, at=AT)]

    assert len({line.id.partition("#")[2] for line in made}) == 6
    assert {line.state for line in made} == {"in force"}
    assert sorted(states(keys, did=OTHER)) == [
        ("compact", "in force"),
        ("credential", "in force"),
        ("jwt", "in force"),
    ]
    assert states(keys, did=OTHER, purpose="jwt") == [("jwt", "in force")]
    assert states(keys, did="did:web:c.example") == []


def test_missing_keys_come_first_then_the_next_of_each(keys: KeyFolder) -> None:
    create_signing_key(keys, did=DID, at=AT)
    create_signing_key(keys, did=DID, at=AT)

    missing = create_keys(keys, did=DID, at=AT)
    assert [(m.purpose, m.state) for m in missing] == [
        ("jwt", "in force"),
        ("compact", "in force"),
    ]
    ahead = create_keys(keys, did=DID, at=AT)
    assert [(m.purpose, m.state) for m in ahead] == [
        ("jwt", "next"),
        ("compact", "next"),
    ]
    with pytest.raises(NextKeyExists, match=r"ed25519-.*, .*p256-.*, .*ed25519-"):
        create_keys(keys, did=DID, at=AT)


def test_an_address_that_is_no_issuer_gets_no_key(keys: KeyFolder) -> None:
    for did in ("hiisi.example", "did:key:z6Mk", ""):
        with pytest.raises(DidMalformed):
            create_signing_key(keys, did=did, at=AT)
        with pytest.raises(DidMalformed):
            create_keys(keys, did=did, at=AT)
    assert list_keys(keys) == []


def test_the_demo_marks_its_keys(tmp_path: Path) -> None:
    made = make_keys(tmp_path)
    demo = KeyFolder(made.folder, made.passphrase_file, makes_demo_keys=True)

    assert create_signing_key(demo, did=DID, at=AT).is_demo
    assert all(line.is_demo for line in create_keys(demo, did=DID, at=AT))
    assert [line.is_demo for line in list_keys(made)] == [True] * 3


@pytest.mark.parametrize("purpose", PURPOSES)
def test_a_rotation_takes_the_next_key_into_use(purpose: str, keys: KeyFolder) -> None:
    old = create_signing_key(keys, did=DID, at=AT, purpose=purpose)
    ahead = create_signing_key(keys, did=DID, at=AT, purpose=purpose)

    used, former = rotate(keys, at=AT + DAY, purpose=purpose)

    assert (used.id, used.state) == (ahead.id, "in force")
    assert used.activated == AT + DAY - timedelta(minutes=5)
    assert [(line.id, line.state) for line in former] == [(old.id, "retired")]
    assert former[0].retired == AT + DAY + timedelta(minutes=5)
    assert keys.signer_in_force(DID, purpose).key_id == ahead.id
    assert keys.signer_with(old.id).key_id == old.id


def test_without_a_next_key_nothing_is_rotated(keys: KeyFolder) -> None:
    with pytest.raises(NextKeyMissing, match=f"credential key for {DID}"):
        rotate(keys, at=AT)
    create_signing_key(keys, did=DID, at=AT)
    with pytest.raises(NextKeyMissing):
        rotate(keys, at=AT)
    assert states(keys) == [("credential", "in force")]


def test_a_key_that_others_may_not_know_waits(keys: KeyFolder) -> None:
    create_signing_key(keys, did=DID, at=AT)
    create_signing_key(keys, did=DID, at=AT + DAY)

    with pytest.raises(NextKeyTooNew):
        rotate(keys, at=AT + DAY + timedelta(minutes=4))
    assert sorted(states(keys)) == [("credential", "in force"), ("credential", "next")]


def test_a_rotation_that_was_cut_short_is_finished(
    keys: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between its two files, it leaves a key in force and a command to go on."""
    old = create_signing_key(keys, did=DID, at=AT)
    ahead = create_signing_key(keys, did=DID, at=AT)
    write, written = module.write_public_key, []

    def killed(folder, key):
        if written:
            raise KeyboardInterrupt
        written.append(key)
        write(folder, key)

    with monkeypatch.context() as patch:
        patch.setattr(module, "write_public_key", killed)
        with pytest.raises(KeyboardInterrupt):
            rotate(keys, at=AT + DAY)

    assert {line.id: line.state for line in list_keys(keys)} == {
        old.id: "replaced",
        ahead.id: "in force",
    }
    assert keys.signer_in_force(DID).key_id == ahead.id

    used, former = rotate(keys, at=AT + 2 * DAY)
    assert (used.id, used.activated) == (ahead.id, AT + DAY - timedelta(minutes=5))
    assert [(line.id, line.state) for line in former] == [(old.id, "retired")]
    with pytest.raises(NextKeyMissing):
        rotate(keys, at=AT + 2 * DAY)


def test_the_key_in_force_is_retired_on_demand_only(keys: KeyFolder) -> None:
    first = create_signing_key(keys, did=DID, at=AT)
    ahead = create_signing_key(keys, did=DID, at=AT)

    with pytest.raises(KeyInForce, match="--leave-none"):
        retire_key(keys, key=first.id, at=AT)
    assert retire_key(keys, key=ahead.id.partition("#")[2], at=AT).state == "retired"
    with pytest.raises(KeyPast):
        retire_key(keys, key=ahead.id, at=AT)
    assert retire_key(keys, key=first.id, at=AT, leave_none=True).state == "retired"
    with pytest.raises(SigningKeyMissing):
        keys.signer_in_force(DID)
    with pytest.raises(KeyUnknown, match="no key ed25519-0000000000"):
        retire_key(keys, key="ed25519-0000000000", at=AT)


def test_a_stolen_key_seals_no_more_and_the_next_one_may_at_once(
    keys: KeyFolder,
) -> None:
    stolen = create_signing_key(keys, did=DID, at=AT)
    keys.signer_in_force(DID)
    now = AT + DAY

    line = revoke_key(keys, key=stolen.id, instant=AT + timedelta(hours=1), at=now)
    assert (line.state, line.revoked_from) == ("revoked", AT + timedelta(hours=1))
    with pytest.raises(SigningKeyMissing):
        keys.signer_in_force(DID)
    with pytest.raises(KeyMayNotSign, match="revoked"):
        keys.signer_with(stolen.id)

    rescue = create_signing_key(keys, did=DID, at=now)
    assert rescue.state == "in force"


def test_a_next_key_takes_over_from_a_stolen_one_without_waiting(
    keys: KeyFolder,
) -> None:
    stolen = create_signing_key(keys, did=DID, at=AT)
    ahead = create_signing_key(keys, did=DID, at=AT + DAY)
    revoke_key(keys, key=stolen.id, instant=AT, at=AT + DAY)

    assert [line.purpose for line in create_keys(keys, did=DID, at=AT + DAY)] == [
        "jwt",
        "compact",
    ]
    used, former = rotate(keys, at=AT + DAY)
    assert (used.id, used.state, former) == (ahead.id, "in force", [])


def test_a_revocation_names_a_known_key_and_a_past_instant(keys: KeyFolder) -> None:
    key = create_signing_key(keys, did=DID, at=AT)

    with pytest.raises(RevocationAhead):
        revoke_key(keys, key=key.id, instant=AT + DAY, at=AT)
    with pytest.raises(KeyUnknown):
        revoke_key(keys, key=f"{OTHER}#x", instant=AT, at=AT)
    assert states(keys) == [("credential", "in force")]


def test_keys_of_the_first_form_are_rotated_like_others(keys: KeyFolder) -> None:
    old = create_signing_key(keys, did=DID, at=AT)
    path = keys.folder / "public" / f"{old.id.partition('#')[2]}.json"
    document = json.loads(path.read_bytes())
    for name in ("purpose", "algorithm", "activated"):
        del document[name]
    path.write_text(json.dumps(document), "utf-8")
    assert list_keys(keys) == [old]

    create_signing_key(keys, did=DID, at=AT)
    _, [former] = rotate(keys, at=AT + DAY)

    assert former.id == old.id
    signature = keys.signer_with(old.id).sign(b"x")
    raw = keys.key_ring().keys[old.id].raw
    Ed25519PublicKey.from_public_bytes(raw).verify(signature, b"x")


def test_a_folder_that_cannot_be_written_is_one_sentence(
    keys: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    create_signing_key(keys, did=DID, at=AT)
    for error, reason in (
        (PermissionError(13, "Permission denied"), "Permission denied"),
        (OSError(), "unwritable"),
    ):

        def refused(*_: object, error: OSError = error, **__: object) -> None:
            raise error

        monkeypatch.setattr(module, "write_public_key", refused)
        monkeypatch.setattr("issuer.credentials.signer.write_whole", refused)
        with pytest.raises(KeyFolderUnwritable, match=f"{keys.folder}.*{reason}"):
            create_signing_key(keys, did=DID, at=AT)
        with pytest.raises(KeyFolderUnwritable):
            retire_key(keys, key=list_keys(keys)[0].id, at=AT, leave_none=True)
