"""A public key: whose it is, what it is for, and since and until when it signs.

Its file is a JSON object; times look like 2026-11-24T09:30:00Z:

    kid                   `ed25519-` or `p256-` and 10 hex digits of SHA-256(`raw`)
    id                    the controller, `#` and the kid: its verification method
    controller            the issuer's DID
    purpose               `credential`, `jwt` or `compact`
    algorithm             the one of its purpose: `Ed25519`, or `P-256` for `jwt`
    public_key_multibase  the Multikey of an Ed25519 key
    public_key_jwk        kty, crv, x and y of a P-256 key
    created               when it was drawn; it is published from then on
    activated             since when a seal may be dated; absent in the next key
    retired               until when a seal may be dated; the key makes no more of them
    revoked_from          seals dated then or later are not to be believed
    demo                  true, in a key made by the demo; absent in any other

A file of the first form has neither purpose nor algorithm: an Ed25519 credential key
that was activated when it was created.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from issuer.credentials import jwk, multibase
from issuer.domain.errors import IssuerError, sentence

ED25519, P256 = "Ed25519", "P-256"
ALGORITHMS: Mapping[str, str] = {"credential": ED25519, "jwt": P256, "compact": ED25519}
PURPOSES = tuple(ALGORITHMS)

_HALVES = {ED25519: "public_key_multibase", P256: "public_key_jwk"}
_KINDS = {"purpose", "algorithm"}
_REQUIRED = {"kid", "id", "controller", "created"}
_OPTIONAL = {"retired", "revoked_from"}
_OPTIONAL_SINCE_KINDS = {"activated", "demo"}
_TIMES = ("created", "activated", "retired", "revoked_from")
_NOT_TEXT = {"public_key_jwk", "demo"}
_DID = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._:%-]+")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)


class PublicKeyUnfit(IssuerError):
    """The value is not a public key of the agreed form."""

    code = "public_key.unfit"
    sentence = sentence("This public key cannot be used: %(reason)s")


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key; `raw` is 32 bytes for Ed25519, the uncompressed point for P-256."""

    controller: str
    raw: bytes
    created: datetime
    purpose: str = "credential"
    activated: datetime | None = None
    retired: datetime | None = None
    revoked_from: datetime | None = None
    is_demo: bool = False

    @classmethod
    def parse(cls, document: object) -> Self:
        """Return the key of a file's members. Raises PublicKeyUnfit."""
        if not isinstance(document, dict):
            raise PublicKeyUnfit(reason="it is not a JSON object")
        is_first_form = _KINDS.isdisjoint(document)
        purpose = "credential" if is_first_form else document.get("purpose")
        if not isinstance(purpose, str) or purpose not in ALGORITHMS:
            raise PublicKeyUnfit(reason=f"its purpose is none of {', '.join(PURPOSES)}")
        _require_members(document, purpose=purpose, is_first_form=is_first_form)
        times = {name: _instant(document, name) for name in _TIMES if name in document}
        if is_first_form:
            times["activated"] = times["created"]
        key = cls(
            controller=document["controller"],
            raw=_raw(document, algorithm=ALGORITHMS[purpose]),
            purpose=purpose,
            is_demo="demo" in document,
            **times,
        )
        _require_coherent(key, document)
        return key

    @property
    def algorithm(self) -> str:
        """`Ed25519` or `P-256`; the purpose decides it."""
        return ALGORITHMS[self.purpose]

    @property
    def kid(self) -> str:
        """The short name of the key, and of its files."""
        return kid_of(self.raw, algorithm=self.algorithm)

    @property
    def id(self) -> str:
        """The verification method's id, a DID URL."""
        return f"{self.controller}#{self.kid}"

    @property
    def public_key_multibase(self) -> str:
        """The Multikey; raises MultibaseMalformed for a P-256 key."""
        return multibase.encode_public_key(self.raw)

    @property
    def public_key_jwk(self) -> dict[str, str]:
        """The bare JWK: nothing but what the key itself needs."""
        if self.algorithm == P256:
            return jwk.build_p256(self.raw)
        return jwk.build_ed25519(self.raw)

    @property
    def is_next(self) -> bool:
        """Tell whether the key is published ahead and waits for its rotation."""
        return self.activated is None and self.is_trusted

    @property
    def may_sign(self) -> bool:
        """Tell whether new credentials may be sealed with the key."""
        return self.activated is not None and self.is_trusted

    @property
    def is_trusted(self) -> bool:
        """Tell whether the key is neither retired nor revoked."""
        return self.retired is None and self.revoked_from is None

    def to_document(self) -> dict[str, Any]:
        """Return the members of the key's file; times without value are left out."""
        half = _HALVES[self.algorithm]
        document = {
            "kid": self.kid,
            "id": self.id,
            "controller": self.controller,
            "purpose": self.purpose,
            "algorithm": self.algorithm,
            half: getattr(self, half),
        }
        for name in _TIMES:
            if instant := getattr(self, name):
                document[name] = instant_text(instant)
        return document | ({"demo": True} if self.is_demo else {})


def kid_of(raw: bytes, *, algorithm: str = ED25519) -> str:
    """Return the short name of a public key, drawn from its bytes."""
    prefix = algorithm.lower().replace("-", "")
    return f"{prefix}-{hashlib.sha256(raw).hexdigest()[:10]}"


def instant_text(instant: datetime) -> str:
    """Return an aware `instant` as `YYYY-MM-DDThh:mm:ssZ`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _require_members(
    document: Mapping[str, Any], *, purpose: str, is_first_form: bool
) -> None:
    required = _REQUIRED | {_HALVES[ALGORITHMS[purpose]]}
    allowed = required | _OPTIONAL
    if not is_first_form:
        required |= _KINDS
        allowed |= _KINDS | _OPTIONAL_SINCE_KINDS
    if missing := sorted(required - set(document)):
        raise PublicKeyUnfit(reason=f"it lacks {', '.join(missing)}")
    if unknown := sorted(set(document) - allowed):
        raise PublicKeyUnfit(reason=f"it has the unknown member {unknown[0]}")
    for name in sorted(set(document) - _NOT_TEXT):
        if not isinstance(document[name], str):
            raise PublicKeyUnfit(reason=f"its {name} must be a text")
    if document.get("demo", True) is not True:
        raise PublicKeyUnfit(reason="its demo may only be true")


def _raw(document: Mapping[str, Any], *, algorithm: str) -> bytes:
    try:
        if algorithm == P256:
            return jwk.parse_p256(document["public_key_jwk"])
        return multibase.decode_public_key(document["public_key_multibase"])
    except (jwk.JwkMalformed, multibase.MultibaseMalformed) as error:
        raise PublicKeyUnfit(reason=str(error)) from error


def _require_coherent(key: PublicKey, document: Mapping[str, Any]) -> None:
    if not _DID.fullmatch(key.controller):
        raise PublicKeyUnfit(reason="its controller is not a DID")
    if document["kid"] != key.kid:
        raise PublicKeyUnfit(
            reason=f"its kid must be {key.kid}, which follows from the key"
        )
    if document["id"] != key.id:
        raise PublicKeyUnfit(reason="its id must be the controller, # and the kid")
    if document.get("algorithm", key.algorithm) != key.algorithm:
        raise PublicKeyUnfit(reason=f"a {key.purpose} key is of {key.algorithm}")
    if key.activated and key.activated < key.created:
        raise PublicKeyUnfit(reason="it was activated before it was created")
    if key.retired and key.retired < (key.activated or key.created):
        raise PublicKeyUnfit(reason="it was retired before it was in use")


def _instant(document: Mapping[str, Any], name: str) -> datetime:
    try:
        if _INSTANT.fullmatch(document[name]):
            return datetime.fromisoformat(document[name])
    except ValueError:
        pass
    raise PublicKeyUnfit(reason=f"{name} is not a time like 2026-11-24T09:30:00Z")
