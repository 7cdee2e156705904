import pytest

from issuer.records.audit import list_deeds


@pytest.fixture
def run(app):
    return app.test_cli_runner().invoke


def add(run, **changes):
    given = {
        "name": "Uusi kunta",
        "slug": "uusi",
        "business-id": "0169321-6",
        "town": "Uusi",
        **changes,
    }
    words = [f"--{name}={value}" for name, value in given.items() if value is not None]
    return run(args=["organisations", "add", *words])


def test_an_organisation_is_an_issuer_with_keys_of_its_own(run, app):
    done = add(run)
    assert done.exit_code == 0, done.output
    ring = app.extensions["issuer"].keys.key_ring()
    mine = ring.of_controller("did:web:localhost:org:uusi")
    assert {key.purpose for key in mine} == {"credential", "jwt", "compact"}
    assert (
        "did:web:localhost:org:uusi  Uusi kunta"
        in run(args=["organisations", "list"]).output
    )
    with app.extensions["issuer"].reading() as session:
        told = list_deeds(session, prefix="key:did:web:localhost:org:uusi#")
    assert len(told) == 6, "three keys made and taken into use"
    document = app.test_client().get("/org/uusi/did.json").get_json()
    assert document["id"] == "did:web:localhost:org:uusi"
    (seal,) = app.extensions["issuer"].seals.every_seal()
    assert f"PDF seal   {seal.name}" in done.output
    assert app.test_client().get("/org/uusi/ca.pem").status_code == 200


def test_a_name_too_long_for_a_certificate_is_added_without_a_seal(run, app):
    done = add(run, name="Pitkän nimen kuntayhtymä " * 4)
    assert done.exit_code == 0, done.output
    assert "import a seal" in done.output
    assert app.extensions["issuer"].seals.every_seal() == ()
    assert app.test_client().get("/org/uusi/ca.pem").status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"slug": "Ei Näin"}, "small letters"),
        ({"slug": "hiisi"}, "already an organisation"),
        ({"business-id": "1"}, "business id"),
    ],
)
def test_a_refusal_is_one_sentence(run, changes, words):
    done = add(run, **changes)
    assert done.exit_code == 1
    assert words in done.output
    assert "Traceback" not in done.output
