"""A virtual authenticator for a page of Chromium, and reading the demo's mailbox."""

import re
from typing import Any

from playwright.sync_api import BrowserContext, Page

from tests.journeys.served import Served

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}


def add_authenticator(page: Page, *, synced: bool = True) -> Any:
    """Give the page a fingerprint reader that always says yes; return its control."""
    control = page.context.new_cdp_session(page)
    control.send("WebAuthn.enable", {"enableUI": False})
    added = control.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "ctap2Version": "ctap2_1",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
                "defaultBackupEligibility": synced,
                "defaultBackupState": synced,
            }
        },
    )
    control.authenticator_id = added["authenticatorId"]
    return control


def refuse_verification(control: Any) -> None:
    """Let the authenticator say no from now on: a wrong finger."""
    control.send(
        "WebAuthn.setUserVerified",
        {"authenticatorId": control.authenticator_id, "isUserVerified": False},
    )


def read_mailbox(context: BrowserContext, served: Served) -> str:
    """Return the words of the demo's mailbox, the newest message first."""
    page = context.new_page()
    page.goto(f"{served.url}/entry/mailbox")
    words = page.locator("main").inner_text()
    page.close()
    return words


def newest_code(context: BrowserContext, served: Served) -> str:
    """Return the newest code that the mailbox of the demo holds."""
    found = re.search(r"Koodisi on (\d{6})", read_mailbox(context, served))
    assert found, "no code in the mailbox"
    return found[1]


def newest_link(context: BrowserContext, served: Served) -> str:
    """Return the newest link that the mailbox of the demo holds."""
    found = re.search(r"http://\S+/i/\S+", read_mailbox(context, served))
    assert found, "no link in the mailbox"
    return found[0]
