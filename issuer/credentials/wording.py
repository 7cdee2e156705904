"""The fixed phrases of the sealed JSON document, in Finnish, Swedish and English.

Nothing else in the document is prose of ours. These phrases are frozen with what they
sealed: changing one here changes only certificates that are sealed from now on.
"""

from collections.abc import Mapping
from datetime import date

from issuer.credentials.wording_cards import CARD_PHRASES

_FI = {
    "title": "Osaamistodistus",
    "what": "Tämä osaamistodistus kertoo, mitä osaamista henkilön työssä on "
    "tunnistettu. Työtä on verrattu tutkinnon perusteisiin: {framework}.",
    "unofficial": "Vaatimusten tekstit ovat epävirallisia tiivistelmiä. Ne eivät ole "
    "Opetushallituksen julkaisemaa sanamuotoa.",
    "only_area": "Osasta {unit} todistus koskee vain kohdealuetta {area}, ei koko "
    "osaa.",
    "supersedes": "Tämä todistus korvaa aiemman todistuksen {serial}.",
    "valid_until": "Todistus on voimassa {date} saakka.",
    "country": "Suomi",
    "framework": "{name}, {record_number}",
    "framework_edition": "{framework}, perusteiden versio {date}",
    "framework_unofficial": "{framework} (epävirallinen tiivistelmä)",
    "achievement_name": "Työssä tunnistettu osaaminen: {qualification}",
    "achievement_description": "Tunnistettujen ammattitaitovaatimusten määrä "
    "tutkinnon osan kaikista vaatimuksista: {units}.",
    "achievement_description_areas": "Tunnistettujen ammattitaitovaatimusten määrä: "
    "{units}.",
    "count": "{unit}: {count}",
    "count_whole": "{unit}: {count} koko osan vaatimuksista",
    "count_area": "{unit}: {count} kohdealueen {area} vaatimuksista",
    "framework_level": "Tutkinnon osa kuuluu tutkintoon, joka on kansallisen ja "
    "eurooppalaisen viitekehyksen (NQF, EQF) tasolla {level}. Tällä todistuksella ei "
    "ole omaa tasoa.",
    "framework_level_many": "Tutkinnon osat kuuluvat tutkintoon, joka on kansallisen "
    "ja eurooppalaisen viitekehyksen (NQF, EQF) tasolla {level}. Tällä todistuksella "
    "ei ole omaa tasoa.",
    "criteria": "Osaaminen on tunnistettu työssä. Työpaikkaohjaaja on nähnyt, miten "
    "henkilö tekee työn, ja työtä on verrattu tutkinnon perusteiden "
    "ammattitaitovaatimuksiin. Vaatimus on merkitty tunnistetuksi, kun henkilö on "
    "tehnyt sitä vastaavan työn ohjeiden mukaan, tarvittaessa ohjattuna.",
    "criteria_levels": "Merkintä kertoo, miten työ tehtiin tällä jaksolla. Ohjatusti: "
    "ohjeiden mukaan, tarvittaessa ohjattuna. Itsenäisesti: ilman ohjausta. Merkintää "
    "ei voi muuntaa tutkinnon arviointiasteikolle.",
    "criteria_assessment": "Arvioinnin tapa: työpaikkaohjaaja on havainnoinut työtä "
    "ja merkinnyt havaintonsa, ja ne on käyty läpi henkilön kanssa "
    "arviointikeskustelussa.",
    "criteria_participation": "Osallistumisen muoto: työ työpaikalla.",
    "criteria_quality": "Laadunvarmistus: työpaikan tehtäviä on verrattu tutkinnon "
    "perusteisiin, ja tarkistaja on julkaissut vertailun oppimisympäristön "
    "tunnistamisraporttina.",
    "criteria_environment": "Oppimisympäristö {site}: tarkistajana {checker}.",
    "criteria_source": "Perusteaineiston SHA-256-tiiviste: {sha256}.",
    "other_language": "Vaatimukset on lainattu sillä kielellä, jolla ne on julkaistu.",
    "scope_osp": "Koko tutkinnon osan laajuus: {scope} osaamispistettä.",
    "scope_week": "Koko koulutuksen osan laajuus: {scope} viikkoa.",
    "requirement_place": "{unit}: {area}",
    "area_place": "Kohdealue osassa {unit}. Kohdealueella ei ole omaa koodia, ja "
    "osoite on koko osan.",
    "coverage": "Tunnistetut ammattitaitovaatimukset: {unit}",
    "levels": "Työn itsenäisyys: {unit}",
    "level_with_guidance": "ohjatusti",
    "level_independently": "itsenäisesti",
    "issued_by": "Myöntäjä: {issuer}. Y-tunnus: {business_id}.",
    "tasks": "Työtehtävät: {tasks}.",
    "period": "Työjakso: {first}–{last}.",
    "hours": "Työtunteja yhteensä: {hours}.",
    "workplaces": "Työpaikat: {sites}.",
    "workplaces_hidden": "Työpaikkaa ei nimetä tässä todistuksessa.",
    "talk": "Arviointikeskustelun veti {coach}.",
    "accepted": "{holder} on hyväksynyt todistuksen sisällön {date}.",
    "signatory": "Todistuksen antoi {name}.",
    "signatory_titled": "Todistuksen antoi {name}, {title}.",
    "builds_on": "Todistus jatkaa aiempia todistuksia: {serials}.",
    "not_identified": "{unit}: tällä jaksolla ei tunnistettu seuraavia vaatimuksia.",
    "not_identified_means": "Se, ettei vaatimusta tunnistettu tällä jaksolla, ei kerro "
    "mitään siitä, mitä henkilö ei osaa.",
    "evidence_genre": "työn havainnointi",
    "evidence_site": "Paikka: {site}.",
    "evidence_dates": "Havaittu: {dates}.",
    "evidence_instructor": "Työpaikkaohjaaja: {instructor}.",
    "evidence_instructor_unnamed": "Merkinnän on tehnyt työpaikkaohjaaja.",
    "evidence_assurance": "Merkinnän varmuus: {assurance}.",
    "evidence_requirements": "Vaatimukset: {requirements}.",
    "assurance_S0": "S0, paperi, jonka valmentaja on kirjannut",
    "assurance_S1": "S1, henkilökohtainen linkki, kertakoodi ja PIN-koodi",
    "assurance_S2": "S2, ohjaajan pääsyavain",
    "assurance_S3": "S3, ohjaajan laitteeseen sidottu pääsyavain",
    "report_name": "Oppimisympäristön tunnistamisraportti: {site}",
    "report_genre": "tunnistamisraportti",
    "report": "Raportin versio {version}, julkaistu {date}.",
    "report_checker": "Oppimisympäristön tarkisti {checker}.",
}

_SV = {
    "title": "Kompetensintyg",
    "what": "Detta kompetensintyg berättar vilket kunnande som har identifierats i "
    "personens arbete. Arbetet har jämförts med examensgrunderna: {framework}.",
    "unofficial": "Kravtexterna är inofficiella sammandrag. De är inte "
    "Utbildningsstyrelsens publicerade ordalydelse.",
    "only_area": "Av delen {unit} gäller intyget bara målområdet {area}, inte hela "
    "delen.",
    "supersedes": "Detta intyg ersätter det tidigare intyget {serial}.",
    "valid_until": "Intyget gäller till och med {date}.",
    "country": "Finland",
    "framework": "{name}, {record_number}",
    "framework_edition": "{framework}, grundernas version {date}",
    "framework_unofficial": "{framework} (inofficiellt sammandrag)",
    "achievement_name": "Kunnande identifierat i arbetet: {qualification}",
    "achievement_description": "Antalet identifierade krav på yrkesskicklighet av "
    "alla krav i varje examensdel: {units}.",
    "achievement_description_areas": "Antalet identifierade krav på yrkesskicklighet: "
    "{units}.",
    "count": "{unit}: {count}",
    "count_whole": "{unit}: {count} av kraven i hela delen",
    "count_area": "{unit}: {count} av kraven i målområdet {area}",
    "framework_level": "Examensdelen hör till en examen på nivå {level} i den "
    "nationella och den europeiska referensramen (NQF, EQF). Detta intyg har ingen "
    "egen nivå.",
    "framework_level_many": "Examensdelarna hör till en examen på nivå {level} i den "
    "nationella och den europeiska referensramen (NQF, EQF). Detta intyg har ingen "
    "egen nivå.",
    "criteria": "Kunnandet har identifierats i arbetet. En arbetsplatshandledare har "
    "sett hur personen utför arbetet, och arbetet har jämförts med examensgrundernas "
    "krav på yrkesskicklighet. Ett krav är antecknat som identifierat när personen "
    "har utfört motsvarande arbete enligt anvisningarna, vid behov med handledning.",
    "criteria_levels": "Anteckningen berättar hur arbetet utfördes under perioden. Med "
    "handledning: enligt anvisningarna, vid behov med handledning. Självständigt: utan "
    "handledning. Anteckningen kan inte omvandlas till examens bedömningsskala.",
    "criteria_assessment": "Bedömningssätt: en arbetsplatshandledare har observerat "
    "arbetet och antecknat sina observationer, och de har gåtts igenom med personen i "
    "ett bedömningssamtal.",
    "criteria_participation": "Form av deltagande: arbete på en arbetsplats.",
    "criteria_quality": "Kvalitetssäkring: arbetsplatsens uppgifter har jämförts med "
    "examensgrunderna, och en granskare har publicerat jämförelsen som en "
    "identifieringsrapport om lärmiljön.",
    "criteria_environment": "Lärmiljön {site}: granskad av {checker}.",
    "criteria_source": "Grundmaterialets SHA-256-kontrollsumma: {sha256}.",
    "other_language": "Kraven citeras på det språk som de har publicerats på.",
    "scope_osp": "Hela examensdelens omfattning: {scope} kompetenspoäng.",
    "scope_week": "Hela utbildningsdelens omfattning: {scope} veckor.",
    "requirement_place": "{unit}: {area}",
    "area_place": "Målområde i delen {unit}. Målområdet har ingen egen kod, och "
    "adressen är hela delens.",
    "coverage": "Identifierade krav på yrkesskicklighet: {unit}",
    "levels": "Självständighet i arbetet: {unit}",
    "level_with_guidance": "med handledning",
    "level_independently": "självständigt",
    "issued_by": "Utfärdare: {issuer}. FO-nummer: {business_id}.",
    "tasks": "Arbetsuppgifter: {tasks}.",
    "period": "Arbetsperiod: {first}–{last}.",
    "hours": "Arbetstimmar sammanlagt: {hours}.",
    "workplaces": "Arbetsplatser: {sites}.",
    "workplaces_hidden": "Arbetsplatsen nämns inte i detta intyg.",
    "talk": "Bedömningssamtalet leddes av {coach}.",
    "accepted": "{holder} har godkänt intygets innehåll {date}.",
    "signatory": "Intyget gavs av {name}.",
    "signatory_titled": "Intyget gavs av {name}, {title}.",
    "builds_on": "Intyget bygger på tidigare intyg: {serials}.",
    "not_identified": "{unit}: under denna period identifierades inte följande krav.",
    "not_identified_means": "Att ett krav inte identifierades under denna period säger "
    "ingenting om vad personen inte kan.",
    "evidence_genre": "observation i arbetet",
    "evidence_site": "Plats: {site}.",
    "evidence_dates": "Observerat: {dates}.",
    "evidence_instructor": "Arbetsplatshandledare: {instructor}.",
    "evidence_instructor_unnamed": "Kvitteringen har gjorts av en "
    "arbetsplatshandledare.",
    "evidence_assurance": "Kvitteringens säkerhet: {assurance}.",
    "evidence_requirements": "Krav: {requirements}.",
    "assurance_S0": "S0, papper som coachen har antecknat",
    "assurance_S1": "S1, personlig länk, engångskod och PIN-kod",
    "assurance_S2": "S2, handledarens nyckel (passkey)",
    "assurance_S3": "S3, nyckel (passkey) bunden till handledarens enhet",
    "report_name": "Identifieringsrapport om lärmiljön: {site}",
    "report_genre": "identifieringsrapport",
    "report": "Rapportens version {version}, publicerad {date}.",
    "report_checker": "Lärmiljön granskades av {checker}.",
}

_EN = {
    "title": "Competence certificate",
    "what": "This competence certificate tells which competence was identified in the "
    "person's work. The work was compared with the qualification requirements: "
    "{framework}.",
    "unofficial": "The requirement texts are unofficial summaries. They are not the "
    "wording published by the Finnish National Agency for Education.",
    "only_area": "Of {unit} this certificate covers only the target area {area}, not "
    "the whole unit.",
    "supersedes": "This certificate supersedes the earlier certificate {serial}.",
    "valid_until": "The certificate is valid until the end of {date}.",
    "country": "Finland",
    "framework": "{name}, {record_number}",
    "framework_edition": "{framework}, edition of {date}",
    "framework_unofficial": "{framework} (unofficial summary)",
    "achievement_name": "Competence identified at work: {qualification}",
    "achievement_description": "Number of vocational skills requirements identified, "
    "out of all in each qualification unit: {units}.",
    "achievement_description_areas": "Number of vocational skills requirements "
    "identified: {units}.",
    "count": "{unit}: {count}",
    "count_whole": "{unit}: {count} of the whole unit",
    "count_area": "{unit}: {count} of target area {area}",
    "framework_level": "The unit belongs to a qualification at level {level} of the "
    "national and the European qualifications framework (NQF, EQF). This certificate "
    "has no level of its own.",
    "framework_level_many": "The units belong to a qualification at level {level} of "
    "the national and the European qualifications framework (NQF, EQF). This "
    "certificate has no level of its own.",
    "criteria": "The competence was identified at work. A workplace instructor saw how "
    "the person does the work, and the work was compared with the vocational skills "
    "requirements. A requirement is marked as identified when the person did the work "
    "it describes according to instructions, with guidance where needed.",
    "criteria_levels": "The mark tells how the work was done in this period. With "
    "guidance: according to instructions, with guidance where needed. Independently: "
    "without guidance. The mark cannot be converted to the assessment scale of the "
    "qualification.",
    "criteria_assessment": "Type of assessment: a workplace instructor observed the "
    "work and recorded what was seen, and it was gone through with the person in an "
    "assessment talk.",
    "criteria_participation": "Form of participation: work at a workplace.",
    "criteria_quality": "Type of quality assurance: the tasks of the workplace were "
    "compared with the qualification requirements, and a checker published the "
    "comparison as a learning environment report.",
    "criteria_environment": "Learning environment {site}: checked by {checker}.",
    "criteria_source": "SHA-256 of the requirements' source data: {sha256}.",
    "other_language": "Requirements are quoted in the language of their publication.",
    "scope_osp": "Scope of the whole qualification unit: {scope} competence points.",
    "scope_week": "Scope of the whole education component: {scope} weeks.",
    "requirement_place": "{unit}: {area}",
    "area_place": "Target area of {unit}. It has no code of its own, and the address "
    "is that of the whole unit.",
    "coverage": "Vocational skills requirements identified: {unit}",
    "levels": "Independence at work: {unit}",
    "level_with_guidance": "with guidance",
    "level_independently": "independently",
    "issued_by": "Issuer: {issuer}. Business ID: {business_id}.",
    "tasks": "Work tasks: {tasks}.",
    "period": "Work period: {first} – {last}.",
    "hours": "Hours of work in all: {hours}.",
    "workplaces": "Workplaces: {sites}.",
    "workplaces_hidden": "This certificate does not name the workplace.",
    "talk": "The assessment talk was led by {coach}.",
    "accepted": "{holder} accepted the contents of this certificate on {date}.",
    "signatory": "The certificate was released by {name}.",
    "signatory_titled": "The certificate was released by {name}, {title}.",
    "builds_on": "The certificate builds on earlier ones: {serials}.",
    "not_identified": "{unit}: these requirements were not identified in this period.",
    "not_identified_means": "That a requirement was not identified in this period says "
    "nothing of what the person cannot do.",
    "evidence_genre": "observation at work",
    "evidence_site": "Place: {site}.",
    "evidence_dates": "Observed: {dates}.",
    "evidence_instructor": "Workplace instructor: {instructor}.",
    "evidence_instructor_unnamed": "Signed off by a workplace instructor.",
    "evidence_assurance": "Assurance of the sign-off: {assurance}.",
    "evidence_requirements": "Requirements: {requirements}.",
    "assurance_S0": "S0, paper recorded by the coach",
    "assurance_S1": "S1, personal link, one-time code and PIN",
    "assurance_S2": "S2, the instructor's passkey",
    "assurance_S3": "S3, passkey bound to the instructor's device",
    "report_name": "Learning environment report: {site}",
    "report_genre": "environment report",
    "report": "Report version {version}, published on {date}.",
    "report_checker": "The learning environment was checked by {checker}.",
}

PHRASES: Mapping[str, Mapping[str, str]] = {
    language: {**phrases, **CARD_PHRASES[language]}
    for language, phrases in (("fi", _FI), ("sv", _SV), ("en", _EN))
}

_ENGLISH_MONTHS = (
    "January February March April May June July August September October November "
    "December"
)


def phrase(language: str, key: str, **facts: str | int) -> str:
    """Return the phrase `key` in `language`, its places filled from `facts`."""
    return PHRASES[language][key].format(**facts)


def written_date(language: str, day: str) -> str:
    """Return the ISO date `day` as it is written in `language`: 24.11.2026."""
    moment = date.fromisoformat(day)
    if language == "en":
        return f"{moment.day} {_ENGLISH_MONTHS.split()[moment.month - 1]} {moment.year}"
    return f"{moment.day}.{moment.month}.{moment.year}"
