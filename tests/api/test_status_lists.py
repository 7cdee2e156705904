import json
import logging

import pytest

from issuer.clock import now
from issuer.services.keys import create_signing_key
from issuer.services.public_files import publish_unit_names
from issuer.services.status import Publishing, publish_list
from tests.services.publishing import make_certificate
from tests.web.conftest import house

__all__ = ["house"]

PATHS = ("/org/hiisi/status/1", "/org/hiisi/successors/1", "/org/hiisi/units")


@pytest.fixture
def client(app, settings, house):
    """Nobody in particular, after one certificate and its list were published."""
    wiring = app.extensions["issuer"]
    settings.key_passphrase_file.chmod(0o400)
    create_signing_key(wiring.keys, did="did:web:hiisi.example", at=now())
    publishing = Publishing(settings.public_url, wiring.sealing.contexts, wiring.keys)
    with wiring.sessions() as session:
        make_certificate(session, house, bits=1)
        publish_list(session, publishing, list_id=1, at=now())
        publish_unit_names(
            session, publishing, organisation_id=house.organisation_id, at=now()
        )
        session.commit()
    return app.test_client()


@pytest.mark.parametrize("path", PATHS)
def test_the_file_is_served_as_it_was_signed(client, path):
    found = client.get(path)
    assert found.status_code == 200
    document = json.loads(found.data)
    assert document["id"] == f"http://localhost{path}"
    assert document["issuer"] == "did:web:hiisi.example"
    expected = "application/vc" if "status" in path else "application/json"
    assert found.mimetype == expected


@pytest.mark.parametrize("path", PATHS)
def test_any_site_may_keep_it_for_as_long_as_the_list_says(client, path):
    found = client.get(path)
    assert found.headers["Cache-Control"] == "public, max-age=300"
    assert found.headers["Access-Control-Allow-Origin"] == "*"
    assert found.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Vary" not in found.headers
    document = json.loads(client.get(PATHS[0]).data)
    assert document["credentialSubject"]["ttl"] == 300_000


@pytest.mark.parametrize("path", PATHS)
def test_who_has_it_is_told_so(client, path):
    first = client.get(path)
    etag = first.headers["ETag"]
    assert len(etag) == 66
    assert etag[0] == etag[-1] == '"'
    for sent in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        again = client.get(path, headers={"If-None-Match": sent})
        assert (again.status_code, again.data) == (304, b""), sent
        assert again.headers["ETag"] == etag
        assert again.headers["Access-Control-Allow-Origin"] == "*"
    other = client.get(path, headers={"If-None-Match": '"other"'})
    assert (other.status_code, other.data) == (200, first.data)


@pytest.mark.parametrize("path", PATHS)
def test_the_reader_leaves_no_trace(client, path, caplog):
    with caplog.at_level(logging.DEBUG, logger="issuer"):
        found = client.get(path, headers={"Cookie": "language=sv"})
    assert "Set-Cookie" not in found.headers
    assert caplog.records == []
    assert found.data == client.get(path, headers={"Accept-Language": "en"}).data


@pytest.mark.parametrize("path", PATHS)
def test_head_and_nothing_but_reading(client, path):
    assert client.head(path).headers["ETag"] == client.get(path).headers["ETag"]
    assert client.post(path).status_code in {400, 405}


@pytest.mark.parametrize(
    "path",
    [
        "/org/hiisi/status/2",
        "/org/hiisi/status/0",
        "/org/hiisi/status/99999999999",
        "/org/hiisi/status/x",
        "/org/hiisi/successors/2",
        "/org/naapuri/status/1",
        "/org/naapuri/units",
        "/org/nobody/units",
        "/org/nobody/status/1",
    ],
)
def test_what_is_not_there_is_not_found(client, path):
    assert client.get(path).status_code == 404
