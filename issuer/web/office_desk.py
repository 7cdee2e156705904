"""What every office page does: ask who acts, tell what was done and lead on."""

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from issuer.domain.people import Actor, Role
from issuer.services.authority import require_role_of
from issuer.web.guards import signed_in

Answer = str | tuple[str, int] | Response


def acting_as(*roles: Role) -> Actor:
    """Return the signed-in person; raises NotAllowed unless they have the role."""
    actor = signed_in()
    require_role_of(actor, *roles)
    return actor


def done(told: str, endpoint: str, **values: int) -> Response:
    """Lead on to the page that shows the deed, where `told` stands on top."""
    flash(told)
    return redirect(url_for(endpoint, **values), code=303)  # type: ignore[arg-type]
