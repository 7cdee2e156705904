import stat
import threading
from pathlib import Path

import pytest

from issuer.credentials.key_files import (
    LARGEST,
    alone_in,
    make_folder,
    read_secret,
    write_whole,
)


def test_a_file_is_replaced_whole_with_its_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.json"

    for data, mode in ((b"one", 0o644), (b"two", 0o400)):
        write_whole(path, data, mode=mode)

        assert path.read_bytes() == data
        assert stat.S_IMODE(path.stat().st_mode) == mode
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_replacement_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.json"
    write_whole(path, b"one", mode=0o644)

    def refused(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(OSError, match="Input/output"):
        write_whole(path, b"two", mode=0o644)
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_gets_its_mode_even_if_it_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "private"
    folder.mkdir(parents=True, mode=0o777)

    assert make_folder(folder, mode=0o700) == folder
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("mode", "is_exposed"),
    [(0o400, False), (0o600, False), (0o640, True), (0o604, True), (0o410, True)],
)
def test_a_secret_comes_with_who_can_reach_it(
    mode: int, *, is_exposed: bool, tmp_path: Path
) -> None:
    path = tmp_path / "secret"
    path.write_bytes(b"x" * (LARGEST + 1))
    path.chmod(mode)

    assert read_secret(path) == (b"x" * LARGEST, is_exposed)


def test_two_who_change_keys_take_turns(tmp_path: Path) -> None:
    order: list[str] = []
    waiting = threading.Event()

    def second() -> None:
        waiting.set()
        with alone_in(tmp_path):
            order.append("second")

    thread = threading.Thread(target=second)
    with alone_in(tmp_path):
        thread.start()
        assert waiting.wait(10)
        thread.join(0.1)
        order.append("first")
    thread.join(10)

    assert order == ["first", "second"]
