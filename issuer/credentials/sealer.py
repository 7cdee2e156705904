"""Prepare, then seal: a draft is built and linted first, and only a draft is sealed.

The bytes of a sealed credential follow from its draft and the key alone. Ed25519 is
deterministic (RFC 8032), so sealing a stored draft again after a crash gives the same
bytes as before.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from issuer.credentials import eddsa_rdfc_2022
from issuer.credentials.bounded_json import LARGEST as LARGEST_CREDENTIAL
from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.document import build_document
from issuer.credentials.jcs import canonical_bytes
from issuer.credentials.lint import lint
from issuer.credentials.rdfc import (
    NotCanonicalizable,
    canonical_lines,
    count_statements,
)
from issuer.credentials.shape import UNSEALED, find_flaw
from issuer.credentials.signer import Signer
from issuer.domain.certificates import CertificateStatement, DraftUnfit
from issuer.domain.errors import IssuerError, sentence

_ROOM_FOR_PROOF = 1024
_MEMBER_ORDER = (
    "@context id type name description issuer url otherIdentifier identifier "
    "identifierType hashed identityHash identityType validFrom validUntil awardedDate "
    "credentialSubject activityStartDate activityEndDate narrative genre achievement "
    "achievementType inLanguage criteria result resultType resultDescription value "
    "alignment related targetType targetName targetUrl targetCode targetFramework "
    "targetDescription evidence credentialSchema proof cryptosuite created "
    "verificationMethod proofPurpose proofValue"
)
_POSITION = {name: position for position, name in enumerate(_MEMBER_ORDER.split())}


class DraftUnreadable(IssuerError):
    """Stored bytes are not a draft."""

    code = "draft.unreadable"
    sentence = sentence("The stored draft of the certificate cannot be read.")


class DraftForOtherKey(IssuerError):
    """The draft names another key than the one that is loaded."""

    code = "draft.other_key"
    sentence = sentence(
        "The certificate was prepared for the key %(wanted)s, but %(given)s is loaded."
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything a seal will cover, linted and ready, and what its page will be."""

    serial: str
    statement: dict[str, Any]
    document: dict[str, Any]
    created: str
    key_id: str
    template: str
    template_version: str

    def to_bytes(self) -> bytes:
        """Return the draft in canonical form (RFC 8785), to be stored as it is."""
        return canonical_bytes(asdict(self))

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read what `to_bytes` wrote. Raises DraftUnreadable."""
        try:
            members = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise DraftUnreadable from error
        types = {
            name: dict if name in {"statement", "document"} else str
            for name in cls.__dataclass_fields__
        }
        if not isinstance(members, dict) or members.keys() != types.keys():
            raise DraftUnreadable
        if not all(isinstance(members[name], kind) for name, kind in types.items()):
            raise DraftUnreadable
        return cls(**members)


@dataclass(frozen=True, slots=True)
class SealedCredential:
    """The bytes of a sealed credential, and their SHA-256 in hex."""

    data: bytes
    sha256: str


def prepare(
    statement: CertificateStatement,
    *,
    key_id: str,
    template: str,
    template_version: str,
    contexts: ContextLibrary,
) -> Draft:
    """Build and lint the document of `statement`; the key is not touched.

    Raises DraftUnfit, also if programs would disagree on the canonical form or a
    member would go unsigned.
    """
    document = build_document(statement)
    lint(document, statement=statement)
    _require_all_signed(document, contexts=contexts)
    if len(_json_bytes(document)) > LARGEST_CREDENTIAL - _ROOM_FOR_PROOF:
        raise DraftUnfit(place="$", reason="the credential would be over 256 KB")
    return Draft(
        serial=statement.serial,
        statement=json.loads(canonical_bytes(asdict(statement))),
        document=document,
        created=statement.issued_at,
        key_id=key_id,
        template=template,
        template_version=template_version,
    )


def seal(draft: Draft, *, signer: Signer, contexts: ContextLibrary) -> SealedCredential:
    """Return the sealed credential of `draft`; the same draft gives the same bytes.

    Raises DraftForOtherKey, and DraftUnfit if a stored draft has lost its shape.
    """
    if signer.key_id != draft.key_id:
        raise DraftForOtherKey(wanted=draft.key_id, given=signer.key_id)
    if flaw := find_flaw(draft.document, UNSEALED):
        raise DraftUnfit(place=flaw.place, reason=flaw.reason)
    proof = eddsa_rdfc_2022.build_proof(
        draft.document, signer=signer, created=draft.created, contexts=contexts
    )
    data = _json_bytes({**draft.document, "proof": proof})
    return SealedCredential(data, hashlib.sha256(data).hexdigest())


def _require_all_signed(
    document: Mapping[str, Any], *, contexts: ContextLibrary
) -> None:
    try:
        lines = canonical_lines(document, contexts=contexts)
    except NotCanonicalizable as error:
        raise DraftUnfit(place="$", reason=str(error)) from error
    if len(lines) != count_statements(document):
        raise DraftUnfit(place="$", reason="a member would not be signed")


def _json_bytes(document: Mapping[str, Any]) -> bytes:
    text = json.dumps(_in_order(document), ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def _in_order(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Give members their fixed order, as a stored draft has them sorted by name."""
    if isinstance(value, list):
        return [_in_order(member) for member in value]
    if isinstance(value, Mapping):
        names = sorted(value, key=_POSITION.__getitem__)
        return {name: _in_order(value[name]) for name in names}
    return value
