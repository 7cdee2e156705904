"""Related resources of a credential and the digests of their bytes (VCDM 2.0 §5.3)."""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from typing import Any

from issuer.credentials import generic_rules as rules
from issuer.credentials import multibase
from issuer.credentials.shape_rules import FlawFound

_SRI = {"sha256": hashlib.sha256, "sha384": hashlib.sha384, "sha512": hashlib.sha512}
_MULTIHASH = {b"\x12\x20": hashlib.sha256, b"\x20\x30": hashlib.sha384}


def require_related_resources(
    document: Mapping[str, Any], place: str, *, files: Mapping[str, bytes]
) -> None:
    """Require ids that differ, and digests that hold; raises FlawFound.

    The digest of a resource that is not among `files` is judged by its form alone:
    nothing is fetched.
    """
    if "relatedResource" not in document:
        return
    seen: set[str] = set()
    for member, where in rules.each_object(
        document["relatedResource"], f"{place}.relatedResource"
    ):
        rules.url(member.get("id"), f"{where}.id")
        if member["id"] in seen:
            raise FlawFound(f"{where}.id", "another resource has the same id")
        seen.add(member["id"])
        _require_digests(member, where, file=files.get(member["id"]))


def _require_digests(
    member: Mapping[str, Any], place: str, *, file: bytes | None
) -> None:
    if not {"digestSRI", "digestMultibase"} & member.keys():
        raise FlawFound(place, "it has no digest")
    if "digestSRI" in member:
        algorithm, digest = _read_sri(member["digestSRI"], f"{place}.digestSRI")
        if file is not None and _SRI[algorithm](file).digest() != digest:
            raise FlawFound(f"{place}.digestSRI", "it is not the digest of our copy")
    if "digestMultibase" in member:
        _require_multihash(
            member["digestMultibase"], f"{place}.digestMultibase", file=file
        )


def _read_sri(value: object, place: str) -> tuple[str, bytes]:
    algorithm, _, text = str(value).partition("-")
    try:
        digest = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise FlawFound(place, "it is not base64") from error
    if algorithm not in _SRI or len(digest) != _SRI[algorithm]().digest_size:
        raise FlawFound(place, "it is not a digest of SHA-2")
    return algorithm, digest


def _require_multihash(value: object, place: str, *, file: bytes | None) -> None:
    data = _multibase_bytes(str(value), place)
    algorithm = _MULTIHASH.get(data[:2])
    if algorithm is None or len(data) - 2 != algorithm().digest_size:
        raise FlawFound(place, "it is not a digest of SHA-2")
    if file is not None and algorithm(file).digest() != data[2:]:
        raise FlawFound(place, "it is not the digest of our copy")


def _multibase_bytes(text: str, place: str) -> bytes:
    try:
        if text.startswith("u"):
            return base64.b64decode(
                text[1:] + "=" * (-len(text[1:]) % 4), altchars=b"-_", validate=True
            )
        return multibase.decode(text)
    except (binascii.Error, multibase.MultibaseMalformed) as error:
        raise FlawFound(place, "it is not multibase") from error
