"""`flask verifier`: the check of certificates as one file that needs nobody."""

import base64
import json
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
from flask import current_app, render_template
from flask.cli import AppGroup
from markupsafe import Markup

from issuer.cli.speaking import refusals_spoken, wiring
from issuer.clock import now
from issuer.domain.forbidden_claims import CLAUSE
from issuer.domain.texts import LANGUAGES
from issuer.services.joined_scripts import join_scripts
from issuer.services.verifier_export import ISSUERS, collect_public_files

verifier = AppGroup("verifier", help="The check of certificates, to be kept.")

SCRIPTS = (
    "compact_proof",
    "issuer_files",
    "scan_conclusion",
    "speaking",
    "credential_file",
    "credential_check",
    "files",
    "files_table",
    "exported",
)
STYLES = ("app", "scan", "files")


@verifier.command("export")
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--language", type=click.Choice(LANGUAGES), default="fi")
@click.option(
    "--issuer", "dids", multiple=True, help="Trust this DID only; may be repeated."
)
@refusals_spoken
def export(target: Path, language: str, dids: tuple[str, ...]) -> None:
    """Write one HTML file that checks certificates with no network and without us."""
    house, at = wiring(), now()
    with house.reading() as session:
        files = collect_public_files(
            session, house.keys, public_url=house.settings.public_url, only=dids
        )
    page = _page(files, language=language, at=at)
    target.write_text(page, encoding="utf-8")
    count = len(files[ISSUERS]["issuers"])
    click.echo(f"✓ {target}: {count} issuers, {len(files) - 1} files, as of {at:%F}")
    click.echo(f"  SHA-256 {sha256(page.encode()).hexdigest()}")


def _page(files: dict[str, Any], *, language: str, at: datetime) -> str:
    public_url = wiring().settings.public_url
    script, style = _script(), _style()
    kept = {"at": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "files": files}
    with current_app.test_request_context(headers={"Accept-Language": language}):
        return render_template(
            "public/exported.html",
            actor=None,
            check_address=f"{public_url}/v",
            clause=CLAUSE[language],
            exported_at=at,
            issuers=files[ISSUERS]["issuers"],
            kept=_harmless(json.dumps(kept, ensure_ascii=False)),
            script=Markup(script),  # noqa: S704 - our own scripts
            script_hash=_hash(script),
            style=Markup(style),  # noqa: S704 - our own styles
            style_hash=_hash(style),
        )


def _script() -> str:
    folder = Path(str(current_app.static_folder)) / "js"
    sources = {
        name: (folder / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS
    }
    return join_scripts(sources, start="start")


def _style() -> str:
    folder = Path(str(current_app.static_folder)) / "css"
    return "\n".join((folder / f"{name}.css").read_text() for name in STYLES)


def _hash(text: str) -> str:
    digest = sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _harmless(text: str) -> Markup:
    """Return JSON that cannot end the element it stands in."""
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704 - no tag is left
