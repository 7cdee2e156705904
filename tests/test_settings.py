"""Settings: the address of the service is one that a DID can be made of."""

import pytest

from issuer.credentials.did_web import build_did
from issuer.settings import SettingsRefused, settings_from


@pytest.fixture
def secret(tmp_path):
    file = tmp_path / "secret_key"
    file.write_text("x" * 40)
    return {"SECRET_KEY_FILE": str(file)}


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example.",
        "https://työ.example",
        "https://[::1]:8000",
        "https://a_b.fi",
    ],
)
def test_a_host_without_a_did_is_refused(secret, address):
    with pytest.raises(SettingsRefused, match="PUBLIC_URL"):
        settings_from({**secret, "PUBLIC_URL": address})


@pytest.mark.parametrize(
    "address", ["https://xn--ty-lka.example", "https://A.example:8443"]
)
def test_any_other_host_is_taken_and_has_one(secret, address):
    settings = settings_from({**secret, "PUBLIC_URL": address})
    assert settings.host_did == build_did(address)
