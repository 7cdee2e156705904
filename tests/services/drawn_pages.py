"""Small templates that draw fast, hang or eat memory, and drafts to draw with them."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.statements import example_statement

CODE = "https://hiisi.example/q#" + "1" * 300

BODIES = {
    "small": "<p>{{ holder_name }}</p>",
    "hanging": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}"
    "{% endfor %}",
    "greedy": "{% set heap = namespace(all=holder_name) %}{% for a in range(40) %}"
    "{% set heap.all = heap.all ~ heap.all %}{% endfor %}",
}


@dataclass
class SmallDraft:
    """What a renderer reads of a draft."""

    template: str = "small"
    template_version: str = "1"
    created: str = "2026-11-24T09:30:00Z"
    statement: dict[str, Any] = field(
        default_factory=lambda: asdict(example_statement(1))
    )

    def __getattr__(self, name: str) -> None:  # what a renderer may pass on if given
        if name.startswith("__"):
            raise AttributeError(name)


def write_templates(root: Path) -> Path:
    for name, body in BODIES.items():
        folder = root / name / "1"
        folder.mkdir(parents=True)
        (folder / "template.toml").write_text(
            f'name = "{name}"\nversion = "1"\nlanguages = ["fi"]\n'
            '[title]\nfi = "Todistus"\n'
        )
        (folder / "certificate.fi.html").write_text(
            f'<!DOCTYPE html><html lang="fi"><head><title>{name}</title></head>'
            f"<body>{body}</body></html>"
        )
        (folder / "certificate.css").write_text(
            'body { font: 10pt "Certificate Sans" }'
        )
        (folder / "sample.json").write_text(json.dumps(SmallDraft().statement))
    return root
