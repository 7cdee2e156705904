"""The statement a device signs: closed shapes, every member checked."""

from dataclasses import replace

import pytest

from issuer.domain.signed_statements import (
    Declaration,
    SignedMark,
    SignedStatement,
    StatementMalformed,
    hash_of_words,
)
from issuer.domain.signoffs import Mark

MARK = SignedMark(
    skill="requirement:1",
    skill_version="a" * 64,
    words_hash=hash_of_words("hiekoittaa kulkuväylät"),
    level=Mark.INDEPENDENTLY,
    comment_hash=None,
    site="urn:uuid:s",
    report="r1",
    task="urn:uuid:t",
    observed_on="2025-03-10",
    salt="0" * 32,
)
STATEMENT = SignedStatement(
    org="urn:uuid:o",
    signer="urn:uuid:i",
    participant="urn:uuid:p",
    n=1,
    root="b" * 64,
    declaration=Declaration.of("Näin itse.", id_="seen", lang="fi"),
    nonce="1" * 32,
    issued_at="2025-03-10T12:00:00Z",
    client_build="abc",
)


def test_both_shapes_come_back_as_they_were():
    for mark in (MARK, replace(MARK, comment_hash="c" * 64)):
        assert SignedMark.parse(mark.as_document()) == mark
    assert "comment_hash" not in MARK.as_document()
    assert SignedStatement.parse(STATEMENT.as_document()) == STATEMENT
    assert set(STATEMENT.as_document()) == {
        *("type", "v", "org", "signer", "participant", "n", "root"),
        *("declaration", "nonce", "issued_at", "client_build"),
    }


@pytest.mark.parametrize("parse", [SignedMark.parse, SignedStatement.parse])
@pytest.mark.parametrize("document", [None, [], "x", 1, {}, {"type": "x"}])
def test_no_other_value_is_one(parse, document):
    with pytest.raises(StatementMalformed):
        parse(document)


WRONG = {
    "skill": ["", 1, None, "x" * 501],
    "skill_version": ["A" * 64, "a" * 63, None],
    "words_hash": [None, "g" * 64],
    "level": ["5", "Independently", None],
    "comment_hash": ["", None],
    "observed_on": ["10.3.2025", "2025-3-10"],
    "salt": ["", "0" * 31, 0],
    "more": ["x"],
}


@pytest.mark.parametrize("name", WRONG)
def test_a_mark_with_one_member_wrong_is_none(name):
    for value in WRONG[name]:
        with pytest.raises(StatementMalformed):
            SignedMark.parse({**MARK.as_document(), name: value})
    if name not in {"more", "comment_hash"}:
        document = MARK.as_document()
        del document[name]
        with pytest.raises(StatementMalformed):
            SignedMark.parse(document)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("type", "Other"),
        ("v", 1),
        ("v", True),
        ("v", "2"),
        ("n", 0),
        ("n", 301),
        ("n", True),
        ("n", 1.0),
        ("root", "b"),
        ("nonce", "x" * 32),
        ("issued_at", "2025-03-10 12:00:00"),
        ("declaration", None),
        ("declaration", {"id": "seen", "lang": "fi"}),
        ("declaration", {"id": "seen", "lang": "finnish", "hash": "a" * 64}),
        ("more", "x"),
    ],
)
def test_a_statement_with_one_member_wrong_is_none(name, value):
    with pytest.raises(StatementMalformed):
        SignedStatement.parse({**STATEMENT.as_document(), name: value})


def test_white_space_of_a_page_does_not_change_the_words():
    assert hash_of_words("  a \n\t b\r\n") == hash_of_words("a b")
    assert hash_of_words("a b") != hash_of_words("ab")
    assert hash_of_words("a\N{NO-BREAK SPACE}b") != hash_of_words("a b")
