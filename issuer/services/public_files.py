"""Signed files beside the status lists: what replaced what, and what units are called.

Each is one file for everybody: whoever fetches it tells nobody which certificate they
look at. A file is signed anew when its content or key changes and before it ends.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.key_folder import KeyFolder
from issuer.credentials.publication import LIFETIME, RENEWAL
from issuer.credentials.signed_file import SUCCESSORS, UNIT_NAMES, seal_file
from issuer.domain.errors import NotFound
from issuer.domain.texts import LANGUAGES
from issuer.records import public_files as rows
from issuer.records.people import OrganisationRecord, find_organisation_by_slug
from issuer.records.status import StatusListRecord

UNITS = "units"


@dataclass(frozen=True, slots=True)
class Publishing:
    """What publishing needs of the house: our address, contexts and keys."""

    public_url: str
    contexts: ContextLibrary
    keys: KeyFolder


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """The bytes that were signed, their SHA-256 in hex, and until when they hold."""

    data: bytes
    sha256: str
    valid_until: datetime


def publish_successors(
    session: Session,
    publishing: Publishing,
    *,
    status_list: StatusListRecord,
    organisation: OrganisationRecord,
    at: datetime,
) -> bool:
    """Sign which places of a list were replaced, and by what; False if unchanged.

    A serial opens nothing personal, so it stands there as it is printed.
    """
    found = rows.list_successors(session, list_id=status_list.id)
    content = {str(index): new for index, _, new in found}
    return _publish(
        session,
        publishing,
        content,
        kind=SUCCESSORS,
        path=_successors_path(status_list.number),
        organisation=organisation,
        at=at,
    )


def publish_unit_names(
    session: Session, publishing: Publishing, *, organisation_id: int, at: datetime
) -> bool:
    """Sign the names of all units on the organisation's issued certificates.

    Runs in the caller's transaction; False if unchanged, or if nothing was issued yet.
    """
    organisation = rows.lock_organisation(session, organisation_id)
    units = rows.list_certified_units(session, organisation_id=organisation_id)
    content = {
        code: {
            language: text
            for language in LANGUAGES
            if (text := getattr(name, language))
        }
        for code, name in units.items()
    }
    return bool(content) and _publish(
        session,
        publishing,
        content,
        kind=UNIT_NAMES,
        path=UNITS,
        organisation=organisation,
        at=at,
    )


def read_successors(session: Session, *, slug: str, number: int) -> PublishedFile:
    """Return the published successors of an organisation's list; raises NotFound."""
    return _read(session, slug=slug, path=_successors_path(number))


def read_unit_names(session: Session, *, slug: str) -> PublishedFile:
    """Return the published names of an organisation's units; raises NotFound."""
    return _read(session, slug=slug, path=UNITS)


def _publish(
    session: Session,
    publishing: Publishing,
    content: Mapping[str, Any],
    *,
    kind: str,
    path: str,
    organisation: OrganisationRecord,
    at: datetime,
) -> bool:
    signer = publishing.keys.signer_in_force(organisation.did)
    published = rows.find_public_file(
        session, organisation_id=organisation.id, path=path
    )
    if (
        published is not None
        and published.key_id == signer.key_id
        and published.valid_until - at > RENEWAL
        and json.loads(published.data)["content"] == content
    ):
        return False
    data = seal_file(
        content,
        kind=kind,
        url=f"{publishing.public_url}/org/{organisation.slug}/{path}",
        issuer_did=organisation.did,
        at=at,
        signer=signer,
    )
    session.add(
        rows.PublicFileRecord(
            organisation_id=organisation.id,
            path=path,
            published_at=at,
            valid_until=at.replace(microsecond=0) + LIFETIME,
            key_id=signer.key_id,
            sha256=sha256(data).hexdigest(),
            data=data,
        )
    )
    return True


def _read(session: Session, *, slug: str, path: str) -> PublishedFile:
    organisation = find_organisation_by_slug(session, slug)
    if organisation is None:
        raise NotFound
    row = rows.find_public_file(session, organisation_id=organisation.id, path=path)
    if row is None:
        raise NotFound
    return PublishedFile(row.data, row.sha256, row.valid_until)


def _successors_path(number: int) -> str:
    return f"successors/{number}"
