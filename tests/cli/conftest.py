"""The same application and cast as the pages are tested with."""

from tests.web.conftest import app, built_house, settings

__all__ = ["app", "built_house", "settings"]
