"""The longer texts of a credential, put together from fixed phrases and the statement.

They are plain text, one thought a line, so that any wallet can show them.
"""

from collections.abc import Iterator

from issuer.credentials.wording import phrase, written_date
from issuer.domain.certificates import CertificateStatement, StatedArea, StatedUnit
from issuer.domain.forbidden_claims import CLAUSE


def framework(statement: CertificateStatement) -> str:
    """Return the name of the requirements: qualification, record number, edition."""
    language, qualification = statement.language, statement.qualification
    text = phrase(
        language,
        "framework",
        name=qualification.name,
        record_number=qualification.record_number,
    )
    if qualification.edition_date:
        day = written_date(language, qualification.edition_date)
        text = phrase(language, "framework_edition", framework=text, date=day)
    if not qualification.is_official:
        text = phrase(language, "framework_unofficial", framework=text)
    return text


def build_description(statement: CertificateStatement) -> str:
    """Return what the certificate is, and the required clause verbatim."""
    language = statement.language
    lines = [phrase(language, "what", framework=framework(statement))]
    lines.extend(filter(None, (only_area(language, u) for u in statement.units)))
    if not statement.qualification.is_official:
        lines.append(phrase(language, "unofficial"))
    if statement.supersedes:
        serial = serial_of(statement.supersedes)
        lines.append(phrase(language, "supersedes", serial=serial))
    if statement.valid_until:
        # The last second of a day in Finland is on the same day in UTC.
        day = written_date(language, statement.valid_until[:10])
        lines.append(phrase(language, "valid_until", date=day))
    lines.append(CLAUSE[language])
    return "\n".join(lines)


def only_area(language: str, unit: StatedUnit) -> str | None:
    """Return in words that one target area of the unit is certified, not all of it."""
    area = unit.only_area
    if area is None:
        return None
    return phrase(language, "only_area", unit=unit.name, area=area.name)


def place_of(language: str, unit: StatedUnit, area: StatedArea | None) -> str:
    """Return the unit's name, and the target area's where it has one."""
    if area is None or not area.name:
        return unit.name
    return phrase(language, "requirement_place", unit=unit.name, area=area.name)


def serial_of(certificate_id: str) -> str:
    """Return the serial at the end of a certificate's id."""
    return certificate_id.rstrip("/").rpartition("/")[2]


def build_criteria(statement: CertificateStatement) -> str:
    """Return how competence was identified and assured, element by element.

    Type of assessment, form of participation and type of quality assurance are those
    of the European approach to micro-credentials (2022/C 243/02, Annex I).
    """
    language = statement.language
    lines = [phrase(language, "criteria")]
    if statement.shows_levels:
        lines.append(phrase(language, "criteria_levels"))
    lines.append(phrase(language, "criteria_assessment"))
    lines.append(phrase(language, "criteria_participation"))
    if statement.environments or statement.hides_site:
        lines.append(phrase(language, "criteria_quality"))
    lines.extend(
        phrase(
            language,
            "criteria_environment",
            site=environment.site,
            checker=environment.checker,
        )
        for environment in statement.environments
        if environment.checker
    )
    if _languages(statement) != {language}:
        lines.append(phrase(language, "other_language"))
    lines.append(
        phrase(
            language,
            "criteria_source",
            sha256=statement.qualification.edition_sha256,
        )
    )
    return "\n".join(lines)


def build_narrative(statement: CertificateStatement) -> str:
    """Return the account of the period and, unit by unit, what was not identified."""
    return "\n".join([*_account(statement), *_not_identified(statement)])


def sites(statement: CertificateStatement) -> list[str]:
    """Return every workplace once: environments first, then where things were seen."""
    found = [environment.site for environment in statement.environments]
    for unit in statement.units:
        for area in unit.areas:
            found.extend(r.site for r in area.requirements if r.site)
    return list(dict.fromkeys(found))


def _account(statement: CertificateStatement) -> Iterator[str]:
    language, issuer = statement.language, statement.issuer
    if statement.summary:
        yield statement.summary
    if statement.tasks:
        yield phrase(language, "tasks", tasks="; ".join(statement.tasks))
    yield phrase(
        language,
        "period",
        first=written_date(language, statement.period_from),
        last=written_date(language, statement.period_to),
    )
    if statement.hours is not None:
        yield phrase(language, "hours", hours=statement.hours)
    if places := sites(statement):
        yield phrase(language, "workplaces", sites="; ".join(places))
    elif statement.hides_site:
        yield phrase(language, "workplaces_hidden")
    yield phrase(language, "talk", coach=statement.coach)
    yield phrase(
        language,
        "accepted",
        holder=statement.holder_name,
        date=written_date(language, statement.accepted_on),
    )
    yield _signatory(statement)
    if statement.builds_on:
        serials = ", ".join(map(serial_of, statement.builds_on))
        yield phrase(language, "builds_on", serials=serials)
    names = [name for name in (issuer.name, issuer.department, issuer.town) if name]
    yield phrase(
        language,
        "issued_by",
        issuer=", ".join(names),
        business_id=issuer.business_id,
    )


def _signatory(statement: CertificateStatement) -> str:
    key = "signatory_titled" if statement.signatory_title else "signatory"
    return phrase(
        statement.language,
        key,
        name=statement.signatory,
        title=statement.signatory_title,
    )


def _not_identified(statement: CertificateStatement) -> Iterator[str]:
    missing = [(unit, _unseen(unit)) for unit in statement.units]
    for unit, lines in missing:
        if lines:
            place = place_of(statement.language, unit, unit.only_area)
            yield phrase(statement.language, "not_identified", unit=place)
            yield from lines
    if any(lines for _, lines in missing):
        yield phrase(statement.language, "not_identified_means")


def _unseen(unit: StatedUnit) -> list[str]:
    return [
        f"– {requirement.text}" + (f" ({requirement.code})" if requirement.code else "")
        for area in unit.areas
        for requirement in area.requirements
        if not requirement.identified
    ]


def _languages(statement: CertificateStatement) -> set[str]:
    found = {unit.name_language for unit in statement.units}
    for unit in statement.units:
        for area in unit.areas:
            found.update(r.text_language for r in area.requirements)
    return found
