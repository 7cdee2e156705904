import importlib.metadata
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from issuer.credentials import contexts as module
from issuer.credentials.contexts import ContextLibrary, ContextsUntrusted
from tools.toolchain import ROOT


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
    # In a process of its own: other tests do run the wheel, as a foreign verifier.
    code = (
        "import sys; from issuer.credentials.contexts import ContextLibrary;"
        "ContextLibrary.load();"
        "sys.exit(any(name.startswith('openbadgeslib') for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert done.returncode == 0


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
