"""`flask people`: the first administrator, from nothing but the command line."""

import re

import pytest
from sqlalchemy import select

from issuer.records.people import PersonRecord


@pytest.fixture
def run(app):
    return app.test_cli_runner().invoke


def add(run, *more):
    name = ("people", "add-administrator", "Ensi Aalto")
    return run(args=[*name, "--organisation", "hiisi", *more])


def path_in(said):
    return re.search(r"http://localhost(/enrol/[\w-]{32})\n", said)[1]


def test_it_prints_a_link_that_registers_a_passkey(run, app):
    said = add(run, "--email", "ensi@example.fi").output
    assert "Works once, for 24 hours" in said
    page = app.test_client().get(path_in(said))
    assert page.status_code == 200
    assert "Ensi A." in page.text


def test_a_newer_link_ends_the_earlier_one(run, app):
    first = add(run).output
    number = re.search(r"person (\d+)", first)[1]
    second = run(args=["people", "enrolment-link", number]).output
    client = app.test_client()
    assert client.get(path_in(first)).status_code == 410
    assert client.get(path_in(second)).status_code == 200


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["Ensi", "--organisation", "unknown"], "There is no such page"),
        (["", "--organisation", "hiisi"], "Fill in"),
        (["Ensi", "--organisation", "hiisi", "--email", "x@"], "not an address"),
        (["Ensi 131052-308T", "--organisation", "hiisi"], "personal identity code"),
    ],
)
def test_a_refusal_is_one_sentence_and_leaves_nobody(run, app, arguments, words):
    done = run(args=["people", "add-administrator", *arguments])
    assert done.exit_code == 1
    assert words in done.output
    assert "Traceback" not in done.output
    with app.extensions["issuer"].reading() as session:
        names = session.scalars(select(PersonRecord.name)).all()
    assert not [name for name in names if name.startswith("Ensi")]


def test_only_people_of_the_office_are_listed_and_enrolled(run, house):
    listed = run(args=["people", "list"]).output
    assert "Carita Valmentaja" in listed
    assert "Ilkka" not in listed
    done = run(args=["people", "enrolment-link", str(house.ilkka.person_id)])
    assert done.exit_code == 1
    assert "enrolment link" in done.output
