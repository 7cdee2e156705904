"""From rows to the statement of a certificate: every text copied in, verbatim."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from issuer.domain.catalogue_pages import qualification_page, unit_page
from issuer.domain.certificates import (
    CertificateStatement,
    IssuerIdentity,
    StatedArea,
    StatedEnvironment,
    StatedQualification,
    StatedRequirement,
    StatedUnit,
)
from issuer.domain.coverage import CoveredArea, CoveredRequirement
from issuer.domain.identifiers import Serial
from issuer.domain.signoffs import Assurance
from issuer.records import catalogue, certificates, people, proposals, reports, signoffs
from issuer.records.periods import WorkPeriodRecord
from issuer.services.proposals import ProposalView, proposal_view
from issuer.services.reports import view_report
from issuer.services.signoffs import HELSINKI


def build_statement(
    session: Session,
    proposal: proposals.ProposalRecord,
    period: WorkPeriodRecord,
    *,
    signatory_id: int,
    public_url: str,
    serial: Serial,
    at: datetime,
) -> CertificateStatement:
    """Return all that the certificate of this accepted proposal will say."""
    view = proposal_view(session, proposal, period)
    scope = period.organisation_id
    organisation = people.get_organisation(session, scope)
    language = organisation.certificate_language
    holder = people.get_person(session, period.participant_id, organisation_id=scope)
    signatory = people.get_person(session, signatory_id, organisation_id=scope)
    earlier = certificates.list_certificates(
        session, organisation_id=scope, participant_id=holder.id
    )
    shows_birth_date = view.shows_birth_date and holder.birth_date
    return CertificateStatement(
        serial=str(serial),
        id=f"{public_url}/v/{serial}",
        language=language,
        issued_at=at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        issuer=_issuer(organisation),
        holder_name=holder.name,
        holder_birth_date=_iso(holder.birth_date) if shows_birth_date else None,
        qualification=_qualification(session, proposal.edition_id, language),
        period_from=period.starts_on.isoformat(),
        period_to=_iso(period.ends_on) or _helsinki_day(at),
        hours=proposal.hours,
        tasks=_tasks(view),
        environments=tuple(_environments(session, view, public_url)),
        units=tuple(_units(session, view, language)),
        summary=proposal.summary,
        coach=view.coach,
        signatory=signatory.name,
        signatory_title=signatory.title,
        accepted_on=_helsinki_day(view.answered_at or at),
        builds_on=tuple(f"{public_url}/v/{row.serial}" for row in reversed(earlier)),
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
    session: Session, edition_id: int, language: str
) -> StatedQualification:
    edition = catalogue.get_edition_line(session, edition_id)
    return StatedQualification(
        name=edition.name.in_language(language),
        record_number=edition.record_number,
        edition_date=_iso(edition.modified),
        edition_sha256=edition.sha256,
        is_official=edition.is_official,
        url=qualification_page(edition.source_id, language=language),
    )


def _units(session: Session, view: ProposalView, language: str) -> list[StatedUnit]:
    lines = {line.id: line for line in catalogue.list_units(session, view.edition_id)}
    edition = catalogue.get_edition_line(session, view.edition_id)
    stated = []
    for coverage in view.coverages:
        line = lines[coverage.unit_id]
        url = unit_page(edition.source_id, line.reference_id, language=language)
        stated.append(
            StatedUnit(
                code=coverage.code,
                name=coverage.name.in_language(language),
                name_language=coverage.name.language_of(language),
                scope=coverage.scope,
                scope_unit=line.scope_unit,
                target_url=url,
                identified=coverage.identified,
                total=coverage.total,
                areas=tuple(_area(area, language, url) for area in coverage.areas),
            )
        )
    return stated


def _area(area: CoveredArea, language: str, url: str) -> StatedArea:
    return StatedArea(
        area.name.in_language(language),
        tuple(_requirement(r, language, url) for r in area.requirements),
    )


def _requirement(
    requirement: CoveredRequirement, language: str, url: str
) -> StatedRequirement:
    seen = requirement.standing.stands if requirement.standing else None
    seen = seen if requirement.is_identified else None
    strength = seen.assurance if seen else Assurance.NONE
    return StatedRequirement(
        key=requirement.key,
        code=requirement.code,
        text=requirement.text.in_language(language),
        text_language=requirement.text.language_of(language),
        target_url=url,
        identified=seen is not None,
        observed_on=seen.observed_on if seen else None,
        task=seen.task_name if seen else None,
        site=seen.site_name if seen else None,
        instructor=seen.instructor_name if seen else None,
        assurance=None if strength is Assurance.NONE else strength.value,
    )


def _tasks(view: ProposalView) -> tuple[str, ...]:
    seen = [
        requirement.standing.stands.task_name
        for coverage in view.coverages
        for requirement in coverage.requirements
        if requirement.standing and requirement.standing.stands
    ]
    return tuple(dict.fromkeys(seen))


def _environments(
    session: Session, view: ProposalView, public_url: str
) -> list[StatedEnvironment]:
    sign_off_ids = [
        requirement.standing.stands.id
        for coverage in view.coverages
        for requirement in coverage.requirements
        if requirement.standing and requirement.standing.stands
    ]
    stated = []
    for report_id in signoffs.list_reports_behind(session, sign_off_ids):
        row = reports.get_report(session, report_id)
        report = view_report(session, public_id=row.public_id)
        stated.append(
            StatedEnvironment(
                site=str(report.content["site"]),
                report_url=f"{public_url}/reports/{row.public_id}",
                report_version=row.version,
                published_on=_helsinki_day(row.published_at),
                checker=report.line.checker,
            )
        )
    return stated


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _helsinki_day(instant: datetime) -> str:
    return instant.astimezone(HELSINKI).date().isoformat()
