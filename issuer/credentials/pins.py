"""PINs: six digits, kept as argon2id hashes (RFC 9106).

A hash of six digits falls to whoever has the database; five tries and a browser that a
code has opened before are what protects a PIN, and the hash only slows a thief down.
"""

from itertools import pairwise
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from issuer.domain.entry import PinMalformed

DIGITS: Final = 6
# RFC 9106 §4, second recommended option with less parallelism: 64 MiB, three passes.
_HASHER: Final = PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=1)


def require_sound_pin(pin: str) -> str:
    """Return a PIN of six digits that is not a row; raises PinMalformed."""
    if len(pin) != DIGITS or not (pin.isascii() and pin.isdigit()):
        raise PinMalformed(field="pin")
    steps = {int(b) - int(a) for a, b in pairwise(pin)}
    if len(steps) == 1 and steps <= {-1, 0, 1}:
        raise PinMalformed(field="pin")
    return pin


def hash_pin(pin: str) -> str:
    """Return the argon2id hash of a PIN, with its salt and costs in it."""
    return _HASHER.hash(pin)


def check_pin(pin: str, kept: str) -> bool:
    """Tell whether a typed PIN is the one whose hash was kept."""
    try:
        return _HASHER.verify(kept, pin)
    except (Argon2Error, InvalidHashError):
        return False
