"""What the tests of the office share: a desk for each person, and reading a page."""

import re
from html import unescape
from typing import Any

from flask import Flask

from issuer.domain.people import Actor
from tests.web.conftest import Visitor


def desk(app: Flask, actor: Actor) -> Visitor:
    """Return the browser of a signed-in person who reads English."""
    visitor = Visitor(app, app.test_client()).sign_in(actor)
    visitor.client.set_cookie("language", "en")
    return visitor


def books(app: Flask) -> Any:
    """Return a session to prepare and to look with, outside any request."""
    return app.extensions["issuer"].sessions()


def words(answer: Any) -> str:
    """Return the words of a page's main part, as one line."""
    main = answer.text.partition("<main")[2].partition(">")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def number_in(pattern: str, answer: Any) -> int:
    """Return the id in an address the answer leads to."""
    found = re.search(pattern, answer.headers["Location"])
    assert found, answer.headers["Location"]
    return int(found[1])
