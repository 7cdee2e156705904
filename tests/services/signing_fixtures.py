"""Ilkka's phone: a passkey of bytes that signs what a page would show him."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from issuer.credentials.key_folder import KeyFolder
from issuer.credentials.passkey_statement import (
    challenge_of,
    mark_bytes,
    root_over,
    statement_bytes,
)
from issuer.domain.entry import Proof
from issuer.domain.signed_statements import (
    Declaration,
    SignedMark,
    SignedStatement,
    hash_of_words,
)
from issuer.domain.signoffs import Mark
from issuer.records import catalogue
from issuer.services import passkeys, signing
from issuer.services.entry_codes import Caller
from issuer.services.signing import ShownPage, Signature
from issuer.services.signoffs import GivenMark
from tests import cast
from tests.cast import LATER, OBSERVED_ON, House
from tests.credentials.test_passkeys import PARTY, Authenticator
from tests.services.entry_fixtures import browser

PAGE = ShownPage(
    Declaration.of("Näin tämän itse.", id_="seen-myself-1", lang="fi"), "build-1"
)
NONCE = "0" * 31 + "1"


def register(
    session: Session, house: House, device: Authenticator, *, who: Any = None
) -> None:
    """Let somebody's device be known; Ilkka's unless told otherwise."""
    actor = who or house.ilkka
    passkeys.begin_registration(
        session,
        PARTY,
        browser(),
        person_id=actor.person_id,
        challenge=device.challenge,
        at=LATER,
    )
    passkeys.register_own_passkey(
        session,
        PARTY,
        browser(),
        actor,
        answer=device.register(),
        name="",
        proof=Proof.PIN,
        at=LATER,
    )


@dataclass
class Phone:
    """A page to be signed, and the device that signs it."""

    session: Session
    house: House
    keys: KeyFolder
    period_id: int
    device: Authenticator = field(default_factory=Authenticator)
    nonce: str = NONCE
    page: ShownPage = PAGE
    offer: signing.SigningOffer | None = None

    def marks(self, *places: int, mark: Mark = Mark.INDEPENDENTLY, remark: str = ""):
        """Return marks by place in the house's requirements, the first unless told."""
        found = cast.mapping_ids(
            self.session, self.house, self.period_id, by=self.house.ilkka
        )
        return {found[p][0]: GivenMark(mark, remark) for p in places or (0,)}

    def open(self, marks, *, at: datetime = LATER, caller: Caller | None = None):
        """Open the page: what does it offer to sign?"""
        self.offer = signing.offer_signing(
            self.session,
            PARTY,
            caller or browser(),
            self.house.ilkka,
            page=self.page,
            period_id=self.period_id,
            marks=marks,
            observed_on=OBSERVED_ON,
            nonce=self.nonce,
            random_salt=iter(f"{n:032x}" for n in range(1, 400)).__next__,
            at=at,
        )
        return self.offer

    def statement(self, marks) -> bytes:
        """Return what the browser would hash: the offer, and what the page shows."""
        assert self.offer
        leaves = [self.leaf(id_, given) for id_, given in sorted(marks.items())]
        said = {**self.offer.statement, "n": len(leaves), "root": root_over(leaves)}
        return statement_bytes(SignedStatement.parse(said))

    def leaf(self, id_: int, given: GivenMark) -> bytes:
        assert self.offer
        shown = {
            **self.offer.marks[id_],
            "level": given.mark.value,
            "words_hash": hash_of_words(self.words(id_)),
            "observed_on": OBSERVED_ON.isoformat(),
        }
        if given.remark:
            shown["comment_hash"] = signing_hash(given.remark)
        return mark_bytes(SignedMark.parse(shown))

    def words(self, mapping_id: int) -> str:
        places = cast.mapping_ids(
            self.session, self.house, self.period_id, by=self.house.ilkka
        )
        place = next(p for p, ids in places.items() if mapping_id in ids)
        requirement = self.house.requirements[place]
        found = catalogue.list_requirement_places(self.session, [requirement])
        return found[requirement].text.in_language(self.page.declaration.lang)

    def answer(self, marks, **lies: Any) -> str:
        """Touch the device: return what the browser sends."""
        device = replace(
            self.device, challenge=challenge_of(self.statement(marks)), **lies
        )
        return device.use()

    def send(self, marks, answer: str, /, *, at: datetime = LATER, **more: Any):
        """Send the form; what is not told is as the page has it."""
        assert self.offer
        salts = {id_: str(mark["salt"]) for id_, mark in self.offer.marks.items()}
        given = {
            "page": self.page,
            "signature": Signature(answer, more.pop("salts", salts)),
            "period_id": self.period_id,
            "marks": marks,
            "observed_on": OBSERVED_ON,
            "nonce": self.nonce,
            **more,
        }
        return signing.sign_sign_offs(
            self.session,
            self.keys,
            PARTY,
            given.pop("caller", browser()),
            given.pop("actor", self.house.ilkka),
            at=at,
            **given,
        )

    def sign(self, *places: int, nonce: str = NONCE, **more: Any) -> list[int]:
        """Open, touch and send in one go; return the sign-offs' ids."""
        self.nonce = nonce
        marks = self.marks(*places, **more)
        self.open(marks)
        return self.send(marks, self.answer(marks))


def signing_hash(remark: str) -> str:
    from hashlib import sha256  # noqa: PLC0415

    return sha256(remark.encode()).hexdigest()


def parsed(answer: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer)
    return found
