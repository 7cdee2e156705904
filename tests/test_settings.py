"""Settings: an address a DID can be made of; a time-stamp authority set whole."""

import pytest

from issuer.credentials.did_web import build_did
from issuer.credentials.timestamp_roots import (
    TimestampRootsUnfit,
    read_timestamp_roots,
)
from issuer.settings import SettingsRefused, settings_from
from tests.credentials.sealed_pdfs import sealer


@pytest.fixture
def given(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("a secret of this test, thirty-two long")
    return {"SECRET_KEY_FILE": str(secret)}


def test_without_one_there_is_none(given):
    settings = settings_from(given)
    assert settings.timestamp_url == ""
    assert settings.timestamp_roots_file is None


@pytest.mark.parametrize(
    "url",
    ["https://aikaleima.example/tsa", "http://localhost:3161/", "http://127.0.0.1/"],
)
def test_one_that_may_be_asked(given, url):
    set_ = {**given, "TIMESTAMP_URL": url, "TIMESTAMP_ROOTS_FILE": "roots.pem"}
    assert settings_from(set_).timestamp_url == url


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"TIMESTAMP_URL": "https://a.example/"}, "go together"),
        ({"TIMESTAMP_ROOTS_FILE": "roots.pem"}, "go together"),
        (
            {"TIMESTAMP_URL": "http://a.example/", "TIMESTAMP_ROOTS_FILE": "r"},
            "must be https",
        ),
        ({"TIMESTAMP_URL": "ftp://a.example/", "TIMESTAMP_ROOTS_FILE": "r"}, "URL"),
    ],
)
def test_one_that_may_not(given, changes, words):
    with pytest.raises(SettingsRefused, match=words):
        settings_from({**given, **changes})


def test_the_roots_are_read_from_pem(tmp_path):
    public = sealer().folder / "public" / "x509" / f"{sealer().certificate.name}.pem"
    found = read_timestamp_roots(public)
    assert found[-1] == sealer().certificate.anchor
    for data in (b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n"):
        file = tmp_path / "roots.pem"
        file.write_bytes(data)
        with pytest.raises(TimestampRootsUnfit):
            read_timestamp_roots(file)
    with pytest.raises(TimestampRootsUnfit):
        read_timestamp_roots(tmp_path / "none.pem")


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example.",
        "https://työ.example",
        "https://[::1]:8000",
        "https://a_b.fi",
    ],
)
def test_a_host_without_a_did_is_refused(given, address):
    with pytest.raises(SettingsRefused, match="PUBLIC_URL"):
        settings_from({**given, "PUBLIC_URL": address})


@pytest.mark.parametrize(
    "address", ["https://xn--ty-lka.example", "https://A.example:8443"]
)
def test_any_other_host_is_taken_and_has_one(given, address):
    settings = settings_from({**given, "PUBLIC_URL": address})
    assert settings.host_did == build_did(address)


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [
        ({}, 600),
        ({"DEMO": "1"}, 0),
        ({"DEMO": "1", "UNDO_SECONDS": "30"}, 30),
        ({"UNDO_SECONDS": "0"}, 0),
    ],
)
def test_a_sign_off_can_be_undone_for_ten_minutes(given, changes, seconds):
    assert settings_from({**given, **changes}).undo_seconds == seconds
