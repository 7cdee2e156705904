"""What the tests of the office share: a desk for each person, and reading a page."""

import re
from datetime import datetime
from html import unescape
from typing import Any

from flask import Flask

from issuer import clock
from issuer.credentials.signer import create_issuer_keys
from issuer.credentials.x509_profile import Organisation
from issuer.credentials.x509_seal import create_seal
from issuer.domain.identifiers import Serial
from issuer.domain.people import Actor
from tests import cast
from tests.web.conftest import Visitor

DIDS = ("did:web:hiisi.example", "did:web:naapuri.example")


def desk(app: Flask, actor: Actor) -> Visitor:
    """Return the browser of a signed-in person who reads English."""
    visitor = Visitor(app, app.test_client()).sign_in(actor)
    visitor.client.set_cookie("language", "en")
    return visitor


def books(app: Flask) -> Any:
    """Return a session to prepare and to look with, outside any request."""
    return app.extensions["issuer"].sessions()


def words(answer: Any) -> str:
    """Return the words of a page's main part, as one line."""
    main = answer.text.partition("<main")[2].partition(">")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def number_in(pattern: str, answer: Any) -> int:
    """Return the id in an address the answer leads to."""
    found = re.search(pattern, answer.headers["Location"])
    assert found, answer.headers["Location"]
    return int(found[1])


def make_keys(app: Flask) -> None:
    """Give both organisations the keys for all three forms, and seals for the PDFs."""
    keys = app.extensions["issuer"].keys
    settings = app.extensions["issuer"].settings
    settings.key_passphrase_file.chmod(0o400)
    for did in DIDS:
        create_issuer_keys(
            settings.keys_dir,
            controller=did,
            passphrase=keys.passphrase(),
            at=cast.AT,
        )
        create_seal(
            settings.keys_dir,
            Organisation("Hiisijärven kunta", "1234567-1", did),
            algorithm="p256",
            passphrase=keys.passphrase(),
            at=cast.AT,
        )


def issue(
    app: Flask, house: cast.House, *, bits: int = 1, at: datetime | None = None
) -> int:
    """Sirpa releases a certificate of Paula's from a period of its own, today."""
    wiring = app.extensions["issuer"]
    with wiring.sessions() as session:
        period_id = cast.open_period(session, house)
        cast.sign_off(session, house, period_id, once=f"for {bits}")
        proposal_id = cast.propose_and_accept(session, house, period_id)
        certificate_id: int = wiring.release(
            session,
            house.sirpa,
            proposal_id,
            serial=Serial.from_bits(bits),
            at=at or clock.now(),
        )
        return certificate_id
