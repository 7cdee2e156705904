"""Headers of every answer, and forms that only our own pages may send.

No inline script or style exists anywhere, so the policy allows none.
"""

from typing import Final
from urllib.parse import urlsplit

from flask import Flask, abort, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from issuer.i18n import current_language
from issuer.settings import Settings
from issuer.web.cookies import is_https
from issuer.web.errors import FROM_ELSEWHERE, show_error
from issuer.web.guards import READING_METHODS

CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'none'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
    )
)
HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}
MEGABYTE: Final = 1024 * 1024
FORM_SECONDS: Final = 12 * 3600
CHECKS_PER_MINUTE: Final = "30 per minute"


def protect(app: Flask, settings: Settings) -> CSRFProtect:
    """Put every protection in place; return the form tokens' keeper."""
    app.config.update(
        MAX_CONTENT_LENGTH=MEGABYTE,
        MAX_FORM_MEMORY_SIZE=MEGABYTE,
        WTF_CSRF_TIME_LIMIT=FORM_SECONDS,
        # Our own check below is the stricter one, and works without a Referer.
        WTF_CSRF_SSL_STRICT=False,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    own = {_origin(settings.public_url)}

    def refuse_foreign_forms() -> None:
        if request.method not in READING_METHODS and _is_foreign(own):
            abort(Response(show_error(FROM_ELSEWHERE), FROM_ELSEWHERE.status))

    app.before_request(refuse_foreign_forms)
    secure = is_https(settings)
    app.after_request(lambda answer: _with_headers(answer, secure=secure))
    tokens = CSRFProtect()
    tokens.init_app(app)
    return tokens


def build_limiter(app: Flask) -> Limiter:
    """Return the counter of requests per address; it lives in this process."""
    return Limiter(get_remote_address, app=app, storage_uri="memory://")


def _is_foreign(own: set[str]) -> bool:
    """Tell whether the browser says that another site's page sent this."""
    origin = request.headers.get("Origin")
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None and fetch_site not in {"same-origin", "none"}:
        return True
    if origin is None or (origin == "null" and fetch_site == "same-origin"):
        return False
    return origin not in own | {_origin(request.host_url)}


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def _with_headers(answer: Response, *, secure: bool) -> Response:
    is_static = request.endpoint == "static"
    for name, value in HEADERS.items():
        if not (is_static and name == "Cache-Control"):
            answer.headers.setdefault(name, value)
    if secure:
        answer.headers.setdefault("Strict-Transport-Security", "max-age=63072000")
    if answer.mimetype == "text/html":
        answer.headers.setdefault("Content-Language", current_language())
        answer.vary.update(("Cookie", "Accept-Language"))
    return answer
