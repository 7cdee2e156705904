"""The files of one template version, read within bounds.

Whoever may write into the folder of templates is trusted with what certificates look
like, and with no more: no link leads out of the folder, and nothing fills the memory.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from issuer.credentials.page_refusals import TemplateUnfit

MOST_FILES = 64
LARGEST_FILE = 1024 * 1024
LARGEST_FOLDER = 4 * 1024 * 1024

# What a template is made of. A file browser's own hidden files are passed over.
_KNOWN = re.compile(
    r"template\.toml|certificate\.css|sample\.json|README\.md"
    r"|[a-z0-9_-]+(\.[a-z]{2,3}(-[a-z]{2,3})?)?\.html"
    r"|assets/[A-Za-z0-9_-]+\.(svg|png|jpg)"
)


def read_files(folder: Path) -> dict[str, bytes]:
    """Return the files of a template version by their path in it.

    Raises TemplateUnfit for a link, a file of an unknown kind, too many or too much.
    """
    contents: dict[str, bytes] = {}
    total = 0
    for path in _walk(folder):
        name = path.relative_to(folder).as_posix()
        if not _KNOWN.fullmatch(name):
            raise TemplateUnfit(reason=f"{name}: no template holds such a file")
        if len(contents) == MOST_FILES:
            raise TemplateUnfit(reason=f"it has more than {MOST_FILES} files")
        contents[name] = _read(path, name)
        total += len(contents[name])
        if total > LARGEST_FOLDER:
            raise TemplateUnfit(reason=f"its files exceed {LARGEST_FOLDER} bytes")
    return contents


def _walk(folder: Path) -> Iterator[Path]:
    """Give the files in the order of their names; raise TemplateUnfit for a link."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_symlink():
            raise TemplateUnfit(reason=f"{path.name} is a link")
        if path.is_dir():
            yield from _walk(path)
        else:
            yield path


def _read(path: Path, name: str) -> bytes:
    if not path.is_file():
        raise TemplateUnfit(reason=f"{name} is no plain file")
    with path.open("rb") as file:
        content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise TemplateUnfit(reason=f"{name} exceeds {LARGEST_FILE} bytes")
    return content
