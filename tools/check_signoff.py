"""Check evidence of sign-offs without the service: check_signoff.py FILE JWKS.

JWKS: keys from the issuer's host. Exits: 0 all hold, 1 one does not, 2 one is unsigned.
"""

import json
import re
import sys
from base64 import urlsafe_b64decode
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

SIGNED = ("mark", "statement", "clientData", "authenticatorData", "binding")
BINDING_TAG = b"osaamisen-kuittaus/avain/v1\0"
HOW: dict[int, Any] = {-8: (), -7: (ECDSA(SHA256()),), -257: (PKCS1v15(), SHA256())}


def _raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _root(leaf: bytes, place: int, size: int, path: list[str]) -> bytes:
    if size == 1 or not path:  # RFC 9162 §2.1; a path of another length leads nowhere
        return sha256(b"\0" + leaf).digest() if size == 1 and not path else b""
    half, beside = 1 << (size - 1).bit_length() - 1, bytes.fromhex(path[-1])
    if place < half:
        return sha256(b"\1" + _root(leaf, place, half, path[:-1]) + beside).digest()
    below = _root(leaf, place - half, size - half, path[:-1])
    return sha256(b"\1" + beside + below).digest()


def _told(one: dict[str, Any], keys: dict[str, str]) -> str:
    if "signature" not in one:
        return "unsigned"
    mark, said, client, data, binding = (_raw(one[name]) for name in SIGNED)
    seen, stated, asked, bound = map(json.loads, (mark, said, client, binding))
    rp_id, pages = bound["rp_id"], r"https?://([^/@]+\.)?%s(:\d+)?"
    challenge = sha256(b"osaamisen-kuittaus/v1\0" + said).digest()
    kid, root, until = one["bindingKey"], stated["root"], one["keyRemovedAt"] or "9999"
    holds = {
        "issuer key": kid in keys and kid.startswith(bound["issuer"] + "#"),
        "signer": stated["signer"] == bound["person"] and stated["org"] == bound["org"],
        "mark": _root(mark, one["place"], stated["n"], one["path"]).hex() == root,
        "words": sha256(one["words"].encode()).hexdigest() == seen["words_hash"],
        "statement": _raw(asked["challenge"]) == challenge,
        "use": asked["type"] == "webauthn.get" and not asked.get("crossOrigin"),
        "origin": re.fullmatch(pages % re.escape(rp_id), asked["origin"]),
        "relying party": data[:32] == sha256(rp_id.encode()).digest(),
        "person not verified": data[32] & 5 == 5,
        "assurance": one["assurance"] == ("S2" if data[32] & 8 else "S3"),
        "withdrawn": not one["withdrawnAt"],
        "key out of time": bound["valid_from"] <= one["receivedAt"] < until,
    }
    try:
        key: Any = load_der_public_key(_raw(bound["public_key"]))
        issuer = Ed25519PublicKey.from_public_bytes(_raw(keys[kid]))
        issuer.verify(_raw(one["bindingSignature"]), BINDING_TAG + binding)
        signed, how = data + sha256(client).digest(), HOW[bound["algorithm"]]
        key.verify(_raw(one["signature"]), signed, *how)
    except (InvalidSignature, KeyError):
        holds["signature"] = False
    return next((name for name in holds if not holds[name]), "holds")


evidence, trusted = (json.loads(Path(name).read_bytes()) for name in sys.argv[1:])
jwks = {key["kid"]: key["x"] for key in trusted["keys"] if key["kty"] == "OKP"}
told = [(one["signOff"], _told(one, jwks)) for one in evidence["signOffs"]]
print(*(f"{number} {word}" for number, word in told), sep="\n")
words = {word for _, word in told}
sys.exit(1 if words - {"holds", "unsigned"} else 0 if words == {"holds"} else 2)
