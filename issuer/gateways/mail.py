"""Mail through one SMTP server (RFC 5321), encrypted on the way.

`smtps://` speaks TLS from the first byte (RFC 8314); `smtp://` must upgrade with
STARTTLS (RFC 3207), unless the server is this machine. Certificates are checked;
nothing is sent in clear over a network.
"""

import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Final
from urllib.parse import unquote, urlsplit

from issuer.gateways.messages import AddressRefused, MessageNotTaken, is_loopback

SECONDS: Final = 20
_PORTS: Final = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """The SMTP server of MAIL_URL; its password shows in no representation."""

    scheme: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def parse(cls, url: str) -> "MailServer":
        """Read `smtp(s)://user:pass@host:port`; raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("it looks like smtps://user:password@mail.example")
        if parts.path.strip("/") or parts.query or parts.fragment:
            raise ValueError("nothing may follow the host and port")
        return cls(
            scheme=parts.scheme,
            host=parts.hostname,
            port=parts.port or _PORTS[parts.scheme],
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
        )


class SmtpMail:
    """Sends one plain text at a time, each over a connection of its own."""

    def __init__(
        self,
        server: MailServer,
        *,
        sender: str,
        tls: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._server = server
        self._sender = sender
        self._tls = tls or ssl.create_default_context()
        self._seconds = seconds

    def send(self, *, address: str, subject: str, body: str, at: datetime) -> None:
        """Hand a mail to the server; raises MessageNotTaken, AddressRefused."""
        mail = self._mail(address, subject, body, at)
        try:
            with self._connection() as connection:
                refused = connection.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code = min(code for code, _ in error.recipients.values())
            kind = AddressRefused if code >= 500 else MessageNotTaken
            raise kind(reason=f"SMTP {code}") from None
        except smtplib.SMTPResponseException as error:
            raise MessageNotTaken(reason=f"SMTP {error.smtp_code}") from None
        except ssl.SSLError as error:
            raise MessageNotTaken(reason=f"TLS: {error.reason}") from None
        except (smtplib.SMTPException, OSError) as error:
            raise MessageNotTaken(reason=type(error).__name__) from None
        if refused:
            raise MessageNotTaken(reason="refused")

    def _mail(
        self, address: str, subject: str, body: str, at: datetime
    ) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = self._sender
        mail["To"] = address
        mail["Subject"] = subject
        mail["Date"] = format_datetime(at)
        mail["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2])
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(body, cte="quoted-printable")
        return mail

    def _connection(self) -> smtplib.SMTP:
        """Return a connection that is encrypted and signed in; the caller closes it."""
        server = self._server
        if server.scheme == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=self._seconds, context=self._tls
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, timeout=self._seconds)
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: smtplib.SMTP) -> None:
        server = self._server
        connection.ehlo()
        if server.scheme == "smtp" and not is_loopback(server.host):
            # Raises SMTPNotSupportedError where the server offers none.
            connection.starttls(context=self._tls)
            connection.ehlo()
        if server.user:
            connection.login(server.user, server.password)
