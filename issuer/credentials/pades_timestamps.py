"""Time-stamps of an authority (RFC 3161): asked for, and checked to be on our bytes."""

import hashlib
from collections.abc import Callable

from asn1crypto import cms, tsp  # type: ignore[import-untyped]
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from issuer.credentials.pyhanko_calls import finish
from issuer.domain.errors import IssuerError, sentence

DIGEST = "sha256"
LARGEST_TOKEN = 12_288  # with the authority's certificates

# Sends a TimeStampReq to an authority and returns its TimeStampResp, both in DER (RFC
# 3161 §2.4). What reaches over the network lives in a gateway.
RequestTimestamp = Callable[[bytes], bytes]

# pyHanko 0.38 trips over an AttributeError where it would say that a nonce is not ours.
_USELESS = (TimestampRequestError, OSError, ValueError, TypeError, AttributeError)


class TimestampRefused(IssuerError):
    """The time-stamp authority gave no time-stamp that can be used."""

    code = "pades.timestamp_refused"
    sentence = sentence("The time-stamp authority gave no time-stamp: %(reason)s")


class RequestedTimestamps(TimeStamper):
    """Lets pyHanko ask for time-stamps through a function that is given to us."""

    def __init__(self, request: RequestTimestamp) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._request = request

    async def async_request_tsa_response(
        self, req: tsp.TimeStampReq
    ) -> tsp.TimeStampResp:
        """Return the authority's answer, not yet looked at."""
        return tsp.TimeStampResp.load(self._request(req.dump()))

    async def async_timestamp(
        self, message_digest: bytes, md_algorithm: str
    ) -> cms.ContentInfo:
        """Return a time-stamp on the digest. Raises TimestampRefused.

        pyHanko checks the answer's status and nonce; that the time-stamp is on this
        digest, and of a size that we have room for, is checked here.
        """
        try:
            token = await super().async_timestamp(message_digest, md_algorithm)
            content = token["content"]["encap_content_info"]["content"].parsed
            stamped = content["message_imprint"]["hashed_message"].native
            size = len(token.dump())
        except _USELESS as error:
            raise TimestampRefused(reason=str(error)) from error
        if stamped != message_digest:
            raise TimestampRefused(reason="it is on another document")
        if size > LARGEST_TOKEN:
            raise TimestampRefused(reason="it is too large")
        return token


def stamp(data: bytes, *, request: RequestTimestamp) -> bytes:
    """Return a time-stamp token on `data`, in DER. Raises TimestampRefused."""
    asked = RequestedTimestamps(request).async_timestamp(
        hashlib.sha256(data).digest(), DIGEST
    )
    token: bytes = finish(asked).dump()
    return token
