"""Status lists as inspection asks for them: by address, from our own books.

Nothing is fetched. An address that is not one of our lists has no list.
"""

import re
from collections.abc import Callable

from sqlalchemy.orm import Session

from issuer.credentials.status_list import list_url
from issuer.domain.errors import NotFound
from issuer.records import people
from issuer.services.status import read_status_list

_PATH = re.compile(r"/org/([a-z0-9-]{1,60})/status/([1-9][0-9]{0,8})")


def find_list_in(session: Session, *, public_url: str) -> Callable[[str], bytes]:
    """Return a function from a list's address to its published bytes, or none."""

    def find(url: str) -> bytes:
        match = _PATH.fullmatch(url.removeprefix(public_url))
        if match is None or not url.startswith(public_url):
            return b""
        try:
            found = read_status_list(
                session, slug=match.group(1), number=int(match.group(2))
            )
        except NotFound:
            return b""
        return found.data

    return find


def list_url_in(session: Session, *, public_url: str) -> Callable[[str, int], str]:
    """Return a function from an issuer's DID and a list's number to its address."""
    slugs = {o.did: o.slug for o in people.list_organisations(session)}

    def address(did: str, number: int) -> str:
        return list_url(public_url, slug=slugs.get(did, "unknown"), number=number)

    return address
