"""The browser that the journeys drive starts and runs script."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.mark.browser
def test_chromium_runs_script(browser: "Browser") -> None:
    page = browser.new_page()
    page.goto("data:text/html;charset=utf-8,<title>Todistus</title><p id=p>ä</p>")

    assert page.title() == "Todistus"
    assert page.evaluate("document.getElementById('p').textContent") == "ä"
    page.context.close()
