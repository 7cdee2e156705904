"""Passkeys: options for a browser, and what it answers (WebAuthn Level 3).

User verification is always required, so that a passkey says more than that somebody
held the device. No attestation is asked for: which maker's device it is, is nobody's
business. Nothing here knows rows or time.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.decode_credential_public_key import (
    DecodedEC2PublicKey,
    DecodedOKPPublicKey,
    DecodedRSAPublicKey,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from issuer.domain.entry import PasskeyRefused

LONGEST_ANSWER: Final = 16_384
# What the library's readers of hostile bytes were seen to raise.
_UNREADABLE: Final = (
    WebAuthnException,
    UnsupportedAlgorithm,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
# EdDSA, ES256 and RS256 (RFC 9053 §2, RFC 8812 §2), each with its kind of key.
_KINDS: Final[dict[int, type]] = {
    COSEAlgorithmIdentifier.EDDSA: DecodedOKPPublicKey,
    COSEAlgorithmIdentifier.ECDSA_SHA_256: DecodedEC2PublicKey,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256: DecodedRSAPublicKey,
}
_TIMEOUT_MS: Final = 120_000


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Who asks: the host that passkeys belong to, its name, and where pages come from.

    `id` is a host name without a port (WebAuthn §4); it is for ever.
    """

    id: str
    name: str
    origins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """What an authenticator said of the key that it made."""

    credential_id: bytes
    public_key: bytes
    algorithm: int
    sign_count: int
    is_backup_eligible: bool
    is_backed_up: bool
    aaguid: str


@dataclass(frozen=True, slots=True)
class UsedPasskey:
    """What an authenticator said when its key was used."""

    credential_id: bytes
    sign_count: int
    is_backed_up: bool


def build_registration_options(
    party: RelyingParty,
    *,
    user_id: bytes,
    name: str,
    challenge: bytes,
    known: Sequence[bytes],
) -> str:
    """Return PublicKeyCredentialCreationOptionsJSON (WebAuthn §5.1.8) for a browser.

    `user_id` holds no personal data (§14.6.1); `known` are keys not to be made again.
    """
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=user_id,
        user_name=name,
        user_display_name=name,
        challenge=challenge,
        timeout=_TIMEOUT_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return options_to_json(options)


def build_sign_in_options(
    party: RelyingParty, *, challenge: bytes, known: Sequence[bytes] = ()
) -> str:
    """Return PublicKeyCredentialRequestOptionsJSON (WebAuthn §5.1.9) for a browser."""
    options = generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=_TIMEOUT_MS,
        allow_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def peek_challenge(answer: str) -> bytes:
    """Return the challenge that an answer says it answers; raises PasskeyRefused."""
    try:
        data = json.loads(_bounded(answer))["response"]["clientDataJSON"]
        return parse_client_data_json(base64url_to_bytes(data)).challenge
    except _UNREADABLE:
        raise PasskeyRefused from None


def peek_credential_id(answer: str) -> bytes:
    """Return the id of the key that an answer says it used; raises PasskeyRefused."""
    try:
        return parse_authentication_credential_json(_bounded(answer)).raw_id
    except _UNREADABLE:
        raise PasskeyRefused from None


def inspect_registration(
    party: RelyingParty, answer: str, *, challenge: bytes
) -> NewPasskey:
    """Check a new passkey (WebAuthn §7.1) and return it; raises PasskeyRefused."""
    try:
        found = verify_registration_response(
            credential=parse_registration_credential_json(_bounded(answer)),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            require_user_verification=True,
        )
        key = decode_credential_public_key(found.credential_public_key)
        decoded_public_key_to_cryptography(key)  # or nothing could be checked by it
        if not isinstance(key, _KINDS[key.alg]):
            raise PasskeyRefused
    except _UNREADABLE:
        raise PasskeyRefused from None
    return NewPasskey(
        credential_id=found.credential_id,
        public_key=found.credential_public_key,
        algorithm=int(key.alg),
        sign_count=found.sign_count,
        is_backup_eligible=(
            found.credential_device_type is CredentialDeviceType.MULTI_DEVICE
        ),
        is_backed_up=found.credential_backed_up,
        aaguid=found.aaguid,
    )


def inspect_sign_in(
    party: RelyingParty,
    answer: str,
    *,
    challenge: bytes,
    public_key: bytes,
    sign_count: int,
) -> UsedPasskey:
    """Check the use of a known passkey (WebAuthn §7.2); raises PasskeyRefused.

    A count that did not grow is refused where the authenticator counts at all, since
    the key may have been copied (§6.1.1).
    """
    try:
        found = verify_authentication_response(
            credential=parse_authentication_credential_json(_bounded(answer)),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except _UNREADABLE:
        raise PasskeyRefused from None
    return UsedPasskey(
        found.credential_id, found.new_sign_count, found.credential_backed_up
    )


def _bounded(answer: str) -> str:
    if len(answer) > LONGEST_ANSWER:
        raise PasskeyRefused
    return answer
