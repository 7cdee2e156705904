"""Every sentence of the service exists in Finnish and in Swedish, places and all."""

import ast
import re
from functools import cache

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from issuer.i18n import FIELD_NAMES, TRANSLATIONS
from issuer.settings import ROOT

KEYWORDS = {"sentence": None, "_": None, "gettext": None, "ngettext": (1, 2)}
PLACE = re.compile(r"%\((\w+)\)[sd]|(%)(?!\()")


@cache
def sources():
    """All that is to be translated, as the extractor of `make translations` sees it."""
    with (ROOT / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)
    return {
        message
        for _, _, message, _, _ in extract_from_dir(
            ROOT, method_map=methods, options_map=options, keywords=KEYWORDS
        )
    }


@cache
def catalogue(language):
    file = TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"
    with file.open("rb") as source:
        return read_po(source, locale=language)


def test_there_is_something_to_translate():
    assert len(sources()) > 200
    assert "Not yet" in sources()
    assert "Your role does not allow this." in sources()


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_no_sentence_lacks_its_translation(language):
    lacking = []
    for message in sources():
        found = catalogue(language).get(message)
        strings = [] if found is None else found.string
        strings = [strings] if isinstance(strings, str) else strings
        if not strings or not all(strings):
            lacking.append(message)
    assert lacking == []


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_place_for_a_fact_is_kept(language):
    wrong = []
    for message in catalogue(language):
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        strings = message.string
        strings = [strings] if isinstance(strings, str) else list(strings)
        wanted = set(PLACE.findall(ids[-1]))
        for string in strings if message.id else []:
            if set(PLACE.findall(string)) - wanted or (
                len(ids) == 1 and set(PLACE.findall(string)) != wanted
            ):
                wrong.append((message.id, string))
    assert wrong == []


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_nothing_is_guessed_and_nothing_is_left_over(language):
    known = sources()
    assert [m.id for m in catalogue(language) if m.fuzzy and m.id] == []
    assert not catalogue(language).obsolete
    assert [m.id for m in catalogue(language) if m.id and m.id not in known] == []


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_quotation_marks_are_those_of_the_language(language):
    for message in catalogue(language):
        strings = message.string
        for string in [strings] if isinstance(strings, str) else strings:
            assert "“" not in string


def test_every_field_an_error_may_name_has_a_name_for_people():
    named = set()
    for file in (ROOT / "issuer").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                named |= _fields_named_by(node, is_page=file.parent.name == "web")
    assert sorted(named - FIELD_NAMES.keys()) == []


READERS = {"day", "find_day", "integer", "find_integer", "integers"}


def _fields_named_by(call, *, is_page):
    found = {
        keyword.value.value
        for keyword in call.keywords
        if keyword.arg == "field" and isinstance(keyword.value, ast.Constant)
    }
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    if (
        is_page
        and name in READERS
        and call.args
        and isinstance(call.args[0], ast.Constant)
    ):
        found.add(call.args[0].value)
    return found
