"""Signing a check page with the instructor's own passkey, or recording without one.

The page's module hashes what the page shows, so what is shown here and what the
service hashes anew come from the same places: the declaration and the language.
"""

import re
from contextlib import suppress
from secrets import token_hex
from typing import Final

from flask import request
from flask_babel import gettext

from issuer.domain.errors import IssuerError, sentence
from issuer.domain.people import Actor
from issuer.domain.signed_statements import Declaration
from issuer.i18n import current_language
from issuer.services import passkey_bindings, signing, signoffs
from issuer.services.signing import ShownPage, Signature, SigningOffer
from issuer.web.callers import caller
from issuer.web.entry_passkeys import own_origin
from issuer.web.forms import text
from issuer.web.given_marks import Observation
from issuer.web.guards import at, db, known_session, signed_in, wiring
from issuer.web.pages import fingerprint

# The id changes with the meaning of the words, not with their translation.
DECLARATION_ID: Final = "seen-myself-1"
DECLARATION: Final = sentence(
    "I saw this myself in this task. A mark says what I saw; it is not a grade."
)
_ONE_TIME_ID: Final = re.compile(r"[0-9a-f]{32}")
_SALT_FIELD: Final = re.compile(r"salt-(\d{1,18})", re.ASCII)
_RANDOM_BYTES: Final = 16


def declaration_words() -> str:
    """Return the sentence above the button in the reader's language."""
    return str(gettext(DECLARATION))


def new_one_time_id() -> str:
    """Return the random id of a check page; it is the nonce of its signature too."""
    return token_hex(_RANDOM_BYTES)


def find_one_time_id() -> str | None:
    """Return the id that the form brought, or None where it brought none of ours."""
    found = text("one_time_id")
    return found if _ONE_TIME_ID.fullmatch(found) else None


def offer_of(
    period_id: int, observation: Observation, one_time_id: str
) -> SigningOffer | None:
    """Return what signing this page takes; None where its person has no passkey."""
    return signing.offer_signing(
        db(),
        wiring().party(also=own_origin()),
        caller(),
        signed_in(),
        page=_shown_page(),
        period_id=period_id,
        marks=observation.as_marks(),
        observed_on=observation.observed_on,
        nonce=one_time_id,
        random_salt=lambda: token_hex(_RANDOM_BYTES),
        at=at(),
    )


def record(period_id: int, observation: Observation, one_time_id: str) -> list[int]:
    """Record the form, by the device's signature if it brings one; return the ids."""
    answer = text("answer")
    if not answer:
        return signoffs.record_sign_offs(
            db(),
            signed_in(),
            period_id=period_id,
            marks=observation.as_marks(),
            observed_on=observation.observed_on,
            one_time_id=one_time_id,
            proof=known_session().proof,
            at=at(),
        )
    return signing.sign_sign_offs(
        db(),
        wiring().keys,
        wiring().party(also=own_origin()),
        caller(),
        signed_in(),
        page=_shown_page(),
        signature=Signature(answer, _read_salts()),
        period_id=period_id,
        marks=observation.as_marks(),
        observed_on=observation.observed_on,
        nonce=one_time_id,
        at=at(),
    )


def bind_passkeys(actor: Actor) -> None:
    """Seal whose a new passkey is; where the issuer has no key yet, it waits."""
    with suppress(IssuerError):
        passkey_bindings.bind_own_passkeys(
            db(), wiring().keys, wiring().party(also=own_origin()), actor, at=at()
        )


def _shown_page() -> ShownPage:
    declaration = Declaration.of(
        declaration_words(), id_=DECLARATION_ID, lang=current_language()
    )
    return ShownPage(declaration, fingerprint("js/sign_off.js"))


def _read_salts() -> dict[int, str]:
    return {
        int(found[1]): value
        for name, value in request.form.items()
        if (found := _SALT_FIELD.fullmatch(name))
    }
