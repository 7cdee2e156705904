"""What is the same for everybody goes packed; what knows its reader does not."""

import gzip

import pytest

from tests.web.conftest import house

__all__ = ["house"]

PACKED = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.mark.parametrize(
    "path", ["/q", "/q/files", "/q/worker.js", "/static/css/app.css"]
)
def test_public_files_are_packed_for_who_can_unpack(visitor, path):
    with visitor.get(path) as plain, visitor.get(path, headers=PACKED) as packed:
        assert "Content-Encoding" not in plain.headers
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain.data
        assert int(packed.headers["Content-Length"]) == len(packed.data)
        assert len(packed.data) < len(plain.data) / 2
        for answer in (plain, packed):
            assert "Accept-Encoding" in answer.headers["Vary"]
        assert packed.headers["Cache-Control"] == plain.headers["Cache-Control"]


def test_a_packed_file_is_known_again(visitor):
    with visitor.get("/static/css/app.css", headers=PACKED) as first:
        known = {**PACKED, "If-None-Match": first.headers["ETag"]}
    with visitor.get("/static/css/app.css", headers=known) as again:
        assert again.status_code == 304


@pytest.mark.parametrize("path", ["/", "/v", "/v/x", "/entry"])
def test_pages_that_may_hold_a_token_are_not_packed(visitor, path):
    assert "Content-Encoding" not in visitor.get(path, headers=PACKED).headers


def test_a_signed_file_goes_as_it_was_signed(visitor):
    answer = visitor.get("/issuers", headers=PACKED)
    assert "Content-Encoding" not in answer.headers
    assert "Vary" not in answer.headers


def test_the_office_is_not_packed(visitor, house):
    answer = visitor.sign_in(house.sirpa).get("/office", headers=PACKED)
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers
