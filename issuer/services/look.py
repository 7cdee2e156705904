"""How an organisation's certificates look: its accent, its logo, a second language.

What is set here holds for certificates reserved from now on; those before keep theirs.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from issuer.credentials.logo import LARGEST, parse_logo
from issuer.domain.errors import NotFound
from issuer.domain.look import PageLook, parse_accent, tint_of
from issuer.domain.people import Actor, Role
from issuer.domain.texts import LANGUAGES, clean_line
from issuer.gateways.blobs import BlobStore
from issuer.records import people
from issuer.records.audit import add_audit_line, add_deed
from issuer.services.authority import require_role_of

LONGEST_ALT = 120
READ_AT_MOST = LARGEST + 1  # one byte more tells that a file is too large


@dataclass(frozen=True, slots=True)
class LookView:
    """The look in force, and the language that pages show beside their first."""

    page: PageLook
    language: str
    second_language: str | None

    @property
    def offered_languages(self) -> tuple[str, ...]:
        """The languages that can stand beside the first."""
        return tuple(code for code in LANGUAGES if code != self.language)


def view_look(session: Session, actor: Actor) -> LookView:
    """Return the look of the actor's organisation."""
    row = people.get_organisation(session, actor.organisation_id)
    return LookView(_look(row), row.certificate_language, row.second_language)


def look_in_force(session: Session, organisation_id: int) -> PageLook:
    """Return what a certificate reserved now is pinned to; raises NotFound."""
    return _look(people.get_organisation(session, organisation_id))


def set_colours_and_languages(
    session: Session,
    actor: Actor,
    *,
    accent: str,
    second_language: str | None,
    at: datetime,
) -> None:
    """Change the accent and the second language of the organisation's certificates.

    Raises NotAllowed, ColourMalformed, ContrastTooLow; ValueError for a language we do
    not speak or the certificates' first one.
    """
    require_role_of(actor, Role.ADMINISTRATOR)
    row = people.get_organisation(session, actor.organisation_id)
    if second_language is not None and (
        second_language not in LANGUAGES or second_language == row.certificate_language
    ):
        raise ValueError("not a second language")
    row.accent = parse_accent(accent)
    row.second_language = second_language
    add_deed(session, actor, "organisation.look", f"organisation:{row.id}", at=at)
    session.commit()


def set_logo(
    session: Session,
    actor: Actor,
    blobs: BlobStore,
    *,
    data: bytes,
    alt: str,
    at: datetime,
) -> None:
    """Check a logo, make it anew and keep it; `alt` says in words what it shows.

    Raises NotAllowed, text errors and what `parse_logo` raises.
    """
    require_role_of(actor, Role.ADMINISTRATOR)
    row = people.get_organisation(session, actor.organisation_id)
    _keep_logo(row, blobs, data=data, alt=alt)
    add_deed(session, actor, "organisation.logo_set", f"organisation:{row.id}", at=at)
    session.commit()


def set_logo_by_command(
    session: Session,
    blobs: BlobStore,
    *,
    slug: str,
    data: bytes,
    alt: str,
    at: datetime,
) -> PageLook:
    """Do `set_logo` for the operator of the service; raises NotFound for `slug`."""
    row = people.find_organisation_by_slug(session, slug)
    if row is None:
        raise NotFound
    _keep_logo(row, blobs, data=data, alt=alt)
    add_audit_line(
        session,
        "organisation.logo_set",
        f"organisation:{row.id}",
        at=at,
        organisation_id=row.id,
    )
    session.commit()
    return _look(row)


def remove_logo(session: Session, actor: Actor, *, at: datetime) -> None:
    """Print no logo from now on; raises NotAllowed."""
    require_role_of(actor, Role.ADMINISTRATOR)
    row = people.get_organisation(session, actor.organisation_id)
    row.logo_sha256 = row.logo_type = row.logo_ratio = None
    row.logo_alt = ""
    add_deed(
        session, actor, "organisation.logo_removed", f"organisation:{row.id}", at=at
    )
    session.commit()


def read_logo(session: Session, actor: Actor, blobs: BlobStore) -> tuple[str, bytes]:
    """Return the media type and the bytes of the logo; raises NotFound, BlobMissing."""
    look = look_in_force(session, actor.organisation_id)
    if look.logo_sha256 is None or look.logo_type is None:
        raise NotFound
    return look.logo_type, blobs.get(look.logo_sha256)


def _keep_logo(
    row: people.OrganisationRecord, blobs: BlobStore, *, data: bytes, alt: str
) -> None:
    row.logo_alt = clean_line(alt, field="logo_alt", limit=LONGEST_ALT)
    logo = parse_logo(data)
    row.logo_sha256 = blobs.put(logo.data)
    row.logo_type = logo.media_type
    row.logo_ratio = str(logo.ratio)


def _look(row: people.OrganisationRecord) -> PageLook:
    return PageLook(
        accent=row.accent,
        accent_tint=tint_of(row.accent),
        logo_sha256=row.logo_sha256,
        logo_type=row.logo_type,
        logo_alt=row.logo_alt,
        logo_ratio=row.logo_ratio,
    )
