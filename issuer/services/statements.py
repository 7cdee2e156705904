"""From rows to the statement of a certificate: every text copied in, verbatim."""

from calendar import monthrange
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from issuer.domain.catalogue_pages import qualification_page
from issuer.domain.certificates import (
    CertificateState,
    CertificateStatement,
    IssuerIdentity,
    StatedEnvironment,
    StatedLicenceCard,
    StatedQualification,
)
from issuer.domain.days import HELSINKI, day_in_finland
from issuer.domain.identifiers import Serial
from issuer.domain.licence_cards import LicenceCard
from issuer.domain.unseen import without_unseen
from issuer.records import catalogue, certificates, people, proposals, reports, signoffs
from issuer.records.periods import WorkPeriodRecord
from issuer.records.status import find_revocation
from issuer.services.proposals import ProposalView, proposal_view
from issuer.services.reports import view_report
from issuer.services.statement_units import Showing, build_units, signed_behind


def build_statement(
    session: Session,
    proposal: proposals.ProposalRecord,
    period: WorkPeriodRecord,
    *,
    signatory_id: int,
    public_url: str,
    serial: Serial,
    at: datetime,
    status_list_url: str | None = None,
    status_index: int | None = None,
    supersedes: str | None = None,
) -> CertificateStatement:
    """Return all that the certificate of this accepted proposal will say.

    The policy kept with the proposal, which its participant accepted, decides what is
    shown of levels, sites and instructors, and for how long from `at` it is valid.
    Names that were stored before texts were cleaned of unseen characters are stated
    without them.
    `supersedes` is the id of the certificate it replaces.
    """
    view = proposal_view(session, proposal, period)
    scope = period.organisation_id
    organisation = people.get_organisation(session, scope)
    language = view.language
    holder = people.get_person(session, period.participant_id, organisation_id=scope)
    signatory = people.get_person(session, signatory_id, organisation_id=scope)
    earlier = certificates.list_certificates(
        session, organisation_id=scope, participant_id=holder.id
    )
    second = proposal.second_language
    showing = Showing(
        language,
        levels=view.policy.shows_levels,
        sites=not (view.policy.hides_site or view.hides_site),
        instructors=view.policy.names_instructors,
        second=second if second != language else None,
    )
    shows_birth_date = view.shows_birth_date and holder.birth_date
    return CertificateStatement(
        serial=str(serial),
        id=f"{public_url}/v/{serial}",
        language=language,
        issued_at=at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        issuer=_issuer(organisation),
        holder_name=without_unseen(holder.name),
        holder_birth_date=_iso(holder.birth_date) if shows_birth_date else None,
        qualification=_qualification(session, proposal.edition_id, showing),
        period_from=period.starts_on.isoformat(),
        period_to=_iso(period.ends_on) or day_in_finland(at).isoformat(),
        hours=proposal.hours,
        tasks=_tasks(view),
        environments=tuple(_environments(session, view, public_url))
        if showing.sites
        else (),
        units=tuple(build_units(session, view, showing, organisation_id=scope)),
        summary=proposal.summary,
        coach=without_unseen(view.coach),
        signatory=without_unseen(signatory.name),
        signatory_title=signatory.title,
        accepted_on=day_in_finland(view.answered_at or at).isoformat(),
        builds_on=tuple(
            id_
            for id_ in (
                f"{public_url}/v/{row.serial}"
                for row in reversed(earlier)
                if row.state == CertificateState.ISSUED.value
                and find_revocation(session, certificate_id=row.id) is None
            )
            if id_ != supersedes
        ),
        shows_levels=showing.levels,
        hides_site=not showing.sites,
        supersedes=supersedes,
        valid_until=_valid_until(at, view.policy.valid_for_months),
        status_list_url=status_list_url,
        status_index=status_index,
        second_language=showing.second,
        licence_cards=tuple(_licence_card(card) for card in view.licence_cards),
    )


def _issuer(organisation: people.OrganisationRecord) -> IssuerIdentity:
    return IssuerIdentity(
        did=organisation.did,
        name=organisation.name,
        business_id=organisation.business_id,
        department=organisation.department,
        town=organisation.town,
        url=organisation.url,
    )


def _qualification(
    session: Session, edition_id: int, showing: Showing
) -> StatedQualification:
    edition = catalogue.get_edition_line(session, edition_id)
    language = showing.language
    return StatedQualification(
        name=edition.name.in_language(language),
        record_number=edition.record_number,
        edition_date=_iso(edition.modified),
        edition_sha256=edition.sha256,
        is_official=edition.is_official,
        url=qualification_page(edition.source_id, language=language),
        qualification_type=edition.qualification_type,
        second=showing.second_name(edition.name),
    )


def _licence_card(card: LicenceCard) -> StatedLicenceCard:
    return StatedLicenceCard(
        name=card.name,
        issuer=card.issuer,
        issued_on=card.issued_on.isoformat(),
        valid_until=_iso(card.valid_until),
        seen_on=card.seen_on.isoformat(),
        seen_by=card.seen_by,
    )


def _tasks(view: ProposalView) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sign_off.task_name for sign_off in signed_behind(view)))


def _environments(
    session: Session, view: ProposalView, public_url: str
) -> list[StatedEnvironment]:
    sign_off_ids = [sign_off.id for sign_off in signed_behind(view)]
    stated = []
    for report_id in signoffs.list_reports_behind(session, sign_off_ids):
        row = reports.get_report(session, report_id)
        report = view_report(session, public_id=row.public_id)
        stated.append(
            StatedEnvironment(
                site=str(report.content["site"]),
                report_url=f"{public_url}/reports/{row.public_id}",
                report_version=row.version,
                published_on=day_in_finland(row.published_at).isoformat(),
                checker=report.line.checker,
            )
        )
    return stated


def _valid_until(at: datetime, months: int | None) -> str | None:
    """Return the last second, in Finland, of the day `months` months from `at`."""
    if months is None:
        return None
    first = day_in_finland(at)
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    day = min(first.day, monthrange(year, month + 1)[1])
    last = datetime(year, month + 1, day, 23, 59, 59, tzinfo=HELSINKI)
    return last.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
