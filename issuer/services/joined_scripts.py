"""Several script modules as one, without a bundler: none of ours imports another."""

import re
from collections.abc import Mapping

_EXPORT = re.compile(r"^export ((?:async )?function|const) (\w+)", re.MULTILINE)
_REMARK = re.compile(r"^ *//.*\n", re.MULTILINE)


def join_scripts(sources: Mapping[str, str], *, start: str) -> str:
    """Return one module that defines each source and calls `start` of the last.

    What a module exports is the member of that name in `modules`; `start` is handed all
    modules. Remarks that fill a line are left out. ValueError where the result could
    not stand inside a page.
    """
    parts = ["const modules = {};"]
    for name, source in sources.items():
        names = ", ".join(found for _, found in _EXPORT.findall(source))
        body = _REMARK.sub("", _EXPORT.sub(r"\1 \2", source)).strip()
        parts.append(
            f"modules.{name} = (() => {{\n{body}\nreturn {{ {names} }};\n}})();"
        )
    script = "\n".join([*parts, f"modules.{list(sources)[-1]}.{start}(modules);"])
    if "</script" in script.lower():
        raise ValueError("a script would end the page it stands in")
    return script + "\n"
