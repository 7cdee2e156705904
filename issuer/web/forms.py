"""Reading forms, and showing a page again with what was typed when it was refused.

A view that posts is written like this, and nothing a person typed is lost:

    try:
        mapping.add_site(db(), signed_in(), name=text("name"), at=at())
    except IssuerError as error:
        return with_error(error, show_sites)
    return redirect(url_for("office.sites"), code=303)

The macros of `macros.html` fill themselves from the form that was refused, and mark
the field whose HTML name is the `field` of the error.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import cast

from flask import g, request

from issuer.domain.errors import DateMalformed, IssuerError, sentence
from issuer.web.errors import status_of
from issuer.web.guards import db

_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_FINNISH_DAY = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", re.ASCII)


class NumberMalformed(IssuerError):
    """A form field that our own page fills with a number holds something else."""

    code = "form.number_malformed"
    sentence = sentence("Choose “%(field)s” from the page again.")


def text(name: str) -> str:
    """Return a text field; "" if the form has none."""
    return request.form.get(name, "")


def integer(name: str) -> int:
    """Return a field that holds an id or a count; raises NumberMalformed."""
    return _integer(request.form.get(name, ""), field=name)


def find_integer(name: str) -> int | None:
    """Return a number field, or None where it was left empty."""
    return integer(name) if text(name).strip() else None


def integers(name: str) -> list[int]:
    """Return all values of a field that may be ticked several times."""
    return [_integer(value, field=name) for value in request.form.getlist(name)]


def day(name: str) -> date:
    """Return a day typed as 2026-11-24 or 24.11.2026; raises DateMalformed."""
    typed = text(name).strip()
    try:
        if found := _ISO_DAY.fullmatch(typed):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _FINNISH_DAY.fullmatch(typed):
            return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        pass
    raise DateMalformed(field=name)


def find_day(name: str) -> date | None:
    """Return a day, or None where the field was left empty; raises DateMalformed."""
    return day(name) if text(name).strip() else None


def with_error(error: IssuerError, render: Callable[[], str]) -> tuple[str, int]:
    """Undo what was begun and show `render`'s page with the error on top."""
    db().rollback()
    g.form_error = error
    return render(), status_of(error)


def form_error() -> IssuerError | None:
    """Return the error the page is shown again with, or None."""
    return cast("IssuerError | None", g.get("form_error"))


def typed(name: str, otherwise: object = "") -> object:
    """Return what was typed into a refused form, else the value the page has."""
    if form_error() is not None and name in request.form:
        return request.form[name]
    return otherwise


def ticked(name: str, value: object, otherwise: bool = False) -> bool:
    """Tell whether a choice was ticked in a refused form, else what the page has."""
    if form_error() is not None:
        return str(value) in request.form.getlist(name)
    return otherwise


def _integer(value: str, *, field: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 19):
        raise NumberMalformed(field=field)
    return int(value)
