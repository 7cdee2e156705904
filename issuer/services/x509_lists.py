"""What the world reads of organisations' own authorities: certificates and lists.

A revocation list is the newest for a year and is renewed at half of it, as long as the
authority's key is in the key folder.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy.orm import Session

from issuer.credentials.key_files import alone_in
from issuer.credentials.seal_folder import SealFolder
from issuer.credentials.x509_authority import (
    LIST_DAYS,
    has_authority_key,
    publish_revocation_list,
)
from issuer.credentials.x509_seal_file import SealCertificate
from issuer.domain.errors import IssuerError, NotFound
from issuer.records.people import find_organisation_by_slug

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PublishedList:
    """An authority's newest list as an operator sees it."""

    authority: str
    did: str
    ends: datetime
    revoked: int


def read_authorities(session: Session, seals: SealFolder, *, slug: str) -> bytes:
    """Return the certificates of an organisation's own authorities, the newest first.

    In PEM, for people who tell their PDF reader whom to trust. Raises NotFound.
    """
    found = dict.fromkeys(
        each.chain[-1] for each in reversed(_own(session, seals, slug=slug))
    )
    return b"".join(each.public_bytes(Encoding.PEM) for each in found)


def read_authority(
    session: Session, seals: SealFolder, *, slug: str, name: str
) -> bytes:
    """Return one authority's certificate in DER; raises NotFound."""
    for each in _own(session, seals, slug=slug):
        if each.authority == name:
            return each.chain[-1].public_bytes(Encoding.DER)
    raise NotFound


def read_revocation_list(
    session: Session, seals: SealFolder, *, slug: str, name: str
) -> bytes:
    """Return one authority's newest list in DER (RFC 5280 §5); raises NotFound."""
    names = {each.authority for each in _own(session, seals, slug=slug)}
    found = seals.find_list(name) if name in names else None
    if found is None:
        raise NotFound
    return found.public_bytes(Encoding.DER)


def publish_lists(
    seals: SealFolder, *, at: datetime, did: str | None = None
) -> list[PublishedList]:
    """Sign the next list of every own authority, or of those of `did`.

    Raises AuthorityKeyAway and as `publish_revocation_list`.
    """
    return [
        _published(seals, each, at=at)
        for each in _by_authority(seals.every_seal())
        if did in {None, each.did}
    ]


def publish_due_lists(seals: SealFolder, *, at: datetime) -> list[PublishedList]:
    """Sign the lists that are past half of their time and whose key is here."""
    found = []
    for each in _by_authority(seals.every_seal()):
        last = seals.find_list(each.authority)
        ends = last.next_update_utc if last is not None else None
        is_due = ends is None or ends - at < timedelta(days=LIST_DAYS / 2)
        if is_due and has_authority_key(seals.keys.folder, each.chain[-1]):
            try:
                found.append(_published(seals, each, at=at))
            except (IssuerError, OSError) as error:
                log.warning("could not publish %s.crl: %s", each.authority, error)
    return found


def _published(
    seals: SealFolder, seal: SealCertificate, *, at: datetime
) -> PublishedList:
    folder = seals.keys.folder
    with alone_in(folder / "public"):
        made = publish_revocation_list(
            folder, seal.chain[-1], seals.keys.passphrase(), at=at
        )
    return PublishedList(
        authority=seal.authority,
        did=seal.did,
        ends=_end(made),
        revoked=sum(1 for _ in made),
    )


def _end(made: x509.CertificateRevocationList) -> datetime:
    if made.next_update_utc is None:
        raise ValueError("a list of ours says until when it is the newest")
    return made.next_update_utc


def _own(session: Session, seals: SealFolder, *, slug: str) -> list[SealCertificate]:
    organisation = find_organisation_by_slug(session, slug)
    found = [
        each
        for each in seals.seals_that_count()
        if organisation and each.has_own_authority and each.did == organisation.did
    ]
    if not found:
        raise NotFound
    return found


def _by_authority(seals: tuple[SealCertificate, ...]) -> list[SealCertificate]:
    """Return one seal of each own authority."""
    return list(
        {each.authority: each for each in seals if each.has_own_authority}.values()
    )
