"""SMS through an HTTP gateway: one POST with JSON, a bearer token beside it.

The gateway gets `{"to": "+358…", "text": "…"}` and answers with any 2xx status. Other
shapes are a small adapter's work, in front of the gateway.
"""

import http.client
import json
import ssl
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from issuer.gateways.messages import AddressRefused, MessageNotTaken, is_loopback

SECONDS: Final = 20
_LONGEST_ANSWER: Final = 65_536
# RFC 9110 §15.5.21: the request was understood, and what it asks cannot be done.
_UNPROCESSABLE: Final = 422


def require_sms_url(url: str) -> str:
    """Return the address of a gateway; raises ValueError where it is not https."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("it looks like https://sms.example/send")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError("it must be https: codes go through it")
    if parts.username or parts.fragment:
        raise ValueError("it holds no user and no fragment")
    return url


class HttpSms:
    """Sends one SMS at a time; redirects are not followed."""

    def __init__(
        self,
        url: str,
        *,
        token: str,
        tls: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._parts = urlsplit(require_sms_url(url))
        self._token = token
        self._tls = tls or ssl.create_default_context()
        self._seconds = seconds

    def send(self, *, address: str, subject: str, body: str, at: datetime) -> None:
        """Hand an SMS to the gateway; an SMS has no subject. Raises as mail does."""
        connection = self._connection()
        try:
            connection.request(
                "POST",
                self._parts.path
                + (f"?{self._parts.query}" if self._parts.query else "")
                or "/",
                body=json.dumps({"to": address, "text": body}),
                headers={
                    "Content-Type": "application/json",
                    "Authorization": f"Bearer {self._token}",
                },
            )
            answer = connection.getresponse()
            answer.read(_LONGEST_ANSWER)
        except ssl.SSLError as error:
            raise MessageNotTaken(reason=f"TLS: {error.reason}") from None
        except (http.client.HTTPException, OSError) as error:
            raise MessageNotTaken(reason=type(error).__name__) from None
        finally:
            connection.close()
        if answer.status == _UNPROCESSABLE:
            raise AddressRefused(reason=f"HTTP {answer.status}")
        if not 200 <= answer.status < 300:
            raise MessageNotTaken(reason=f"HTTP {answer.status}")

    def _connection(self) -> http.client.HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=self._seconds)
        return http.client.HTTPSConnection(
            host, port, timeout=self._seconds, context=self._tls
        )
