"""Cookies: their names and flags, and where a person may be sent next."""

from flask import Flask
from werkzeug.wrappers import Response

from issuer.domain.entry import PHONE_LIMITS
from issuer.i18n import LANGUAGE_COOKIE
from issuer.settings import Settings

_YEAR = 365 * 24 * 3600
# Browsers forget a cookie after 400 days at the latest (RFC 6265bis §5.5).
_BROWSER_DAYS = 400


def is_https(settings: Settings) -> bool:
    """Tell whether browsers reach the service over https only."""
    return settings.public_url.startswith("https://")


def sign_in_cookie(settings: Settings) -> str:
    """Return the name of the cookie that carries a sign-in token.

    `__Host-` binds it to this host and to https (RFC 6265bis §4.1.3.2).
    """
    return "__Host-signed-in" if is_https(settings) else "signed-in"


def set_cookie_flags(app: Flask, settings: Settings) -> None:
    """Give the framework's own cookie, which only carries form tokens, its flags."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-form" if is_https(settings) else "form",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_https(settings),
        SESSION_COOKIE_PATH="/",
    )


def remember_sign_in(answer: Response, settings: Settings, *, token: str) -> None:
    """Put a sign-in token into the browser."""
    answer.set_cookie(
        sign_in_cookie(settings),
        token,
        max_age=PHONE_LIMITS.absolute,
        path="/",
        secure=is_https(settings),
        httponly=True,
        samesite="Lax",
    )


def forget_sign_in(answer: Response, settings: Settings) -> None:
    """Take the sign-in token out of the browser."""
    answer.delete_cookie(
        sign_in_cookie(settings),
        path="/",
        secure=is_https(settings),
        httponly=True,
        samesite="Lax",
    )


def browser_cookie(settings: Settings) -> str:
    """Return the name of the cookie by which codes and PINs know a browser."""
    return "__Host-browser" if is_https(settings) else "browser"


def remember_browser(answer: Response, settings: Settings, *, token: str) -> None:
    """Put the token by which codes and PINs know it into the browser."""
    answer.set_cookie(
        browser_cookie(settings),
        token,
        max_age=_BROWSER_DAYS * 24 * 3600,
        path="/",
        secure=is_https(settings),
        httponly=True,
        samesite="Lax",
    )


def remember_language(answer: Response, settings: Settings, *, language: str) -> None:
    """Keep the language a person chose for a year."""
    answer.set_cookie(
        LANGUAGE_COOKIE,
        language,
        max_age=_YEAR,
        path="/",
        secure=is_https(settings),
        httponly=True,
        samesite="Lax",
    )


def local_path(wanted: str | None, *, otherwise: str) -> str:
    """Return `wanted` if it is a path of this service, else `otherwise`.

    Browsers read `//host`, backslashes and control characters as ways to an address
    elsewhere, so none of them passes.
    """
    if not wanted or not wanted.startswith("/") or wanted.startswith("//"):
        return otherwise
    if "\\" in wanted or any(ord(c) < 0x21 or ord(c) == 0x7F for c in wanted):
        return otherwise
    return wanted
