"""Prepare, then seal: a draft is built and linted first, and only a draft is sealed.

The bytes of every sealed form follow from the draft and the keys alone. Ed25519
(RFC 8032) and our ES256 (RFC 6979) are deterministic, so sealing a stored draft again
after a crash gives the same bytes as before.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from issuer.credentials import compact_proof, eddsa_jcs_2022, eddsa_rdfc_2022, vc_jwt
from issuer.credentials.bounded_json import LARGEST as LARGEST_CREDENTIAL
from issuer.credentials.compact_claims import build_claims
from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.document import build_document
from issuer.credentials.jcs import canonical_bytes
from issuer.credentials.lint import lint
from issuer.credentials.page_templates import PageTemplate
from issuer.credentials.rdfc import (
    NotCanonicalizable,
    canonical_lines,
    count_statements,
)
from issuer.credentials.shape import UNSEALED, find_flaw
from issuer.credentials.signer import Signer
from issuer.domain.certificates import CertificateStatement, DraftUnfit
from issuer.domain.errors import IssuerError, sentence

_ROOM_FOR_PROOFS = 2048
_MEMBER_ORDER = (
    "@context id type name description issuer url address addressCountry "
    "addressCountryCode addressLocality otherIdentifier identifier identifierType "
    "hashed identityHash identityType validFrom validUntil awardedDate "
    "credentialSubject activityStartDate activityEndDate narrative genre achievement "
    "achievementType inLanguage criteria result resultType rubricCriterionLevel level "
    "resultDescription value achievedLevel alignment related targetType targetName "
    "targetUrl targetCode targetFramework targetDescription evidence credentialStatus "
    "statusPurpose statusListIndex statusListCredential credentialSchema proof "
    "cryptosuite created verificationMethod proofPurpose proofValue"
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
    """Everything a seal will cover, linted and ready, and what its page will be.

    `template_sha256` is empty in drafts from before templates were frozen, and `look`,
    how the pages look, is None in those from before looks were pinned.
    """

    serial: str
    statement: dict[str, Any]
    document: dict[str, Any]
    created: str
    key_id: str
    jwt_key_id: str
    compact_key_id: str
    template: str
    template_version: str
    template_sha256: str = ""
    look: dict[str, Any] | None = None

    @classmethod
    def of_preview(
        cls,
        statement: dict[str, Any],
        template: PageTemplate,
        *,
        look: dict[str, Any] | None = None,
    ) -> Self:
        """Return what a page is drawn from that no certificate stands behind."""
        return cls(
            serial=str(statement["serial"]),
            statement=statement,
            document={},
            created=str(statement["issued_at"]),
            key_id="",
            jwt_key_id="",
            compact_key_id="",
            template=template.name,
            template_version=template.version,
            template_sha256=template.sha256,
            look=look,
        )

    def to_bytes(self) -> bytes:
        """Return the draft in canonical form (RFC 8785), to be stored as it is."""
        members = asdict(self)
        if self.look is None:
            del members["look"]
        return canonical_bytes(members)

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read what `to_bytes` wrote. Raises DraftUnreadable."""
        try:
            members = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise DraftUnreadable from error
        types = {
            name: dict if name in {"statement", "document", "look"} else str
            for name in cls.__dataclass_fields__
        }
        if not isinstance(members, dict):
            raise DraftUnreadable
        members.setdefault("template_sha256", "")
        if members.keys() | {"look"} != types.keys():
            raise DraftUnreadable
        if not all(isinstance(members[name], types[name]) for name in members):
            raise DraftUnreadable
        return cls(**members)


@dataclass(frozen=True, slots=True)
class KeyIds:
    """The keys a draft is made for, one a form; full DID URLs."""

    credential: str
    jwt: str
    compact: str


@dataclass(frozen=True, slots=True)
class Signers:
    """What seals the three forms of one certificate."""

    credential: Signer
    jwt: Signer
    compact: Signer


@dataclass(frozen=True, slots=True)
class SealedForms:
    """The sealed forms: JSON with its SHA-256 in hex, JWT, and the QR code's digits."""

    data: bytes
    sha256: str
    jwt: bytes
    digits: str


def stored_form(statement: CertificateStatement) -> dict[str, Any]:
    """Return the statement as primitives, as a draft holds it."""
    stored: dict[str, Any] = json.loads(canonical_bytes(asdict(statement)))
    return stored


def prepare(
    statement: CertificateStatement,
    *,
    keys: KeyIds,
    template: str,
    template_version: str,
    contexts: ContextLibrary,
    template_sha256: str = "",
    look: Mapping[str, Any] | None = None,
) -> Draft:
    """Build and lint the document of `statement`; no key is touched.

    `look` is how its pages will look; nothing of it is in the document.

    Raises DraftUnfit, also if programs would disagree on the canonical form, a member
    would go unsigned or the QR code could not hold its proof.
    """
    document = build_document(statement)
    lint(document, statement=statement)
    _require_all_signed(document, contexts=contexts)
    if len(_json_bytes(document)) > LARGEST_CREDENTIAL - _ROOM_FOR_PROOFS:
        raise DraftUnfit(place="$", reason="the credential would be over 256 KB")
    draft = Draft(
        serial=statement.serial,
        statement=stored_form(statement),
        document=document,
        created=statement.issued_at,
        key_id=keys.credential,
        jwt_key_id=keys.jwt,
        compact_key_id=keys.compact,
        template=template,
        template_version=template_version,
        template_sha256=template_sha256,
        look=dict(look) if look else None,
    )
    _require_code_possible(draft)
    return draft


def seal(draft: Draft, *, signers: Signers, contexts: ContextLibrary) -> SealedForms:
    """Return the sealed forms of `draft`; the same draft gives the same bytes.

    Raises DraftForOtherKey, and DraftUnfit if a stored draft has lost its shape.
    """
    for wanted, signer in (
        (draft.key_id, signers.credential),
        (draft.jwt_key_id, signers.jwt),
        (draft.compact_key_id, signers.compact),
    ):
        if signer.key_id != wanted:
            raise DraftForOtherKey(wanted=wanted, given=signer.key_id)
    if flaw := find_flaw(draft.document, UNSEALED):
        raise DraftUnfit(place=flaw.place, reason=flaw.reason)
    proofs = [
        eddsa_rdfc_2022.build_proof(
            draft.document,
            signer=signers.credential,
            created=draft.created,
            contexts=contexts,
        ),
        eddsa_jcs_2022.build_proof(
            draft.document, signer=signers.credential, created=draft.created
        ),
    ]
    data = _json_bytes({**draft.document, "proof": proofs})
    digest = hashlib.sha256(data)
    return SealedForms(
        data=data,
        sha256=digest.hexdigest(),
        jwt=vc_jwt.build_jwt(_in_order(draft.document), signer=signers.jwt),
        digits=_digits(
            draft, credential_sha256=digest.digest(), sign=signers.compact.sign
        ),
    )


def _digits(
    draft: Draft, *, credential_sha256: bytes, sign: Callable[[bytes], bytes]
) -> str:
    claims = build_claims(draft.statement, credential_sha256=credential_sha256)
    kid = compact_proof.kid_of(draft.compact_key_id)
    claims = compact_proof.fitted(claims, kid=kid)
    return compact_proof.build_digits(claims, kid=kid, sign=sign)


def _require_code_possible(draft: Draft) -> None:
    """Measure the QR code's proof with a signature of the right length."""
    try:
        _digits(draft, credential_sha256=bytes(32), sign=lambda _: bytes(64))
    except (compact_proof.CompactProofRefused, ValueError) as error:
        raise DraftUnfit(place="$", reason=f"the QR code: {error}") from error


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
