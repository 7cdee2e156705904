"""Status lists: a place for each certificate, and the list signed and published.

A certificate gets a place at random, so that a place tells nothing of when or to whom.
A list is signed when a bit changes, when its key does, and before it ends; never
because somebody reads it. Everybody fetches the whole list.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial
from hashlib import sha256

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from issuer.credentials.bitstring_status import ENTRIES, StatusBits
from issuer.credentials.publication import LIFETIME, RENEWAL
from issuer.credentials.status_list import list_url, peek_bits, seal_status_list
from issuer.domain.errors import IssuerError, NotFound
from issuer.domain.revocation import StatusListCrowded
from issuer.records import people
from issuer.records import status as rows
from issuer.records.base import Record
from issuer.services.public_files import (
    PublishedFile,
    Publishing,
    publish_successors,
    publish_unit_names,
)

__all__ = [
    "Publishing",
    "give_status_entry",
    "publish_due_lists",
    "publish_list",
    "publish_list_of",
    "read_status_list",
    "reserve_status_entry",
    "status_list_url",
]

log = logging.getLogger(__name__)

FULL = ENTRIES * 4 // 5
_DRAWS = 200


def reserve_status_entry(
    session: Session,
    organisation_id: int,
    *,
    random_index: Callable[[], int],
    at: datetime,
) -> tuple[int, int]:
    """Take a place nobody has and return its list's number and its index.

    Runs in the caller's transaction and is undone with it; `give_status_entry` then
    says whose it is. `random_index` draws from 0 to 131,071. A new list is begun when
    the newest is four fifths full. Raises StatusListCrowded.
    """
    newest = rows.find_newest_list(session, organisation_id=organisation_id)
    if newest is None or rows.count_entries(session, list_id=newest.id) >= FULL:
        newest = _begun_list(session, organisation_id, after=newest, at=at)
    for _ in range(_DRAWS):
        index = random_index()
        if not 0 <= index < ENTRIES:
            raise ValueError("the index lies outside the list")
        if _added(session, rows.StatusEntryRecord(list_id=newest.id, index=index)):
            return newest.number, index
    raise StatusListCrowded


def give_status_entry(
    session: Session,
    organisation_id: int,
    *,
    number: int,
    index: int,
    certificate_id: int,
) -> None:
    """Say whose a reserved place is, in the transaction that took it.

    Raises NotFound if there is no such place or it is somebody's.
    """
    list_ = rows.find_list(session, organisation_id=organisation_id, number=number)
    if list_ is None or not rows.give_entry(
        session, list_id=list_.id, index=index, certificate_id=certificate_id
    ):
        raise NotFound


def publish_list(
    session: Session, publishing: Publishing, *, list_id: int, at: datetime
) -> bool:
    """Sign a list and its successors' file anew, in the caller's transaction.

    False, with nothing done, if what is published has the same content and key and
    holds for three more days. Raises NotFound, SigningKeyMissing and what opening a
    key raises.
    """
    status_list, organisation = rows.lock_list(session, list_id)
    bits_changed = _publish_bits(
        session,
        publishing,
        status_list=status_list,
        organisation=organisation,
        at=at,
    )
    successors_changed = publish_successors(
        session,
        publishing,
        status_list=status_list,
        organisation=organisation,
        at=at,
    )
    return bits_changed or successors_changed


def publish_list_of(
    session: Session, publishing: Publishing, *, certificate_id: int, at: datetime
) -> bool:
    """Publish the list that the certificate has its place in; as `publish_list`."""
    entry = rows.find_entry(session, certificate_id=certificate_id)
    return entry is not None and publish_list(
        session, publishing, list_id=entry[0].id, at=at
    )


def publish_due_lists(
    sessions: sessionmaker[Session], publishing: Publishing, *, at: datetime
) -> tuple[int, int]:
    """Publish every list and unit file that needs it; return how many, and failures.

    To be called at least once a day: a list that ends makes every check unknown.
    """
    published = failed = 0
    with sessions() as session:
        works = [
            partial(publish_list, list_id=list_id)
            for list_id in rows.list_list_ids(session)
        ] + [
            partial(publish_unit_names, organisation_id=organisation.id)
            for organisation in people.list_organisations(session)
        ]
        for work in works:
            try:
                published += work(session, publishing, at=at)
                session.commit()
            except IssuerError as error:
                session.rollback()
                failed += 1
                log.warning("could not publish %s: %s", work.keywords, error.code)
    return published, failed


def read_status_list(session: Session, *, slug: str, number: int) -> PublishedFile:
    """Return the published list of the organisation; raises NotFound."""
    organisation = people.find_organisation_by_slug(session, slug)
    if organisation is None:
        raise NotFound
    found = rows.find_list(session, organisation_id=organisation.id, number=number)
    row = None if found is None else rows.find_publication(session, list_id=found.id)
    if row is None:
        raise NotFound
    return PublishedFile(row.data, row.sha256, row.valid_until)


def status_list_url(
    session: Session, organisation_id: int, *, public_url: str, number: int
) -> str:
    """Return where the organisation's list with this number lies; raises NotFound."""
    organisation = people.get_organisation(session, organisation_id)
    return list_url(public_url, slug=organisation.slug, number=number)


def _publish_bits(
    session: Session,
    publishing: Publishing,
    *,
    status_list: rows.StatusListRecord,
    organisation: people.OrganisationRecord,
    at: datetime,
) -> bool:
    signer = publishing.keys.signer_in_force(organisation.did)
    indexes = rows.list_revoked_indexes(session, list_id=status_list.id)
    bits = StatusBits.empty().with_set(indexes)
    published = rows.find_publication(session, list_id=status_list.id)
    if (
        published is not None
        and published.key_id == signer.key_id
        and published.valid_until - at > RENEWAL
        and peek_bits(published.data) == bits
    ):
        return False
    data = seal_status_list(
        bits,
        url=list_url(
            publishing.public_url, slug=organisation.slug, number=status_list.number
        ),
        issuer_did=organisation.did,
        at=at,
        signer=signer,
        contexts=publishing.contexts,
    )
    session.add(
        rows.StatusPublicationRecord(
            list_id=status_list.id,
            published_at=at,
            valid_until=at.replace(microsecond=0) + LIFETIME,
            key_id=signer.key_id,
            sha256=sha256(data).hexdigest(),
            data=data,
        )
    )
    return True


def _begun_list(
    session: Session,
    organisation_id: int,
    *,
    after: rows.StatusListRecord | None,
    at: datetime,
) -> rows.StatusListRecord:
    """Begin the next list, or take the one that another process has just begun."""
    begun = rows.StatusListRecord(
        organisation_id=organisation_id,
        number=after.number + 1 if after else 1,
        created_at=at,
    )
    if _added(session, begun):
        return begun
    newest = rows.find_newest_list(session, organisation_id=organisation_id)
    if newest is None:
        raise NotFound
    return newest


def _added(session: Session, row: Record) -> bool:
    """Tell whether the row went in; it does not where another took its place."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True
