"""An administrator sets the look; a certificate keeps the one it was reserved with."""

import pytest

from issuer.credentials.logo_refusals import LogoTextRefused
from issuer.credentials.sealer import Draft
from issuer.domain.errors import (
    NotAllowed,
    NotFound,
    PersonalIdentityCodeRefused,
    TextMissing,
)
from issuer.domain.identifiers import Serial
from issuer.domain.look import SPRUCE, ContrastTooLow, PageLook
from issuer.gateways.blobs import BlobStore
from issuer.records import certificates as rows
from issuer.records.audit import AuditLineRecord
from issuer.services import look
from issuer.services.issuance import reserve_certificate
from tests import cast
from tests.credentials.logos import DRAWN, png, shield, svg


@pytest.fixture
def blobs(tmp_path):
    return BlobStore(tmp_path / "blobs")


def set_look(session, actor, accent="#174a86", second="sv"):
    look.set_colours_and_languages(
        session, actor, accent=accent, second_language=second, at=cast.AT
    )


def set_logo(session, actor, blobs, data=DRAWN, alt="Vaakuna"):
    look.set_logo(session, actor, blobs, data=data, alt=alt, at=cast.AT)


def deeds(session):
    lines = session.query(AuditLineRecord).order_by(AuditLineRecord.id)
    return [line.deed for line in lines if line.deed.startswith("organisation.")]


def test_at_first_the_look_is_ours(session, house):
    view = look.view_look(session, house.anneli)
    assert (view.page, view.second_language) == (PageLook(), None)
    assert view.offered_languages == ("sv", "en")


def test_what_is_set_is_in_force_and_audited(session, house, blobs):
    set_look(session, house.anneli)
    set_logo(session, house.anneli, blobs)
    view = look.view_look(session, house.anneli)
    assert view.second_language == "sv"
    assert view.page.accent == "#174a86"
    assert (view.page.logo_alt, view.page.logo_ratio) == ("Vaakuna", "2.5")
    media_type, data = look.read_logo(session, house.anneli, blobs)
    assert media_type == "image/svg+xml"
    assert data.startswith(b"<svg")
    assert b"Paula" not in data
    assert deeds(session)[-2:] == ["organisation.look", "organisation.logo_set"]
    look.remove_logo(session, house.anneli, at=cast.AT)
    assert look.view_look(session, house.anneli).page == PageLook("#174a86", "#e3e9f0")
    assert deeds(session)[-1] == "organisation.logo_removed"
    with pytest.raises(NotFound):
        look.read_logo(session, house.anneli, blobs)


def test_another_organisation_keeps_its_own(session, house, blobs):
    set_look(session, house.anneli)
    set_logo(session, house.anneli, blobs)
    assert look.view_look(session, house.vieno).page == PageLook()
    with pytest.raises(NotFound):
        look.read_logo(session, house.vieno, blobs)


def test_only_an_administrator_changes_it(session, house, blobs):
    for actor in (house.paula, house.ilkka, house.carita, house.sirpa, house.kaarlo):
        for change in (
            lambda actor=actor: set_look(session, actor),
            lambda actor=actor: set_logo(session, actor, blobs),
            lambda actor=actor: look.remove_logo(session, actor, at=cast.AT),
        ):
            with pytest.raises(NotAllowed):
                change()
    assert look.view_look(session, house.anneli).page == PageLook()


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"alt": " "}, TextMissing),
        ({"alt": "131052-308T"}, PersonalIdentityCodeRefused),
        ({"data": svg("<text>Kunta</text>")}, LogoTextRefused),
    ],
)
def test_a_refused_logo_leaves_the_old_one(session, house, blobs, given, error):
    set_logo(session, house.anneli, blobs)
    before = look.view_look(session, house.anneli).page
    with pytest.raises(error):
        set_logo(session, house.anneli, blobs, **{"data": png(shield()), **given})
    session.rollback()
    assert look.view_look(session, house.anneli).page == before


def test_a_light_accent_changes_nothing_and_neither_does_an_unknown_language(
    session, house
):
    with pytest.raises(ContrastTooLow):
        set_look(session, house.anneli, accent="#ffcc00")
    session.rollback()
    for second in ("fi", "se", ""):
        with pytest.raises(ValueError, match="not a second language"):
            set_look(session, house.anneli, second=second)
        session.rollback()
    view = look.view_look(session, house.anneli)
    assert (view.page.accent, view.second_language) == (SPRUCE, None)


def test_a_certificate_keeps_the_look_it_was_reserved_with(
    session, house, sealing, blobs
):
    cast.map_and_publish(session, house)
    set_logo(session, house.anneli, blobs)
    set_look(session, house.anneli)
    period = cast.open_period(session, house)
    cast.sign_off(session, house, period)
    proposal = cast.propose_and_accept(session, house, period)
    id_ = reserve_certificate(
        session,
        house.sirpa,
        sealing,
        proposal_id=proposal,
        serial=Serial.from_bits(7),
        at=cast.LATER,
    )
    pinned = look.view_look(session, house.anneli).page
    set_look(session, house.anneli, accent=SPRUCE, second=None)
    look.remove_logo(session, house.anneli, at=cast.AT)
    draft = Draft.parse(rows.get_certificate(session, id_).draft)
    assert draft.look == pinned.as_pinned()
    assert draft.look["accent"] == "#174a86"
    assert blobs.get(draft.look["logo_sha256"]).startswith(b"<svg")
