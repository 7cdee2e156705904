"""The passphrase as systemd lends it: in a folder of the service's own, mode 0440.

With User= or DynamicUser= systemd gives the service an entry in an access list, and the
mask of that list shows as the group's bits (systemd.exec, "Credentials").
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from issuer.credentials.key_folder import KeyFolder, PassphraseFileUnfit
from issuer.credentials.signer import create_issuer_keys
from issuer.settings import settings_from

DID = "did:web:a.example"


@pytest.fixture
def lent(tmp_path: Path) -> Path:
    folder = tmp_path / "credentials"
    folder.mkdir(mode=0o500 | 0o200)
    for name in ("key_passphrase", "secret_key"):
        (folder / name).write_text("x" * 40)
        (folder / name).chmod(0o440)
    return folder


def _keys(passphrase: Path, lent: Path | None) -> KeyFolder:
    return KeyFolder(
        passphrase.parent.parent / "keys", passphrase, credentials_dir=lent
    )


def test_a_lent_passphrase_opens_the_keys(lent: Path) -> None:
    keys = _keys(lent / "key_passphrase", lent)
    create_issuer_keys(
        keys.folder,
        controller=DID,
        passphrase=keys.passphrase(),
        at=datetime(2026, 11, 24, tzinfo=UTC),
    )

    assert keys.signer_in_force(DID).key_id.startswith(f"{DID}#")


@pytest.mark.parametrize("mode", [0o444, 0o404, 0o441])
def test_what_the_world_can_read_is_refused_even_there(lent: Path, mode: int) -> None:
    (lent / "key_passphrase").chmod(mode)

    with pytest.raises(PassphraseFileUnfit, match="others can read it"):
        _keys(lent / "key_passphrase", lent).passphrase()


def test_elsewhere_a_group_may_not_read_it(lent: Path, tmp_path: Path) -> None:
    for folder in (None, tmp_path):
        with pytest.raises(PassphraseFileUnfit, match="others can read it"):
            _keys(lent / "key_passphrase", folder).passphrase()


def test_lent_secrets_are_the_defaults_and_what_is_set_wins(lent: Path) -> None:
    told = {"CREDENTIALS_DIRECTORY": str(lent)}

    found = settings_from(told)
    assert found.credentials_dir == lent
    assert found.key_passphrase_file == lent / "key_passphrase"
    assert found.secret_key == "x" * 40
    found = settings_from({**told, "KEY_PASSPHRASE_FILE": "/elsewhere"})
    assert found.key_passphrase_file == Path("/elsewhere")
    (lent / "key_passphrase").unlink()
    assert settings_from(told).key_passphrase_file.parent != lent


def test_the_passwords_of_mail_and_sms_may_be_lent_too(lent: Path) -> None:
    (lent / "mail_url").write_text("smtps://us:secret@mail.example:465\n")
    (lent / "sms_token").write_text("token\n")
    found = settings_from(
        {
            "CREDENTIALS_DIRECTORY": str(lent),
            "MAIL_FROM": "todistus@example.fi",
            "SMS_URL": "https://sms.example/send",
        }
    )
    assert (found.mail.host, found.mail.password) == ("mail.example", "secret")
    assert found.sms_token == "token"
