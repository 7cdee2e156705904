"""What sends messages: one small interface for mail and SMS, and how it fails."""

from datetime import datetime
from ipaddress import ip_address
from typing import ClassVar, Protocol

from issuer.domain.errors import IssuerError, sentence


class MessageGateway(Protocol):
    """Takes one message to one address, or says why not."""

    def send(self, *, address: str, subject: str, body: str, at: datetime) -> None:
        """Send the message; raises MessageNotTaken."""


class MessageNotTaken(IssuerError):
    """The other side did not take the message; `reason` holds no personal data.

    `is_final` tells that trying again is of no use: the address is refused.
    """

    code = "message.not_taken"
    sentence = sentence("The message was not taken: %(reason)s")
    is_final: ClassVar[bool] = False


class AddressRefused(MessageNotTaken):
    """The other side knows for sure that the address takes no messages."""

    code = "message.address_refused"
    sentence = sentence("The address takes no messages: %(reason)s")
    is_final = True


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine itself, where nothing needs encryption."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
