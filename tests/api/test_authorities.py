"""What the certificates of our own X.509 authorities name is there, for everybody."""

from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from cryptography import x509

from issuer.clock import now
from issuer.services.x509_keys import create_pdf_seal, revoke_pdf_seal
from tests.web.conftest import house

__all__ = ["house"]

DID = "did:web:hiisi.example"


@pytest.fixture
def made(app, settings, house):
    """A client of nobody in particular, and the seal of Hiisijärven kunta."""
    settings.key_passphrase_file.chmod(0o400)
    seals = app.extensions["issuer"].seals
    with app.extensions["issuer"].reading() as session:
        create_pdf_seal(session, seals, did=DID, algorithm="p256", at=now())
    (seal,) = seals.every_seal()
    return SimpleNamespace(client=app.test_client(), seals=seals, seal=seal)


def named(made) -> tuple[str, str]:
    """Return the paths of the list and of the authority that the certificate names."""
    find = made.seal.certificate.extensions.get_extension_for_class
    (point,) = find(x509.CRLDistributionPoints).value
    (access,) = find(x509.AuthorityInformationAccess).value
    addresses = (point.full_name[0].value, access.access_location.value)
    assert all(each.startswith("http://localhost/org/hiisi/ca-") for each in addresses)
    return tuple(urlsplit(each).path for each in addresses)


def test_what_the_certificate_names_is_served(made):
    crl_path, cer_path = named(made)
    served = made.client.get(crl_path)
    assert served.mimetype == "application/pkix-crl"
    found = x509.load_der_x509_crl(served.data)
    authority = made.seal.chain[-1]
    assert found.is_signature_valid(authority.public_key())
    assert len(found) == 0

    served = made.client.get(cer_path)
    assert served.mimetype == "application/pkix-cert"
    assert x509.load_der_x509_certificate(served.data) == authority


def test_people_are_given_every_authority_in_pem(made, app):
    with app.extensions["issuer"].reading() as session:
        create_pdf_seal(
            session,
            made.seals,
            did=DID,
            algorithm="rsa3072",
            at=now(),
            draws_authority=True,
        )
    served = made.client.get("/org/hiisi/ca.pem")
    assert served.mimetype == "application/pem-certificate-chain"
    found = x509.load_pem_x509_certificates(served.data)
    assert {each.serial_number for each in found} == {
        each.chain[-1].serial_number for each in made.seals.every_seal()
    }


def test_a_revocation_is_served_at_once(made):
    crl_path, _ = named(made)
    before = made.client.get(crl_path)
    revoke_pdf_seal(made.seals, name=made.seal.name, since=now(), at=now())
    after = made.client.get(crl_path, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    (entry,) = x509.load_der_x509_crl(after.data)
    assert entry.serial_number == made.seal.certificate.serial_number


def test_any_site_may_fetch_it_and_who_has_it_is_told_so(made):
    for path in (*named(made), "/org/hiisi/ca.pem"):
        first = made.client.get(path)
        assert first.headers["Cache-Control"] == "public, max-age=3600"
        assert first.headers["Access-Control-Allow-Origin"] == "*"
        assert "Set-Cookie" not in first.headers
        again = made.client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304


def test_nothing_else_is_there(made):
    crl_path, cer_path = named(made)
    for path in (
        crl_path.replace("hiisi", "naapuri"),
        cer_path.replace("hiisi", "nobody"),
        "/org/naapuri/ca.pem",
        "/org/hiisi/ca-0000000000.crl",
        "/org/hiisi/ca-0000000000.cer",
        f"/org/hiisi/{made.seal.name}.cer",
        "/org/hiisi/..%2Fkey_passphrase.crl",
    ):
        answer = made.client.get(path)
        assert answer.status_code == 404, path
