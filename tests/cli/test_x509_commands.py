from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask

from issuer.cli import x509_keys as module
from issuer.credentials.key_folder import DemoKeyRefused
from issuer.credentials.pades import seal_pdf
from issuer.credentials.pades_inspection import inspect_pdf
from issuer.credentials.seal_folder import SealFolder, SealMissing
from issuer.services import x509_lists
from tests.credentials.sealed_pdfs import plain_page
from tests.credentials.test_x509_seal import issued, packed
from tests.services.conftest import house, make_keys, session

__all__ = ["house", "session"]
AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture
def seals(tmp_path):
    keys = tmp_path / "keys"
    keys.mkdir()
    folder = make_keys(keys)
    folder.public_url = "https://hiisi.example"
    return SealFolder(folder)


@pytest.fixture
def did(session, house):
    from issuer.services.people import list_cast  # noqa: PLC0415

    return list_cast(session)[0][0].did


@pytest.fixture
def clock(monkeypatch):
    clock = SimpleNamespace(now=AT)
    monkeypatch.setattr(module, "now", lambda: clock.now)
    return clock


@pytest.fixture
def run(seals, clock, session, did):
    @contextmanager
    def reading():
        yield session

    app = Flask("bare")
    app.extensions["issuer"] = SimpleNamespace(
        seals=seals, reading=reading, settings=SimpleNamespace(host_did=did)
    )
    app.cli.add_command(module.x509)
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["x509", *words])


def states(run) -> list[str]:
    return [line[12:20].strip() for line in run("list").stdout.splitlines()]


def sealed(seals, did, at=AT):
    return seal_pdf(
        plain_page(), seal=seals.open(seals.get_in_force(did, at=at)), at=at
    )


def test_a_seal_is_made_listed_and_seals(run, seals, did):
    assert "No X.509 seals yet" in run("list").stdout
    made = run("create")
    assert made.exit_code == 0, made.output
    assert f"P-256  seals PDFs of {did}" in made.stdout
    assert "NTRFI-" in made.stdout or "2.5.4.97" in made.stdout

    checks = inspect_pdf(sealed(seals, did), roots=seals.roots(), at=AT)
    assert {check.outcome.value for check in checks} == {"passed"}


def test_the_next_seal_has_the_same_authority_unless_asked_for_another(
    run, seals, clock
):
    run("create")
    clock.now += timedelta(hours=1)
    run("create", "--algorithm", "rsa3072")
    clock.now += timedelta(hours=1)
    run("create", "--new-authority")

    first, second, third = seals.every_seal()
    assert first.authority == second.authority != third.authority
    assert second.algorithm == "RSA-3072"
    assert states(run) == ["replaced", "replaced", "in force"]


def test_an_authority_whose_key_is_away_is_asked_for(run, seals):
    run("create")
    (key,) = (seals.keys.folder / "private").glob("ca-*.pem")
    key.rename(seals.keys.folder / "elsewhere.pem")
    refused = run("create")
    assert refused.exit_code == 1
    assert key.name in refused.stderr
    assert run("create", "--new-authority").exit_code == 0


def test_an_authority_that_would_end_before_a_seal_is_not_used_again(run, seals, clock):
    run("create")
    clock.now += timedelta(days=7305 - 1800)
    run("create")
    first, second = seals.every_seal()
    assert first.authority != second.authority


def test_a_seal_ends_with_its_certificate(run, seals, clock, did):
    run("create")
    clock.now = later = AT + timedelta(days=1827)
    assert states(run) == ["expired"]
    with pytest.raises(SealMissing, match="flask keys x509 create"):
        seals.get_in_force(did, at=later)


def test_a_revoked_seal_seals_no_more_and_what_it_sealed_since_fails(
    run, seals, clock, did
):
    run("create")
    before, after = sealed(seals, did), sealed(seals, did, AT + timedelta(hours=2))
    clock.now += timedelta(hours=3)
    (seal,) = seals.every_seal()
    done = run(
        "revoke-from", seal.name, f"{AT + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
    )
    assert done.exit_code == 0, done.output
    assert states(run) == ["revoked"]
    with pytest.raises(SealMissing):
        seals.get_in_force(did, at=clock.now)
    for pdf, known_since, outcome in (
        (before, None, "failed"),  # nobody proves that it was sealed before
        (before, AT, "passed"),
        (after, AT + timedelta(hours=2), "failed"),
    ):
        checks = inspect_pdf(
            pdf,
            roots=seals.roots(),
            revocation_lists=seals.revocation_lists(),
            known_since=known_since,
            at=clock.now,
        )
        assert checks[2].outcome.value == outcome
    refused = run("revoke-from", "seal-unknown", "2026-11-24T10:30:00Z")
    assert "There is no seal seal-unknown" in refused.stderr


def test_a_revocation_is_never_taken_back(run, seals, clock):
    run("create")
    (seal,) = seals.every_seal()
    run("revoke-from", seal.name, "2026-11-24T10:30:00Z")
    run("revoke-from", seal.name, "2026-11-24T11:30:00Z")
    assert f"{seals.revoked_since(seal):%H:%M}" == "10:30"
    run("revoke-from", seal.name, "2026-11-24T09:00:00Z")
    assert f"{seals.revoked_since(seal):%H:%M}" == "09:00"


def test_lists_are_published_anew_and_by_themselves_at_half_their_time(
    run, seals, clock
):
    run("create")
    (seal,) = seals.every_seal()
    assert x509_lists.publish_due_lists(seals, at=AT + timedelta(days=180)) == []
    later = AT + timedelta(days=190)
    assert len(x509_lists.publish_due_lists(seals, at=later)) == 1
    made = seals.find_list(seal.authority)
    assert made.last_update_utc == later
    clock.now = later
    said = run("publish-crl").stdout
    assert f"✓ {seal.authority}.crl  0 revoked, until 2028-06-" in said
    number = seals.find_list(seal.authority).extensions[0].value.crl_number
    assert number == 3

    (key,) = (seals.keys.folder / "private").glob("ca-*.pem")
    key.unlink()
    assert x509_lists.publish_due_lists(seals, at=later + timedelta(days=365)) == []
    assert run("publish-crl").exit_code == 1


def test_an_unknown_organisation_gets_none(run):
    refused = run("create", "--did", "did:web:other.example")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("✗ No organisation has the DID")


def test_a_providers_file_is_imported(run, tmp_path, did):
    key = ec.generate_private_key(ec.SECP256R1())
    file = tmp_path / "seal.p12"
    file.write_bytes(packed(key, *issued(key)))
    said = run("import", str(file), "--password", "pass")
    assert said.exit_code == 0, said.output
    assert f"seals PDFs of {did}" in said.stdout

    for arguments in (
        (str(file), "--password", "wrong"),
        (str(tmp_path / "none.p12"), "--password", "pass"),
    ):
        refused = run("import", *arguments)
        assert refused.exit_code == 1
        assert refused.stderr.startswith("✗ ")
    name = said.stdout.split()[1]
    refused = run("revoke-from", name, "2026-11-24T10:30:00Z")
    assert "trust service provider" in refused.stderr


def test_a_seal_of_the_demo_counts_for_nothing_elsewhere(run, seals, did):
    seals.keys.makes_demo_keys = True
    run("create")
    assert "made by the demo" in run("list").stdout
    assert seals.roots() == []
    with pytest.raises(DemoKeyRefused):
        seals.get_in_force(did, at=AT)
    seals.keys.public_url = "http://localhost:8000"
    assert len(seals.roots()) == 1
    assert seals.get_in_force(did, at=AT)
