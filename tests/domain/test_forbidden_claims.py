import pytest

from issuer.domain.errors import (
    ForbiddenClaim,
    PersonalIdentityCodeRefused,
    TextMissing,
    TextTooLong,
    TextUnprintable,
)
from issuer.domain.forbidden_claims import CLAUSE, find_forbidden_claim
from issuer.domain.texts import LocalText, clean_line, clean_paragraphs


@pytest.mark.parametrize(
    "text",
    [
        "Paula on suorittanut tutkinnon osan.",
        "suoritettu tutkinnon osa",
        "osatutkinto suoritettu",
        "Tutkinnon osa on hyväksytty",
        "osaamispisteet myönnetty",
        "30 osp saatu",
        "sai 15 osaamispistettä",
        "näyttö hyväksytty",
        "hyväksytyt näytöt",
        "Arvosana: 4",
        "arvosanalla kiitettävä",
        "tutkintotodistus",
        "ammattipätevyys todettu",
        "kelpoisuus tehtävään",
        "avlagd examensdel",
        "kompetenspoäng beviljade",
        "vitsord 3",
        "was awarded 30 credits",
        "completed the unit",
        "Grade: 3",
    ],
)
def test_a_claim_of_the_education_provider_is_found(text):
    assert find_forbidden_claim(text)


@pytest.mark.parametrize(
    "text",
    [
        "Nurmikon leikkuu ja reunojen siistiminen",
        "koko osan laajuus 30 osp",
        "Osaaminen on tunnistettu vertaamalla tehtyjä työtehtäviä perusteisiin.",
        "Paula näytti työssään, miten kone huolletaan.",
        "suorittaa työtehtävät huolellisesti",
        *CLAUSE.values(),
    ],
)
def test_plain_words_about_work_pass(text):
    assert find_forbidden_claim(text) is None


def test_verbatim_catalogue_text_is_exempt_but_not_what_surrounds_it():
    verbatim = "tunnistaa tutkinnon osan suorittaneen pätevyyden"
    assert find_forbidden_claim(f"Hän {verbatim}.", exempt=[verbatim]) is None
    assert find_forbidden_claim(f"{verbatim}, arvosana 5", exempt=[verbatim])


def test_texts_are_cleaned_before_they_are_stored():
    assert clean_line("  a\u0308iti \t leikkaa ", field="name") == "äiti leikkaa"
    assert clean_paragraphs(" yksi \r\n\r\n kaksi ", field="x") == "yksi\n\nkaksi"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", TextMissing),
        ("   ", TextMissing),
        ("x" * 201, TextTooLong),
        ("a\x00b", TextUnprintable),
        ("a\x1bb", TextUnprintable),
        ("\ud800", TextUnprintable),
        ("131052-308T", PersonalIdentityCodeRefused),
        ("arvosana 5", ForbiddenClaim),
    ],
)
def test_texts_that_may_not_be_stored_are_refused(text, error):
    with pytest.raises(error):
        clean_line(text, field="name")


def test_a_text_falls_back_to_a_language_it_has():
    text = LocalText(fi="suomeksi", sv=None, en="in English")
    assert text.in_language("sv") == "suomeksi"
    assert text.language_of("sv") == "fi"
    assert LocalText().in_language("fi") == ""
    assert LocalText().language_of("sv") == "sv"
