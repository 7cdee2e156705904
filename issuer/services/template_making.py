"""Beginning a new version of a template: a copy under the next number, not ready."""

import re
import shutil
from pathlib import Path
from tempfile import mkdtemp

from issuer.credentials.page_templates import NAME, PageTemplate, list_versions
from issuer.credentials.template_files import read_files
from issuer.domain.errors import IssuerError, sentence

_NOT_READY = (
    "# Take these two lines out when certificates are to be made with this version.\n"
    "ready = false\n"
)


class TemplateTaken(IssuerError):
    """A version with this number is there already."""

    code = "template.taken"
    sentence = sentence(
        "There is a template %(template)s already. Nothing was changed."
    )


class TemplateNameMalformed(IssuerError):
    """A template's name is a folder's name."""

    code = "template.name_malformed"
    sentence = sentence(
        "“%(name)s” is no name for a template. Use small letters a–z, digits, dashes "
        "and underscores, and begin with a letter."
    )


def new_version(
    root: Path, name: str, *, source: tuple[str, str] | None = None
) -> PageTemplate:
    """Copy `source`, or the newest version of `name`, to its next number.

    The copy says that it is not ready, so that no certificate is made with it yet. It
    appears whole or not at all. Raises TemplateNameMalformed, TemplateMissing,
    TemplateUnfit and TemplateTaken.
    """
    if not NAME.fullmatch(name):
        raise TemplateNameMalformed(name=name)
    versions = [version for known, version in list_versions(root) if known == name]
    copied = source or (name, versions[-1] if versions else "1")
    PageTemplate.load(root, *copied)
    version = str(int(versions[-1]) + 1) if versions else "1"
    folder = Path(mkdtemp(prefix=".new-", dir=root))
    try:
        _copy(root / copied[0] / copied[1], folder, name=name, version=version)
        (root / name).mkdir(exist_ok=True)
        folder.rename(root / name / version)
    except OSError as error:
        if (root / name / version).exists():
            raise TemplateTaken(template=f"{name}/{version}") from error
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return PageTemplate.load(root, name, version)


def _copy(source: Path, folder: Path, *, name: str, version: str) -> None:
    for path, content in read_files(source).items():
        file = folder / path
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
    about = folder / "template.toml"
    text = _renamed(about.read_text(encoding="utf-8"), name, version)
    about.write_text(text, encoding="utf-8")
    folder.chmod(0o755)  # a folder for a moment is its maker's alone


def _renamed(about: str, name: str, version: str) -> str:
    """Return template.toml with the new name and number, and that it is not ready."""
    about = about.replace(_NOT_READY, "")
    about = re.sub(r"^ready *=.*\n", "", about, flags=re.MULTILINE)
    about = re.sub(r"^name *=.*$", f'name = "{name}"', about, flags=re.MULTILINE)
    return re.sub(
        r"^version *=.*\n",
        f'version = "{version}"\n{_NOT_READY}',
        about,
        flags=re.MULTILINE,
    )
