import socket
import threading
import time
from dataclasses import replace

import pytest

from issuer.domain.catalogue_refusals import CatalogueRefused
from issuer.gateways.eperusteet import EperusteetClient
from issuer.gateways.eperusteet_refusals import (
    CallerIdWrong,
    EperusteetAddressWrong,
    EperusteetAnswered,
    EperusteetBrokeOff,
    EperusteetFailed,
    EperusteetNotJson,
    EperusteetRedirects,
    EperusteetTooLarge,
    EperusteetTooSlow,
    EperusteetUnreachable,
    QualificationAmbiguous,
    QualificationMissing,
)
from tests.gateways.eperusteet_server import (
    QUALIFICATION,
    SEARCH,
    Answer,
    replaying,
    search_answer,
    serving,
)
from tests.gateways.qualifications import as_bytes, gardening

NUMBER = "OPH-1-2099"
RAW = as_bytes(gardening())


def client_of(server) -> EperusteetClient:
    return EperusteetClient(server.url, "issuer.tests", 2, 2, 5)


def test_the_bytes_come_as_they_are_with_our_caller_id():
    with serving(replaying(RAW, NUMBER)) as server:
        fetched = client_of(server).fetch(f" {NUMBER.lower()} ")

    assert fetched.raw == RAW
    assert fetched.url == f"{server.url}/api/external/peruste/77"
    assert [path for path, _ in server.asked] == [SEARCH, f"{QUALIFICATION}77"]
    assert server.asked[0][1]["diaarinumero"] == NUMBER.lower()
    assert {headers["Caller-id"] for headers in server.headers} == {"issuer.tests"}


def test_pages_are_counted_by_ourselves_and_parts_of_a_number_do_not_match():
    def answers(path, query):
        if path != SEARCH:
            return Answer(RAW)
        found = {"0": (5, "OPH-1-20991"), "1": (6, "XOPH-1-2099"), "2": (77, NUMBER)}
        return search_answer(found[query["sivu"]], pages=3)

    with serving(answers) as server:
        assert client_of(server).fetch(NUMBER).raw == RAW
    assert [query.get("sivu") for _, query in server.asked] == ["0", "1", "2", None]


def test_a_page_that_fails_fails_the_search_even_if_the_number_was_found():
    def answers(_, query):
        if query.get("sivu") == "1":
            return Answer(b"{}", status=500)
        return search_answer((77, NUMBER), pages=2)

    with serving(answers) as server, pytest.raises(EperusteetAnswered) as caught:
        client_of(server).fetch(NUMBER)
    assert "500" in str(caught.value)
    assert "sivu=1" in str(caught.value)
    assert len(server.asked) == 2


def test_a_search_without_end_is_refused():
    with (
        serving(lambda *_: search_answer(pages=10**6)) as server,
        pytest.raises(EperusteetTooLarge),
    ):
        client_of(server).fetch(NUMBER)
    assert len(server.asked) == 1


def test_a_redirect_is_named_and_not_followed():
    answer = Answer(status=302, Location="http://192.0.2.1/elsewhere")
    with (
        serving(lambda *_: answer) as server,
        pytest.raises(EperusteetRedirects) as caught,
    ):
        client_of(server).fetch(NUMBER)
    assert "http://192.0.2.1/elsewhere" in str(caught.value)
    assert len(server.asked) == 1


def test_silence_ends_at_the_reading_limit():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        client = EperusteetClient(url, "issuer.tests", 1, 0.2, 5)
        begun = time.monotonic()
        with pytest.raises(EperusteetTooSlow):
            client.fetch(NUMBER)
    assert time.monotonic() - begun < 3


def test_a_slow_drip_ends_at_the_total_limit():
    def answers(*_):
        return Answer(b" " * 2000, drip=0.02)

    with serving(answers) as server:
        client = replace(client_of(server), total_seconds=0.4)
        begun = time.monotonic()
        with pytest.raises(EperusteetTooSlow):
            client.fetch(NUMBER)
        assert time.monotonic() - begun < 3


def test_a_body_that_breaks_off_is_not_taken_for_whole():
    def answers(path, _):
        if path == SEARCH:
            return search_answer((77, NUMBER))
        return Answer(RAW[:100], announced=len(RAW))

    with serving(answers) as server, pytest.raises(EperusteetBrokeOff) as caught:
        client_of(server).fetch(NUMBER)
    assert "after 100 bytes" in str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [Answer(b"<html>", kind="text/html"), Answer(RAW, Content_Encoding="gzip")],
)
def test_another_kind_of_content_is_refused(answer):
    with serving(lambda *_: answer) as server, pytest.raises(EperusteetNotJson):
        client_of(server).fetch(NUMBER)


@pytest.mark.parametrize(
    "body", [b"{", b"[]", b"{}", b'{"data": {}}', b'{"data": [1]}', b'{"data": null}']
)
def test_a_search_answer_of_another_shape_is_refused(body):
    with serving(lambda *_: Answer(body)) as server, pytest.raises(CatalogueRefused):
        client_of(server).fetch(NUMBER)


def test_an_answer_that_is_too_large_is_not_read_to_its_end():
    with serving(replaying(RAW, NUMBER)) as server, pytest.raises(EperusteetTooLarge):
        replace(client_of(server), largest_answer=200).fetch(NUMBER)


def test_nothing_found():
    with (
        serving(lambda *_: search_answer((5, "OPH-1-20990"))) as server,
        pytest.raises(QualificationMissing),
    ):
        client_of(server).fetch(NUMBER)


def test_several_found_are_named():
    def answers(*_):
        return search_answer((5, NUMBER), (77, NUMBER), (5, NUMBER))

    with serving(answers) as server, pytest.raises(QualificationAmbiguous) as caught:
        client_of(server).fetch(NUMBER)
    assert "ids 5, 77" in str(caught.value)


@pytest.mark.parametrize("number", ["", "OPH 1", "\udcff", "a" * 61, "x&y=z"])
def test_what_is_no_record_number_is_not_even_asked(number):
    with serving(replaying(RAW, NUMBER)) as server, pytest.raises(QualificationMissing):
        client_of(server).fetch(number)
    assert server.asked == []


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(EperusteetUnreachable):
        EperusteetClient(f"http://127.0.0.1:{port}", "issuer.tests", 1).fetch(NUMBER)


@pytest.mark.parametrize(
    "url", ["ftp://x", "http://", "http://h:port", "nonsense", "http://127.0.0.1/ä"]
)
def test_a_base_address_that_is_none(url):
    with pytest.raises(EperusteetAddressWrong):
        EperusteetClient(url, "issuer.tests").fetch(NUMBER)


@pytest.mark.parametrize("caller_id", ["ä", "a\r\nHost: x", "\udcff"])
def test_a_caller_id_that_cannot_be_sent(caller_id):
    with serving(replaying(RAW, NUMBER)) as server, pytest.raises(CallerIdWrong):
        replace(client_of(server), caller_id=caller_id).fetch(NUMBER)


def test_no_http_is_no_answer():
    with socket.create_server(("127.0.0.1", 0)) as other:
        url = f"http://127.0.0.1:{other.getsockname()[1]}"

        def answer() -> None:
            connection, _ = other.accept()
            connection.recv(1000)
            connection.sendall(b"220 mail ready\r\n")
            connection.close()

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(EperusteetFailed):
            EperusteetClient(url, "issuer.tests", 1, 1, 2).fetch(NUMBER)
        thread.join()
