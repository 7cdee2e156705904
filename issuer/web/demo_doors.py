"""The demo's own doors: being one of its invented people, and reading their mail.

They exist only where the demo is on.
"""

from secrets import token_urlsafe

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from issuer.domain.errors import NotFound
from issuer.services import message_views, sessions
from issuer.web.entry import come_in
from issuer.web.forms import integer
from issuer.web.guards import at, db, open_to_all, wiring

blueprint = Blueprint("demo", __name__)


@blueprint.post("/entry/demo")
@open_to_all
def enter() -> Response:
    """Sign in as one of the invented cast; whoever was signed in before is out."""
    token = token_urlsafe(32)
    sessions.open_session(db(), integer("person"), token=token, at=at())
    actor = sessions.find_actor(db(), token=token, at=at())
    if actor is None:
        raise NotFound
    return come_in(actor, token=token)


@blueprint.get("/entry/mailbox")
@open_to_all
def mailbox() -> str:
    """Show what would have been sent: codes and links of invented people."""
    return render_template(
        "entry/mailbox.html",
        messages=message_views.list_mailbox(db(), wiring().posting),
    )
