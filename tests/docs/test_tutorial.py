"""The tutorial can be walked as it is written: its words in bold are on the screens."""

import dataclasses
import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from flask import Flask
from flask.testing import FlaskClient

from issuer.app import create_app
from issuer.cli.database import migrations
from issuer.clock import now
from issuer.services.catalogue import import_starter
from issuer.services.keys import create_keys
from issuer.settings import ROOT
from issuer.wiring import build_wiring
from tests.docs.conftest import settings_in
from tools.demo import told
from tools.demo_cast import find_or_add_cast
from tools.demo_walk import find_or_walk_certificate

TUTORIAL = ROOT / "docs" / "tutorial" / "first-certificate.md"
FORGERY = r"sed 's\|(.+)\|(.+)\|' "


@dataclasses.dataclass
class Reader:
    """Somebody at a browser who remembers all words on the pages they saw."""

    client: FlaskClient
    page: str = ""
    words: str = ""

    def open(self, path: str) -> None:
        self._show(self.client.get(path, headers=ENGLISH, follow_redirects=True))

    def send(self, path: str, **fields: str) -> None:
        token = self.find(r'name="csrf_token" value="([^"]+)"')
        answer = self.client.post(
            path,
            data={"csrf_token": token, **fields},
            headers=ENGLISH,
            follow_redirects=True,
        )
        self._show(answer)

    def become(self, name: str) -> None:
        self.open("/entry")
        person = self.find(rf'name="person" value="(\d+)"><b>{name}')
        self.send("/entry/demo", person=person, next="")

    def find(self, pattern: str) -> str:
        found = re.search(pattern, self.page)
        assert found, f"{pattern} is not on the page:\n{self.page}"
        return found[1]

    def _show(self, answer: Any) -> None:
        assert answer.status_code == 200, answer.text
        self.page = html.unescape(answer.text)
        self.words += re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.page))


ENGLISH = {"Accept-Language": "en"}


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Flask]:
    passphrase = tmp_path / "key_passphrase"
    passphrase.write_text("only for this test\n")
    passphrase.chmod(0o400)
    settings = settings_in(tmp_path, demo=True)
    house = build_wiring(settings)
    command.upgrade(migrations(settings.database_url), "head")
    create_keys(house.keys, did=settings.host_did, at=now())
    with house.sessions() as session:
        edition_id = import_starter(session, at=now()).edition_id
        cast = find_or_add_cast(session, settings, at=now())
        find_or_walk_certificate(session, house, cast, edition_id, told=told)
    application = create_app(settings, wiring=house)
    yield application
    house.sessions.kw["bind"].dispose()


def walked(reader: Reader) -> Reader:
    """Go through the tutorial's chapters 1 to 7, and 9."""
    reader.open("/")
    reader.become("Ilkka Ikonen")
    reader.open(reader.find(r'href="(/work/\d+)">\s*<b class="row-name">Petri'))
    task = reader.find(r'href="(/work/\d+/tasks/\d+)"')
    reader.open(task)
    skills = re.findall(r'name="mark-(\d+)"', reader.page)
    marks = {f"mark-{id_}": "independently" for id_ in dict.fromkeys(skills)}
    marks["observed_on"] = reader.find(r'name="observed_on"[^>]*value="([^"]+)"')
    reader.send(f"{task}/check", **marks)
    once = reader.find(r'name="one_time_id" value="([^"]+)"')
    reader.send(f"{task}/sign", **marks, one_time_id=once)

    reader.become("Carita Kallio")
    period = reader.find(r'href="(/office/periods/\d+)"><b>Petri')
    reader.open(period)
    reader.open(f"{period}/propose")
    unit = reader.find(r'name="unit" value="(\d+)"')
    reader.open(f"{period}/propose/check?unit={unit}")
    reader.send(f"{period}/propose/check", unit=unit, summary="", hours="")

    reader.become("Petri Petäjä")
    proposal = reader.find(r'href="(/me/proposals/\d+)"')
    reader.open(proposal)
    reader.send(f"{proposal}/accept")

    reader.become("Sirpa Salmela")
    release = reader.find(r'href="(/office/proposals/\d+/release)"><b>Petri')
    reader.open(release)
    reader.send(release)

    reader.become("Petri Petäjä")
    reader.open(reader.find(r'href="(/me/certificates/\d+)"'))
    check = reader.find(r"(/v/[0-9A-Z-]{21})")
    reader.send("/sign-out")
    reader.open(check)
    reader.open("/q")

    reader.become("Sirpa Salmela")
    reader.open("/office/certificates")
    reader.open(reader.find(r'href="(/office/certificates/\d+)"[^>]*>(?:<b>)?Petri'))
    revocation = reader.find(r'href="(/office/certificates/\d+/revoke)"')
    reader.open(revocation)
    reader.send(revocation, reason="error")
    reader.send("/sign-out")
    reader.open(check)
    return reader


def test_the_words_in_bold_are_on_the_screens(demo: Flask) -> None:
    reader = walked(Reader(demo.test_client()))

    bold = re.findall(r"\*\*([^*]+)\*\*", TUTORIAL.read_text(encoding="utf-8"))
    assert len(bold) > 25
    missing = [
        words
        for words in (" ".join(each.split()) for each in bold)
        if not re.search(re.escape(words).replace("…", ".+"), reader.words)
    ]
    assert missing == []
    assert "Petri" not in reader.page
    assert "The issuer has revoked the certificate" in reader.page


def test_a_grade_in_a_remark_is_refused_as_the_tutorial_says(demo: Flask) -> None:
    [remark] = re.findall(
        r"a remark\s+that\s+says\s+\*([^*]+)\*", TUTORIAL.read_text(encoding="utf-8")
    )
    reader = Reader(demo.test_client())
    reader.become("Ilkka Ikonen")
    reader.open(reader.find(r'href="(/work/\d+)">\s*<b class="row-name">Petri'))
    task = reader.find(r'href="(/work/\d+/tasks/\d+)"')
    reader.open(task)
    skill = reader.find(r'name="mark-(\d+)"')
    day = reader.find(r'name="observed_on"[^>]*value="([^"]+)"')
    token = reader.find(r'name="csrf_token" value="([^"]+)"')
    answer = reader.client.post(
        f"{task}/check",
        data={
            "csrf_token": token,
            f"mark-{skill}": "independently",
            f"remark-{skill}": remark,
            "observed_on": day,
        },
        headers=ENGLISH,
    )
    assert answer.status_code == 400
    assert "for an education provider to say" in answer.text


def test_the_forgery_of_the_tutorial_is_found(demo: Flask) -> None:
    text = TUTORIAL.read_text(encoding="utf-8")
    found = re.search(FORGERY, text)
    assert found
    house = demo.extensions["issuer"]
    with house.reading() as session:
        sirpa = find_or_add_cast(session, house.settings, at=now()).sirpa
        _, credential = house.read_credential(session, sirpa, 1)
        forged = re.sub(found[1], found[2], credential.decode(), count=1)
        sound = house.check_presented(session, credential, now())
        report = house.check_presented(session, forged.encode(), now())
    assert (sound.verdict, report.verdict) == ("valid", "not_valid")
    assert [c.name for c in report.checks if c.outcome == "failed"] == ["signature"]
