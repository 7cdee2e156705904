"""What a verifier needs to check without us: the issuers, their keys and whole files.

All of it is public already, and each signed file is as it was signed.
"""

import json
from collections.abc import Callable, Collection
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from issuer.credentials.key_folder import KeyFolder
from issuer.domain.errors import IssuerError, NotFound, sentence
from issuer.services.issuers import publish_issuers
from issuer.services.public_files import (
    PublishedFile,
    read_successors,
    read_unit_names,
)
from issuer.services.status import read_status_list

ISSUERS = "/issuers"


class IssuerNotOurs(IssuerError):
    """An issuer is asked for that this service does not have."""

    code = "verifier.issuer_not_ours"
    sentence = sentence("There is no such issuer here: %(did)s")


def collect_public_files(
    session: Session,
    keys: KeyFolder,
    *,
    public_url: str,
    only: Collection[str] = (),
) -> dict[str, Any]:
    """Return the JSON of every public file by its path, of all issuers or some.

    `only` are DIDs. A file that was not published yet is left out. Raises
    IssuerNotOurs and PublicKeyUnreadable.
    """
    listed = publish_issuers(session, keys, public_url=public_url)["issuers"]
    known = {issuer["did"] for issuer in listed}
    if unknown := sorted(set(only) - known):
        raise IssuerNotOurs(did=unknown[0])
    chosen = [issuer for issuer in listed if not only or issuer["did"] in only]
    found: dict[str, Any] = {ISSUERS: {"issuers": chosen}}
    for issuer in chosen:
        found.update(_files_of(session, issuer))
    return found


def _files_of(session: Session, issuer: dict[str, Any]) -> dict[str, Any]:
    place = urlsplit(issuer["base"]).path
    slug = place.rpartition("/")[2]
    reads: dict[str, Callable[[], PublishedFile]] = {
        f"{place}/units": partial(read_unit_names, session, slug=slug)
    }
    for number in range(1, issuer["lists"] + 1):
        of = {"slug": slug, "number": number}
        reads[f"{place}/status/{number}"] = partial(read_status_list, session, **of)
        reads[f"{place}/successors/{number}"] = partial(read_successors, session, **of)
    found = {}
    for path, read in reads.items():
        try:
            found[path] = json.loads(read().data)
        except NotFound:
            continue
    return found
