"""X.509 seals of PDFs as an operator sees them: made, brought in, listed, revoked.

The newest seal of an organisation that is valid seals its pages. What an organisation's
own authority publishes lies at `<public url>/org/<slug>/`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from sqlalchemy.orm import Session

from issuer.credentials.did_web import document_location
from issuer.credentials.key_files import alone_in, make_folder
from issuer.credentials.public_key import PublicKeyUnfit
from issuer.credentials.seal_folder import SealFolder, SealMissing
from issuer.credentials.signer import KeyFileUnreadable
from issuer.credentials.x509_authority import publish_revocation_list
from issuer.credentials.x509_key import ALGORITHMS, read_pkcs12
from issuer.credentials.x509_profile import SEAL_DAYS, Organisation
from issuer.credentials.x509_seal import add_seal, create_seal
from issuer.credentials.x509_seal_file import SealCertificate
from issuer.domain.errors import IssuerError, sentence
from issuer.records.people import list_organisations
from issuer.services.keys import KeyFolderUnwritable

__all__ = [
    "ALGORITHMS",
    "PublicKeyUnfit",
    "SealLine",
    "SealMissing",
    "create_pdf_seal",
    "import_pdf_seal",
    "list_pdf_seals",
    "revoke_pdf_seal",
]

_LARGEST_PKCS12 = 131_072


class OrganisationUnknown(IssuerError):
    """No organisation here has this DID."""

    code = "x509_keys.organisation_unknown"
    sentence = sentence("No organisation has the DID %(did)s.")


class SealUnknown(IssuerError):
    """No seal of this name is in the key folder."""

    code = "x509_keys.seal_unknown"
    sentence = sentence("There is no seal %(seal)s. See them: flask keys x509 list")


class SealOfAProvider(IssuerError):
    """A trust service provider issued the seal: only they can revoke it."""

    code = "x509_keys.seal_of_a_provider"
    sentence = sentence(
        "The seal %(seal)s comes from a trust service provider: ask them to revoke it."
    )


@dataclass(frozen=True, slots=True)
class SealLine:
    """A seal as lists show it."""

    name: str
    did: str
    subject: str
    algorithm: str
    added: datetime
    expires: datetime
    state: str
    is_demo: bool


def create_pdf_seal(
    session: Session,
    seals: SealFolder,
    *,
    did: str,
    algorithm: str,
    at: datetime,
    draws_authority: bool = False,
) -> SealLine:
    """Draw a seal for the organisation with this DID, vouched for by its authority.

    The authority is drawn with the first seal and used again until it nears its end,
    unless `draws_authority`. Raises DidMalformed, OrganisationUnknown,
    KeyFolderUnwritable, and as `create_seal`.
    """
    document_location(did)
    organisation, slug = _organisation(session, did)
    keys = seals.keys
    with _changing(seals):
        made = create_seal(
            keys.folder,
            organisation,
            algorithm=algorithm,
            passphrase=keys.passphrase(),
            at=at,
            authority=None if draws_authority else _authority(seals, did, at=at),
            base_url=f"{keys.public_url}/org/{slug}",
            is_demo=keys.makes_demo_keys,
        )
    return _line(seals, made, at=at)


def import_pdf_seal(
    seals: SealFolder, *, did: str, file: Path, password: bytes, at: datetime
) -> SealLine:
    """Keep the seal that a trust service provider gave as a PKCS#12 file.

    Raises DidMalformed, KeyFolderUnwritable, and as `read_pkcs12` and `add_seal`.
    """
    document_location(did)
    try:
        with file.open("rb") as opened:
            data = opened.read(_LARGEST_PKCS12)
    except OSError as error:
        reason = error.strerror or "unreadable"
        raise KeyFileUnreadable(file=str(file), reason=reason) from error
    key, certificate, others = read_pkcs12(data, password, file=str(file))
    with _changing(seals):
        added = add_seal(
            seals.keys.folder,
            did=did,
            key=key,
            certificate=certificate,
            others=others,
            passphrase=seals.keys.passphrase(),
            at=at,
        )
    return _line(seals, added, at=at)


def list_pdf_seals(
    seals: SealFolder, *, at: datetime, did: str | None = None
) -> list[SealLine]:
    """Return the seals on file, oldest first. Raises PublicKeyUnreadable."""
    return [
        _line(seals, each, at=at)
        for each in seals.every_seal()
        if did in {None, each.did}
    ]


def revoke_pdf_seal(
    seals: SealFolder, *, name: str, since: datetime, at: datetime
) -> SealLine:
    """Let the seal's own authority revoke it from `since` on, and publish that.

    Raises SealUnknown, SealOfAProvider, KeyFolderUnwritable, and as
    `publish_revocation_list`.
    """
    found = next((each for each in seals.every_seal() if each.name == name), None)
    if found is None:
        raise SealUnknown(seal=name)
    if not found.has_own_authority:
        raise SealOfAProvider(seal=name)
    with _changing(seals):
        publish_revocation_list(
            seals.keys.folder,
            found.chain[-1],
            seals.keys.passphrase(),
            at=at,
            revoked=[(found.certificate.serial_number, since)],
        )
    return _line(seals, found, at=at)


def _authority(seals: SealFolder, did: str, *, at: datetime) -> x509.Certificate | None:
    """Return the organisation's newest authority that outlives a seal made now."""
    end = at + timedelta(days=SEAL_DAYS)
    own = [
        each.chain[-1]
        for each in seals.every_seal()
        if each.did == did and each.has_own_authority
    ]
    lasting = [each for each in own if each.not_valid_after_utc > end]
    return lasting[-1] if lasting else None


def _line(seals: SealFolder, seal: SealCertificate, *, at: datetime) -> SealLine:
    return SealLine(
        name=seal.name,
        did=seal.did,
        subject=seal.certificate.subject.rfc4514_string(),
        algorithm=seal.algorithm,
        added=seal.added,
        expires=seal.certificate.not_valid_after_utc,
        state=_state(seals, seal, at=at),
        is_demo=seal.is_demo,
    )


def _state(seals: SealFolder, seal: SealCertificate, *, at: datetime) -> str:
    if seals.revoked_since(seal) is not None:
        return "revoked"
    if not seal.is_valid_at(at):
        return "expired"
    in_force = seals.find_in_force(seal.did, at=at)
    return "in force" if seal == in_force else "replaced"


def _organisation(session: Session, did: str) -> tuple[Organisation, str]:
    """Return whom a certificate is to name, and the slug in addresses."""
    found = [
        (Organisation(row.name, row.business_id, did), row.slug)
        for row in list_organisations(session)
        if row.did == did
    ]
    session.rollback()  # drawing keys takes its time
    if not found:
        raise OrganisationUnknown(did=did)
    return found[0]


@contextmanager
def _changing(seals: SealFolder) -> Iterator[None]:
    folder = seals.keys.folder
    try:
        with alone_in(make_folder(folder / "public", mode=0o755)):
            yield
    except OSError as error:
        raise KeyFolderUnwritable(
            folder=str(folder), reason=error.strerror or "unwritable"
        ) from error
