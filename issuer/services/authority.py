"""The question every use case asks first: may this person do this deed."""

from issuer.domain.errors import NotAllowed
from issuer.domain.people import Actor, Role


def require_role_of(actor: Actor, *roles: Role) -> None:
    """Raise NotAllowed unless the actor has at least one of `roles`."""
    if not actor.has(*roles):
        raise NotAllowed
