"""From a prepared form to the statement a device signs."""

from dataclasses import dataclass
from datetime import datetime

from issuer.credentials.public_key import instant_text
from issuer.domain.signed_statements import (
    Declaration,
    SignedMark,
    SignedStatement,
    hash_of_words,
)
from issuer.services.signoff_drafts import PreparedSignOff, PreparedSignOffs


@dataclass(frozen=True, slots=True)
class ShownPage:
    """What the page of an instructor shows beside the marks, and which build of it."""

    declaration: Declaration
    client_build: str


def build_mark(each: PreparedSignOff, *, language: str, salt: str) -> SignedMark:
    """Return the leaf of a prepared sign-off; raises StatementMalformed for a salt."""
    said = each.statement
    return SignedMark.parse(
        SignedMark(
            skill=said.requirement,
            skill_version=said.edition,
            words_hash=hash_of_words(each.words.in_language(language)),
            level=said.mark,
            comment_hash=said.remark_sha256,
            site=said.site,
            report=said.report,
            task=said.task,
            observed_on=said.observed_on,
            salt=salt,
        ).as_document()
    )


def build_statement(
    prepared: PreparedSignOffs,
    page: ShownPage,
    *,
    nonce: str,
    issued: datetime,
    root: str,
) -> SignedStatement:
    """Return the statement over everything prepared, of which there must be some."""
    said = next(iter(prepared.new.values())).statement
    return SignedStatement(
        org=said.organisation,
        signer=said.instructor,
        participant=said.participant,
        n=len(prepared.new),
        root=root,
        declaration=page.declaration,
        nonce=nonce,
        issued_at=instant_text(issued),
        client_build=page.client_build,
    )
