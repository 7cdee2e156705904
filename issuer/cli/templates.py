"""`flask templates`: versions of the printed certificate, and how they look."""

from collections.abc import Callable
from pathlib import Path

import click
from flask.cli import AppGroup

from issuer.cli.speaking import refusals_spoken, wiring
from issuer.services.template_check import (
    CheckedPage,
    check_template,
    draw_preview,
    previous_version,
    read_statement,
)
from issuer.services.template_making import new_version
from issuer.services.templates import (
    TemplateState,
    list_templates,
    load_template,
    sample_of,
    state_of,
)
from issuer.settings import ROOT

templates = AppGroup("templates", help="Templates of the printed certificate.")

WRONG = {TemplateState.CHANGED, TemplateState.MISSING, TemplateState.UNFIT}


def _version(typed: str) -> tuple[str, str]:
    """Return the name and the number of NAME/VERSION."""
    name, separator, version = typed.partition("/")
    if not (name and separator and version.isascii() and version.isdigit()):
        raise click.BadParameter(f"{typed!r} is not like osaamistodistus/1.")
    return name, version


_VERSION = click.argument("version", type=_version, metavar="NAME/VERSION")


@templates.command("list")
@refusals_spoken
def list_() -> None:
    """List the versions: languages, since when each is used, and whether it changed.

    Exits with 1 if a version that was used is not what it was.
    """
    house = wiring()
    with house.reading() as session:
        lines = list_templates(session, house.settings.templates_dir)
    for line in lines:
        since = f"{line.used_since:%Y-%m-%d}" if line.used_since else "-"
        click.echo(
            f"{line.name}/{line.version:<4} {line.state.value:<8} {since:<11}"
            f"{line.sha256[:12]:<13} {' '.join(line.languages)}"
        )
        if line.reason:
            click.echo(f"  ✗ {line.reason}", err=True)
    if any(line.state in WRONG for line in lines):
        raise SystemExit(1)


@templates.command("check")
@_VERSION
@click.option(
    "--output",
    "-o",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for pages and pictures; default: var/templates/NAME-VERSION.",
)
@refusals_spoken
def check(version: tuple[str, str], output: Path | None) -> None:
    """Draw the sample of a version in every language, and say what is wrong with it.

    Pictures show what has changed since the version before. Exits with 1 if something
    is wrong.
    """
    house = wiring()
    root = house.settings.templates_dir
    with house.reading() as session:
        line = state_of(session, root, *version)
    click.echo(f"{line.name}/{line.version}: {line.state.value}, {line.sha256[:12]}")
    if line.state in WRONG:
        click.echo(f"✗ {line.reason or 'Its files are not what they were.'}", err=True)
        raise SystemExit(1)
    folder = output or ROOT / "var" / "templates" / "-".join(version)
    folder.mkdir(parents=True, exist_ok=True)
    before = previous_version(root, *version)
    wrong = 0
    try:
        for page in check_template(house.renderer, root, *version):
            wrong += len(page.findings)
            _tell(page, folder, before)
    finally:
        house.renderer.close()
    if wrong:
        click.echo(f"✗ {wrong} findings", err=True)
        raise SystemExit(1)
    click.echo("✓ nothing is wrong")


def _tell(page: CheckedPage, folder: Path, before: str | None) -> None:
    if page.pdf:
        file = folder / f"{page.variant}.pdf"
        file.write_bytes(page.pdf)
        mark = "✗" if page.findings else "✓"
        click.echo(f"{mark} {page.variant:<6} {len(page.pdf) // 1024:>4} KB  {file}")
    for finding in page.findings:
        click.echo(f"  ✗ {page.variant}: {finding.check}: {finding.text}")
    for difference in page.differences:
        if not difference.share:
            continue
        picture = folder / f"{page.variant}-page-{difference.page}.png"
        picture.write_bytes(difference.picture)
        click.echo(
            f"  page {difference.page}: {100 * difference.share:.2f} % of the pixels "
            f"differ from version {before}  {picture}"
        )
    if page.differences and not any(each.share for each in page.differences):
        click.echo(f"  looks the same as in version {before}")


@templates.command("preview")
@_VERSION
@click.option("--language", help="One of the template's; default: the statement's.")
@click.option(
    "--second-language", help="A second one beside it; default: the statement's."
)
@click.option(
    "--statement",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What the page is to say, as JSON; default: the template's sample.",
)
@click.option(
    "--output",
    "-o",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The PDF to write.",
)
@refusals_spoken
def preview(
    version: tuple[str, str],
    language: str | None,
    second_language: str | None,
    statement: Path | None,
    output: Path,
) -> None:
    """Draw any statement with a version; each page is marked as a preview."""
    house = wiring()
    root = house.settings.templates_dir
    template = load_template(root, *version)
    said = read_statement(statement or sample_of(root, *version))
    said |= {"language": language} if language else {}
    said |= {"second_language": second_language} if second_language else {}
    _drawn(lambda: draw_preview(house.renderer, template, said), output)
    house.renderer.close()


def _drawn(draw: Callable[[], bytes], output: Path) -> None:
    pdf = draw()
    try:
        output.write_bytes(pdf)
    except OSError as error:
        click.echo(f"✗ {output} cannot be written: {error.strerror}.", err=True)
        raise SystemExit(1) from error
    click.echo(f"✓ {len(pdf) // 1024} KB  {output}")


@templates.command("new")
@click.argument("name")
@click.option(
    "--from",
    "source",
    type=_version,
    metavar="NAME/VERSION",
    help="Which version to copy.",
)
@refusals_spoken
def new(name: str, source: tuple[str, str] | None) -> None:
    """Copy the newest version of a template to its next number, to be worked on."""
    root = wiring().settings.templates_dir
    made = new_version(root, name, source=source)
    click.echo(f"✓ {root / made.name / made.version}")
    click.echo(
        "  No certificate is made with it before `ready = false` is taken out of"
    )
    click.echo(f"  its template.toml. Look at it: flask templates check {made.label}")
