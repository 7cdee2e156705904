"""A signatory may say, at the release, which certificate the new one replaces."""

from dataclasses import replace

import pytest

from issuer import clock
from issuer.domain.identifiers import Serial
from issuer.domain.people import Role
from issuer.domain.revocation import ReasonCode
from issuer.services import certificates, revocation
from issuer.services.policy import CertificatePolicy, set_policy
from tests import cast
from tests.web.conftest import Visitor
from tests.web.office_fixtures import books, desk, issue, make_keys, number_in, words

OLD = str(Serial.from_bits(1))


@pytest.fixture
def old(app, house):
    make_keys(app)
    return issue(app, house)


@pytest.fixture
def sirpa(app, house):
    return desk(app, house.sirpa)


def accepted(app, house, once="corrected"):
    with books(app) as session:
        period_id = cast.open_period(session, house)
        cast.sign_off(session, house, period_id, once=once)
        return cast.propose_and_accept(session, house, period_id)


def path(proposal_id):
    return f"/office/proposals/{proposal_id}/release"


def serial_of(app, house, certificate_id):
    with books(app) as session:
        return certificates.view_certificate(
            session, house.sirpa, certificate_id=certificate_id
        ).serial


def replace_(app, house, sirpa, old):
    answer = sirpa.post(path(accepted(app, house)), {"replaces": old})
    return number_in(r"/office/certificates/(\d+)$", answer)


def count(app, house):
    with books(app) as session:
        return len(certificates.list_certificates(session, house.sirpa))


def test_the_page_offers_what_is_in_force_and_chooses_none(app, house, sirpa, old):
    page = sirpa.get(path(accepted(app, house)))
    assert "Does it replace an earlier certificate?" in words(page)
    assert f'<option value="{old}">{OLD}' in page.text
    assert '<option value="">No, it replaces none</option>' in page.text
    assert "selected" not in page.text
    assert "superseded for good" in words(page)


def test_with_nothing_to_replace_nothing_is_asked(app, house, sirpa):
    page = sirpa.get(path(accepted(app, house)))
    assert "replaces" not in page.text.partition("<main")[2]


def test_by_default_both_stay_in_force(app, house, sirpa, old):
    proposal = accepted(app, house)
    assert sirpa.post(path(proposal), {"replaces": ""}).status_code == 303
    with books(app) as session:
        assert not revocation.status_of(session, old).is_revoked


def test_each_page_leads_to_the_other(app, house, sirpa, old):
    new = replace_(app, house, sirpa, old)
    page = sirpa.get(f"/office/certificates/{old}")
    assert "A corrected certificate has replaced this one." in words(page)
    assert f'href="/office/certificates/{new}"' in page.text
    assert "Superseded on" in words(page)
    assert "By Sirpa Allekirjoittaja" in words(page)
    assert f"/office/certificates/{old}/revoke" not in page.text
    page = sirpa.get(f"/office/certificates/{new}")
    assert f"It replaced an earlier certificate: {OLD}" in words(page)
    assert f'href="/office/certificates/{old}"' in page.text
    listed = words(sirpa.get("/office/certificates"))
    assert "Superseded" in listed
    assert "In force" in listed


def test_what_it_only_builds_on_is_not_called_replaced(app, house, sirpa, old):
    answer = sirpa.post(path(accepted(app, house)))
    page = words(sirpa.get(answer.headers["Location"]))
    assert "It replaced an earlier certificate" not in page


def test_the_public_check_of_the_old_leads_to_the_new(app, house, sirpa, old, visitor):
    serial = serial_of(app, house, replace_(app, house, sirpa, old))
    visitor.client.set_cookie("language", "en")
    page = visitor.get(f"/v/{OLD}")
    assert "<h1>A corrected certificate has replaced this one</h1>" in page.text
    assert 'class="verdict not_valid"' in page.text
    assert f'href="/v/{serial}"' in page.text
    assert f"Number of the new certificate {serial}" in words(page)
    new = visitor.get(f"/v/{serial}")
    assert "genuine and valid" in words(new)
    assert f"It replaced an earlier certificate: {OLD}" in words(new)
    assert f'href="/v/{OLD}"' in new.text


def test_two_that_were_issued_before_point_at_each_other_too(
    app, house, old, visitor, sirpa
):
    """Decided afterwards, so that neither credential tells of it."""
    other = issue(app, house, bits=2)
    new, third = issue(app, house, bits=3), issue(app, house, bits=4)
    serials = [str(Serial.from_bits(bits)) for bits in (1, 2, 3, 4)]
    with books(app) as session:
        for replaced in (old, other):
            revocation.supersede_certificate(
                session,
                house.sirpa,
                app.extensions["issuer"].sealing.publishing,
                old_id=replaced,
                new_id=new,
                at=clock.now(),
            )
    visitor.client.set_cookie("language", "en")
    page = visitor.get(f"/v/{serials[2]}")
    assert "genuine and valid" in words(page)
    for serial in serials[:2]:
        assert f'href="/v/{serial}">{serial}</a>' in page.text
        assert f"Number of the new certificate {serials[2]}" in words(
            visitor.get(f"/v/{serial}")
        )
    for hidden in ("Paula", "Sirpa", "error", serials[3]):
        assert hidden not in words(page)
    assert "earlier certificate" not in words(visitor.get(f"/v/{serials[3]}"))

    def replaces(serial):
        told = visitor.get(f"/api/v1/certificates/{serial}/verification").get_json()
        return told["verdict"], told["replaces"]

    assert [replaces(serial) for serial in serials] == [
        ("not_valid", []),
        ("not_valid", []),
        ("valid", serials[:2]),
        ("valid", []),
    ]
    page = sirpa.get(f"/office/certificates/{new}")
    paula = Visitor(app, app.test_client()).sign_in(house.paula)
    hers = paula.get(f"/me/certificates/{new}")
    for replaced, serial in zip((old, other), serials, strict=False):
        assert f'href="/office/certificates/{replaced}">{serial}</a>' in page.text
        assert f'href="/me/certificates/{replaced}">{serial}</a>' in hers.text
    assert third


def test_its_holder_is_led_on_and_back(app, house, sirpa, old):
    new = replace_(app, house, sirpa, old)
    paula = Visitor(app, app.test_client()).sign_in(house.paula)
    paula.client.set_cookie("language", "en")
    page = paula.get(f"/me/certificates/{old}")
    assert "A corrected certificate has replaced this one." in words(page)
    assert f'href="/me/certificates/{new}"' in page.text
    page = paula.get(f"/me/certificates/{new}")
    assert f'href="/me/certificates/{old}">{OLD}</a>' in page.text
    assert "Superseded" in words(paula.get("/me"))


def test_what_ended_meanwhile_is_refused_and_no_longer_offered(app, house, sirpa, old):
    proposal = accepted(app, house)
    house_ = app.extensions["issuer"]
    with books(app) as session:
        revocation.revoke_certificate(
            session,
            house.sirpa,
            house_.sealing.publishing,
            certificate_id=old,
            reason=ReasonCode.ERROR,
            at=cast.LATER,
        )
    assert f'value="{old}"' not in sirpa.get(path(proposal)).text
    answer = sirpa.post(path(proposal), {"replaces": old})
    assert answer.status_code == 400
    assert "Choose “replaces” from the page again." in words(answer)
    assert count(app, house) == 1


@pytest.mark.parametrize("chosen", ["x", "-1", "1.5", "9" * 30])
def test_what_is_no_number_is_refused(app, house, sirpa, old, chosen):
    answer = sirpa.post(path(accepted(app, house)), {"replaces": chosen})
    assert answer.status_code == 400
    assert count(app, house) == 1


def test_somebody_elses_certificate_is_not_found(app, house, sirpa, old):
    with books(app) as session:
        pekka = cast.add_person(
            session, house.organisation_id, "Pekka Toinen", Role.PARTICIPANT
        )
        period_id = cast.open_period(
            session, replace(house, paula=pekka), instructors=[house.ilkka]
        )
        cast.sign_off(session, house, period_id, once="pekka")
        proposal = cast.propose_and_accept(
            session, replace(house, paula=pekka), period_id
        )
    assert f'value="{old}"' not in sirpa.get(path(proposal)).text
    for chosen in (old, 999):
        answer = sirpa.post(path(proposal), {"replaces": chosen})
        assert answer.status_code == 404
    assert count(app, house) == 1


def test_the_policy_of_the_proposal_is_read_in_words(app, house, sirpa):
    earlier = accepted(app, house)
    with books(app) as session:
        policy = CertificatePolicy(
            shows_levels=True,
            hides_site=True,
            names_instructors=False,
            valid_for_months=24,
        )
        set_policy(session, house.anneli, policy, at=cast.AT)
    page = words(sirpa.get(path(earlier)))
    assert "The participant has accepted it so." in page
    assert "Instructors are named." in page
    assert "Whether a skill was done with guidance or independently is not told" in page
    assert "It has no last day." in page
    assert "Identified, independently" not in page
    page = words(sirpa.get(path(accepted(app, house, "later"))))
    assert "The site and its report are left out." in page
    assert "Site Metsäpiha (left out of the certificate)" in page
    assert "Instructors are not named" in page
    assert "Ilkka Ohjaaja" not in page
    assert "Identified, independently" in page
    assert "That is not a grade." in page
    assert "It is valid for 24 months from its release." in page


def test_a_later_policy_rewrites_no_released_proposal(app, house, sirpa, old):
    proposal = accepted(app, house)
    shown = f"/office/proposals/{proposal}"
    with books(app) as session:
        policy = CertificatePolicy(shows_levels=True, names_instructors=False)
        set_policy(session, house.anneli, policy, at=cast.AT)
    for _ in ("accepted", "released"):
        page = words(sirpa.get(shown))
        assert "Identified, independently" not in page
        assert "Ilkka Ohjaaja" in page
        sirpa.post(path(proposal))


def test_what_is_released_follows_the_policy_that_was_accepted(app, house, sirpa, old):
    proposal = accepted(app, house)
    with books(app) as session:
        policy = CertificatePolicy(
            shows_levels=True,
            hides_site=True,
            names_instructors=False,
            valid_for_months=1,
        )
        set_policy(session, house.anneli, policy, at=cast.AT)
    released = number_in(r"/certificates/(\d+)$", sirpa.post(path(proposal)))
    sealed = sirpa.get(f"/office/certificates/{released}/credential").text
    assert "Ilkka Ohjaaja" in sealed
    assert "Metsäpiha" in sealed
    assert "achievedLevel" not in sealed
    assert "validUntil" not in sealed
