"""What an instructor's own device signs: a statement over one mark or several.

The statement holds the root of a Merkle tree whose leaves are the marks, so that one
touch signs them all and each can be shown without the others. Everything in it is
pseudonymous. Both shapes are closed: a member more or less is another statement.

    statement   type, v, org, signer, participant, n, root, declaration {id, lang,
                hash}, nonce, issued_at, client_build
    mark        skill, skill_version, words_hash, level, comment_hash (where there is a
                remark), site, report, task, observed_on, salt

Hashes are SHA-256 in hex. `words_hash` is of the skill's words as the page showed
them, `declaration.hash` of the sentence above the button. Without its random `salt`
nobody could guess the neighbours of a mark from the hashes beside it.
"""

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self

from issuer.domain.errors import IssuerError, sentence
from issuer.domain.signoffs import Mark

VERSION: Final = 2
TYPE: Final = "SignOffStatement"
MOST_MARKS: Final = 300

_HASH: Final = re.compile(r"[0-9a-f]{64}")
_RANDOM: Final = re.compile(r"[0-9a-f]{32}")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_TEXT: Final = re.compile(r"[^\x00-\x1f\x7f]{1,500}")
_LANGUAGE: Final = re.compile(r"[a-z]{2}")
_SPACES: Final = re.compile(r"[ \t\r\n]+")
_MARK_MEMBERS: Final = {
    "skill": _TEXT,
    "skill_version": _HASH,
    "words_hash": _HASH,
    "level": re.compile("|".join(Mark)),
    "comment_hash": _HASH,
    "site": _TEXT,
    "report": _TEXT,
    "task": _TEXT,
    "observed_on": _DAY,
    "salt": _RANDOM,
}
_DECLARATION_MEMBERS: Final = {"id": _TEXT, "lang": _LANGUAGE, "hash": _HASH}
_STATEMENT_MEMBERS: Final = {
    "org": _TEXT,
    "signer": _TEXT,
    "participant": _TEXT,
    "root": _HASH,
    "nonce": _RANDOM,
    "issued_at": _INSTANT,
    "client_build": _TEXT,
}


class StatementMalformed(IssuerError):
    """The bytes are no statement of this form."""

    code = "statement.malformed"
    sentence = sentence("This is no signed statement: %(reason)s")


@dataclass(frozen=True, slots=True)
class Declaration:
    """The sentence above the button, as it was shown: which one, and its words' hash.

    Its id changes when its meaning does.
    """

    id: str
    lang: str
    hash: str

    @classmethod
    def of(cls, words: str, *, id_: str, lang: str) -> Self:
        """Return the declaration that shows these words."""
        return cls(id_, lang, hash_of_words(words))


@dataclass(frozen=True, slots=True)
class SignedMark:
    """One leaf: what was seen of one skill in one task."""

    skill: str
    skill_version: str
    words_hash: str
    level: Mark
    comment_hash: str | None
    site: str
    report: str
    task: str
    observed_on: str
    salt: str

    def as_document(self) -> dict[str, object]:
        """Return the leaf as JSON values."""
        document: dict[str, object] = {
            name: str(getattr(self, name)) for name in _MARK_MEMBERS
        }
        if self.comment_hash is None:
            del document["comment_hash"]
        return document

    @classmethod
    def parse(cls, document: object) -> Self:
        """Return the leaf of a document; raises StatementMalformed."""
        found = _members(document, _MARK_MEMBERS, optional={"comment_hash"})
        level = Mark(found.pop("level"))
        return cls(level=level, comment_hash=found.pop("comment_hash", None), **found)


@dataclass(frozen=True, slots=True)
class SignedStatement:
    """What is signed: who says it of whom, and the root over `n` marks."""

    org: str
    signer: str
    participant: str
    n: int
    root: str
    declaration: Declaration
    nonce: str
    issued_at: str
    client_build: str

    def as_document(self) -> dict[str, object]:
        """Return the statement as JSON values."""
        return {
            "type": TYPE,
            "v": VERSION,
            **{name: getattr(self, name) for name in _STATEMENT_MEMBERS},
            "n": self.n,
            "declaration": {
                name: getattr(self.declaration, name) for name in _DECLARATION_MEMBERS
            },
        }

    @classmethod
    def parse(cls, document: object) -> Self:
        """Return the statement of a document; raises StatementMalformed."""
        if not isinstance(document, dict):
            raise StatementMalformed(reason="it is not a JSON object")
        rest = dict(document)
        if rest.pop("type", None) != TYPE or _integer(rest.pop("v", None)) != VERSION:
            raise StatementMalformed(reason="its type or version is another")
        n = _integer(rest.pop("n", None))
        if not 1 <= n <= MOST_MARKS:
            raise StatementMalformed(reason="its n is no number of marks")
        declaration = _members(rest.pop("declaration", None), _DECLARATION_MEMBERS)
        found = _members(rest, _STATEMENT_MEMBERS)
        return cls(n=n, declaration=Declaration(**declaration), **found)


def words_of_page(words: str) -> str:
    """Return words as a page shows them: runs of white space are one space."""
    return _SPACES.sub(" ", words).strip(" ")


def hash_of_words(words: str) -> str:
    """Return the SHA-256 in hex of words as a page shows them."""
    return sha256(words_of_page(words).encode()).hexdigest()


def _integer(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def _members(
    document: object,
    members: dict[str, re.Pattern[str]],
    *,
    optional: frozenset[str] | set[str] = frozenset(),
) -> dict[str, str]:
    if not isinstance(document, dict):
        raise StatementMalformed(reason="it is not a JSON object")
    if unknown := sorted(set(map(str, document)) - set(members)):
        raise StatementMalformed(reason=f"it has the unknown member {unknown[0][:40]}")
    if missing := sorted(set(members) - optional - set(document)):
        raise StatementMalformed(reason=f"it lacks {missing[0]}")
    for name, value in document.items():
        if not isinstance(value, str) or not members[name].fullmatch(value):
            raise StatementMalformed(reason=f"its {name} is none")
    return dict(document)
