"""A certificate: our statement of identified competence, with a serial and a state.

Reserved: its serial and exact draft are stored, the key is yet untouched. Issued: its
sealed credential is stored and never changes. Given up: it could never be sealed, and
its number stays spent. Its page (PDF) is a state of its own.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from issuer.domain.errors import IssuerError, sentence

# Levels of types of qualification in ePerusteet: vocational and further vocational
# qualifications are at level 4, specialist vocational ones at level 5.
_FRAMEWORK_LEVELS = {
    "koulutustyyppi_1": 4,
    "koulutustyyppi_4": 4,
    "koulutustyyppi_11": 4,
    "koulutustyyppi_12": 5,
    "koulutustyyppi_13": 4,
    "koulutustyyppi_26": 4,
}


MOST_MONTHS = 600  # fifty years, longer than a working life: beyond it, no last day


class CertificateState(StrEnum):
    """Where a certificate is in its life."""

    RESERVED = "reserved"
    ISSUED = "issued"
    GIVEN_UP = "given_up"


class PageState(StrEnum):
    """Where the certificate's PDF is; it is made once and kept for ever."""

    PENDING = "pending"
    STORED = "stored"


class ValidityOutOfRange(IssuerError):
    """A policy asks for certificates valid for less than a month, or for too long."""

    code = "policy.validity_out_of_range"
    sentence = sentence(
        "A certificate is valid for at least 1 month and at most %(most)s months, "
        "or has no last day."
    )


class SignatoryMayNotRelease(IssuerError):
    """Nobody releases a certificate about themselves."""

    code = "certificate.own"
    sentence = sentence("You cannot release your own certificate.")


class ProposalNotAccepted(IssuerError):
    """The participant has not accepted the proposal, or has disputed it."""

    code = "certificate.not_accepted"
    sentence = sentence(
        "The participant has not accepted this proposal, so it cannot be released."
    )


class ProposalOutOfDate(IssuerError):
    """A sign-off behind the proposal no longer stands."""

    code = "certificate.out_of_date"
    sentence = sentence(
        "Sign-offs have changed since this proposal was made. "
        "The coach needs to make a new one."
    )


class CertificateTaken(IssuerError):
    """The proposal has a certificate already."""

    code = "certificate.taken"
    sentence = sentence("This proposal has already been released.")


class SerialTaken(IssuerError):
    """Another certificate has this serial: the bits were not random."""

    code = "certificate.serial_taken"
    sentence = sentence("That certificate number is taken. Try again.")


class DraftUnfit(IssuerError):
    """The draft breaks a rule of the credential's form or of what may be claimed."""

    code = "certificate.draft_unfit"
    sentence = sentence("The certificate cannot be sealed: %(place)s: %(reason)s")


@dataclass(frozen=True, slots=True)
class IssuerIdentity:
    """The organisation that stands behind a certificate."""

    did: str
    name: str
    business_id: str
    department: str
    town: str
    url: str


@dataclass(frozen=True, slots=True)
class SecondText:
    """The same official text in the second language of the paper, verbatim."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class SecondName:
    """The same official name in the second language of the paper, verbatim."""

    name: str
    language: str


@dataclass(frozen=True, slots=True)
class StatedLicenceCard:
    """A card that others issued: what stood on it, who saw it and when; never more."""

    name: str
    issuer: str
    issued_on: str
    valid_until: str | None
    seen_on: str
    seen_by: str


@dataclass(frozen=True, slots=True)
class StatedRequirement:
    """A requirement verbatim, and what was seen of it; dates are ISO 8601.

    Where `identified` is False the fields after it are None: it was not seen in this
    period, which says nothing more. `mark` is given only where the organisation shows
    levels; `instructor` is None where its policy names roles only.
    """

    key: str
    code: str | None
    text: str
    text_language: str
    target_url: str
    identified: bool
    observed_on: str | None
    task: str | None
    site: str | None
    instructor: str | None
    assurance: str | None
    instructor_role: str | None = None
    mark: str | None = None
    second: SecondText | None = None


@dataclass(frozen=True, slots=True)
class StatedArea:
    """A target area verbatim with its requirements."""

    name: str
    requirements: tuple[StatedRequirement, ...]
    second: SecondName | None = None


@dataclass(frozen=True, slots=True)
class StatedUnit:
    """A unit verbatim, with the scope of the whole unit (never of what was seen).

    Where `scope_of_certificate` is "area" the certificate speaks of one target area:
    `areas` holds it alone, and `identified` and `total` count its requirements only.
    """

    code: str | None
    name: str
    name_language: str
    scope: str | None
    scope_unit: str
    target_url: str
    identified: int
    total: int
    areas: tuple[StatedArea, ...]
    scope_of_certificate: Literal["unit", "area"] = "unit"
    second: SecondName | None = None

    @property
    def only_area(self) -> StatedArea | None:
        """The one target area the certificate speaks of, or None for the whole unit."""
        is_limited = self.scope_of_certificate == "area" and self.areas
        return self.areas[0] if is_limited else None


@dataclass(frozen=True, slots=True)
class StatedEnvironment:
    """The identified learning environment and its published report."""

    site: str
    report_url: str
    report_version: int
    published_on: str
    checker: str


@dataclass(frozen=True, slots=True)
class StatedQualification:
    """The qualification whose requirements the work was compared with."""

    name: str
    record_number: str
    edition_date: str | None
    edition_sha256: str
    is_official: bool
    url: str
    qualification_type: str | None = None
    second: SecondName | None = None

    @property
    def framework_level(self) -> int | None:
        """The NQF and EQF level of the qualification as a whole, where we know it.

        The certificate itself has no level (act 93/2017; domain.md §4).
        """
        return _FRAMEWORK_LEVELS.get(self.qualification_type or "")


@dataclass(frozen=True, slots=True)
class CertificateStatement:
    """All that a certificate says (domain.md §1.5), in one language, as primitives.

    All sealed forms are built from this and nothing else. `issued_at` and
    `valid_until` are UTC, `YYYY-MM-DDThh:mm:ssZ`; other dates are `YYYY-MM-DD`.
    `builds_on` are the ids (`<public url>/v/<serial>`) of the person's earlier
    certificates, `supersedes` is the id of the one this replaces. Where `hides_site`
    is True, no site and no environment report is stated. `second_language` and every
    `second` are for the paper alone: the sealed forms speak one language.
    """

    serial: str
    id: str
    language: str
    issued_at: str
    issuer: IssuerIdentity
    holder_name: str
    holder_birth_date: str | None
    qualification: StatedQualification
    period_from: str
    period_to: str
    hours: int | None
    tasks: tuple[str, ...]
    environments: tuple[StatedEnvironment, ...]
    units: tuple[StatedUnit, ...]
    summary: str
    coach: str
    signatory: str
    signatory_title: str
    accepted_on: str
    builds_on: tuple[str, ...]
    shows_levels: bool = False
    hides_site: bool = False
    supersedes: str | None = None
    valid_until: str | None = None
    status_list_url: str | None = None
    status_index: int | None = None
    second_language: str | None = None
    licence_cards: tuple[StatedLicenceCard, ...] = ()

    def verbatim_texts(self) -> tuple[str, ...]:
        """Return the catalogue's own words, which the claims lint leaves alone."""
        texts = [self.qualification.name]
        for unit in self.units:
            texts.append(unit.name)
            for area in unit.areas:
                texts.append(area.name)
                texts.extend(r.text for r in area.requirements)
        return tuple(text for text in texts if text)


def require_validity(months: int | None) -> None:
    """Raise ValidityOutOfRange unless it is 1 to MOST_MONTHS months, or no last day."""
    if months is not None and not 1 <= months <= MOST_MONTHS:
        raise ValidityOutOfRange(field="validity", most=MOST_MONTHS)
