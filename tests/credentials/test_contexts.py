import importlib.metadata
import shutil
import sys
from pathlib import Path

import pytest

from issuer.credentials import contexts as module
from issuer.credentials.contexts import ContextLibrary, ContextsUntrusted


@pytest.fixture
def own_copy(tmp_path: Path) -> Path:
    wheel = importlib.metadata.distribution("openbadgeslib")
    folder = Path(str(wheel.locate_file("openbadgeslib/ob3/contexts")))
    for path in folder.glob("*.json"):
        shutil.copy(path, tmp_path)
    return tmp_path


def test_the_wheel_is_read_but_none_of_its_code_runs(contexts: ContextLibrary) -> None:
    assert len(contexts.texts) == 5
    assert all(text.startswith("{") for text in contexts.texts.values())
    loaded = {name for name in sys.modules if name.startswith("openbadgeslib")}
    assert loaded == set()


def test_an_operator_may_give_the_same_files(
    own_copy: Path, contexts: ContextLibrary
) -> None:
    assert ContextLibrary.load(own_copy) == contexts


def test_one_changed_byte_stops_us_and_names_the_file(own_copy: Path) -> None:
    path = own_copy / "ob-v3p0-extensions.json"
    path.write_bytes(path.read_bytes() + b" ")

    with pytest.raises(ContextsUntrusted, match=r"ob-v3p0-extensions\.json"):
        ContextLibrary.load(own_copy)


def test_a_missing_file_stops_us_and_is_named(own_copy: Path) -> None:
    (own_copy / "credentials-v2.json").unlink()

    with pytest.raises(ContextsUntrusted, match=r"credentials-v2\.json.*No such file"):
        ContextLibrary.load(own_copy)


def test_a_missing_wheel_stops_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WHEEL", "no-such-distribution")

    with pytest.raises(ContextsUntrusted, match="not installed"):
        ContextLibrary.load()
