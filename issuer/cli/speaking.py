"""How commands speak: one sentence on a refusal, an exit code, no traceback."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import click
from flask import current_app

from issuer.database import DatabaseUnusable
from issuer.domain.errors import IssuerError
from issuer.wiring import Wiring

P = ParamSpec("P")
R = TypeVar("R")


def wiring() -> Wiring:
    """Return what the application was wired with."""
    house: Wiring = current_app.extensions["issuer"]
    return house


def refusals_spoken(command: Callable[P, R]) -> Callable[P, R]:
    """Turn a refusal into one sentence on standard error and exit code 1."""

    @functools.wraps(command)
    def spoken(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except IssuerError as error:
            click.echo(f"✗ {error}", err=True)
            raise SystemExit(1) from error
        except DatabaseUnusable as error:
            click.echo(f"✗ The database: {error.orig}.", err=True)
            click.echo("  Is it up to date? Run: flask db upgrade", err=True)
            raise SystemExit(1) from error

    return spoken
