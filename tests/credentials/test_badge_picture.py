import os
import subprocess
import sys
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from issuer.credentials.badge_picture import badge_picture
from issuer.credentials.baked_png import _chunks

ROOT = Path(__file__).parents[2]
IN_A_PROCESS = (
    "import sys; from issuer.credentials.badge_picture import badge_picture;"
    "sys.stdout.buffer.write(badge_picture())"
)


def test_it_is_a_small_square_png() -> None:
    picture = Image.open(BytesIO(badge_picture()))
    picture.load()

    assert (picture.format, picture.size) == ("PNG", (512, 512))
    assert len(badge_picture()) < 32 * 1024
    colours = picture.convert("RGB").getcolors()
    assert colours is not None
    assert len(colours) <= 32
    assert picture.convert("RGB").getpixel((100, 300)) == (20, 82, 63)
    assert picture.convert("RGB").getpixel((2, 2)) == (255, 255, 255)


def test_nothing_but_the_picture_is_in_it() -> None:
    kinds = [kind for kind, _ in _chunks(badge_picture())]

    assert set(kinds) <= {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
    assert kinds[0] == b"IHDR"
    assert kinds[-1] == b"IEND"


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "Pacific/Kiritimati", "LANG": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "America/Anchorage", "LC_ALL": "POSIX", "PYTHONHASHSEED": "4242"},
    ],
)
def test_another_process_draws_the_same_bytes(environment: dict[str, str]) -> None:
    there = subprocess.run(
        [sys.executable, "-c", IN_A_PROCESS],
        env={"PATH": os.environ["PATH"], **environment},
        cwd=ROOT,
        check=True,
        capture_output=True,
    )

    assert sha256(there.stdout).hexdigest() == sha256(badge_picture()).hexdigest()
