"""The browser that is coming in: its token, what it calls itself, where it calls from.

The token lives in a cookie of its own, apart from signing in: it outlives a session, so
that a PIN can open this browser and no other.
"""

import hmac
import re
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address
from secrets import token_urlsafe

from flask import Flask, g, request
from werkzeug.wrappers import Response

from issuer.i18n import current_language
from issuer.services.entry_codes import Caller
from issuer.web.cookies import browser_cookie, remember_browser
from issuer.web.guards import wiring

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def caller() -> Caller:
    """Return the browser of this request; a new one is given a token."""
    return Caller(
        token=known_token() or new_token(),
        browser=browser_name(request.user_agent.string),
        address=_hidden_address(),
        language=current_language(),
    )


def known_token() -> str:
    """Return the token that this browser brought, or "" where it brought none."""
    brought = request.cookies.get(browser_cookie(wiring().settings), "")
    return brought if _TOKEN.fullmatch(brought) else ""


def new_token() -> str:
    """Return a token that the answer will put into the browser."""
    if "browser_token" not in g:
        keep_token(token_urlsafe(32))
    return str(g.browser_token)


def keep_token(token: str) -> None:
    """Let the answer put this token into the browser."""
    g.browser_token = token


def keep_browsers(app: Flask) -> None:
    """Let answers carry the token that was made for their browser."""

    def keep(answer: Response) -> Response:
        if token := g.get("browser_token"):
            remember_browser(answer, wiring().settings, token=token)
        return answer

    app.after_request(keep)


def browser_name(user_agent: str) -> str:
    """Return `Chrome · Android`: words of ours, whatever the browser sends."""
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    program = next((name for sign, name in _BROWSERS if sign in user_agent), "")
    return " · ".join(filter(None, (program, system)))


def _network(address: str) -> str:
    """Return an IPv4 address as it is, of an IPv6 address the 64 bits of its network.

    The other 64 are its owner's to choose, as often as they like.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return address
    return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))


def _hidden_address() -> str:
    """Return a keyed hash of the address that the request comes from.

    Enough to count what one place tries, too little to know the place.
    """
    key = wiring().settings.secret_key.encode()
    return hmac.new(
        key, _network(request.remote_addr or "").encode(), sha256
    ).hexdigest()[:32]
