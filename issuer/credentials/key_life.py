"""The life of a key: published ahead, in force, retired or revoked; for ever listed.

Each step returns the key as it is after it. Nothing is written here.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from issuer.credentials.key_ring import KeyRing, PublicKey, instant_text
from issuer.domain.errors import IssuerError, sentence

# How long others may keep a list of our keys: as long a key is known before it signs.
# A seal made around a rotation may be dated up to as long before it or after it.
KNOWN_BEFORE_USE = timedelta(minutes=5)


class NextKeyExists(IssuerError):
    """There is a key published ahead already."""

    code = "keys.next_exists"
    sentence = sentence(
        "The next key is there already: %(key)s. "
        "Take it into use first: flask keys rotate"
    )


class NextKeyMissing(IssuerError):
    """There is no key that a rotation could take into use."""

    code = "keys.next_missing"
    sentence = sentence(
        "There is no next %(purpose)s key for %(controller)s. "
        "Publish one ahead: flask keys create"
    )


class NextKeyTooNew(IssuerError):
    """Others may still hold a list of our keys without the next one."""

    code = "keys.next_too_new"
    sentence = sentence(
        "The next key was published only at %(created)s, and others may not know it "
        "yet. Rotate at %(ready)s or later."
    )


class KeyInForce(IssuerError):
    """Without this key nothing could be sealed."""

    code = "keys.in_force"
    sentence = sentence(
        "The key %(key)s is the one in force. Replace it (flask keys rotate), or "
        "retire it with --leave-none if nothing is to be sealed any more."
    )


class KeyPast(IssuerError):
    """The key has been retired or revoked before."""

    code = "keys.past"
    sentence = sentence("The key %(key)s is retired or revoked already.")


class RevocationAhead(IssuerError):
    """A key cannot be revoked from an instant that has not come."""

    code = "keys.revocation_ahead"
    sentence = sentence(
        "%(instant)s has not come yet. Give the first instant at which somebody else "
        "may have had the key."
    )


class RevocationLater(IssuerError):
    """A revocation may be moved to an earlier instant, never to a later one."""

    code = "keys.revocation_later"
    sentence = sentence(
        "The key is revoked from %(instant)s already; only an earlier instant can be "
        "given."
    )


def state_of(key: PublicKey, *, ring: KeyRing) -> str:
    """Return `next`, `in force`, `replaced`, `retired` or `revoked`.

    A key is replaced while a newer one seals and it has not been retired.
    """
    if key.revoked_from is not None:
        return "revoked"
    if key.retired is not None:
        return "retired"
    if key.activated is None:
        return "next"
    in_force = ring.find_in_force(key.controller, purpose=key.purpose)
    return "in force" if key == in_force else "replaced"


def activated(key: PublicKey, *, at: datetime, in_force: PublicKey | None) -> PublicKey:
    """Return the next key as taken into use `at`, in place of the one `in_force`.

    Its seals may be dated a little earlier, since who reads the clock first and the
    keys then may find this one. Raises NextKeyTooNew unless it is known for long
    enough or none is in force.
    """
    ready = key.created + KNOWN_BEFORE_USE
    since = max(key.created, at - KNOWN_BEFORE_USE)
    if in_force is not None:
        if at < ready:
            raise NextKeyTooNew(
                created=instant_text(key.created), ready=instant_text(ready)
            )
        newer = (in_force.activated or in_force.created) + timedelta(seconds=1)
        since = max(since, newer)
    return replace(key, activated=_seconds(since))


def retired(key: PublicKey, *, at: datetime) -> PublicKey:
    """Return the key as one that is not chosen any more; raises KeyPast.

    What was begun before `at` may still be sealed and dated a little later.
    """
    if not key.is_trusted:
        raise KeyPast(key=key.id)
    return replace(key, retired=_seconds(at + KNOWN_BEFORE_USE))


def revoked(key: PublicKey, *, instant: datetime, at: datetime) -> PublicKey:
    """Return the key as revoked: what it sealed from `instant` on does not stand.

    Raises RevocationAhead, RevocationLater.
    """
    if instant > at:
        raise RevocationAhead(instant=instant_text(instant))
    if key.revoked_from is not None and key.revoked_from < instant:
        raise RevocationLater(instant=instant_text(key.revoked_from))
    return replace(key, revoked_from=_seconds(instant))


def _seconds(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)
