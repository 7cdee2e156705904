import base64
import hmac
import random
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from issuer.credentials import vc_jwt
from issuer.credentials.bounded_json import LARGEST
from issuer.credentials.inspection import peek_serial
from issuer.credentials.key_ring import KeyRing
from issuer.credentials.sealer import SealedForms
from issuer.credentials.signer import create_issuer_keys
from issuer.domain.verification import Check, Outcome
from tests.credentials.conftest import (
    AT,
    KEY_CREATED,
    PASSED,
    PASSPHRASE,
    UNREADABLE,
    Issuing,
    load_signers,
    outcomes,
    small_statement,
)
from tests.credentials.test_vc_jwt import encoded, joined, parts
from tests.statements import DID, PUBLIC_URL, SERIAL, example_statement

Look = Callable[..., Mapping[str, Check]]
OTHER = f"{DID}:org:toinen"


@pytest.fixture
def resigned(issuing: Issuing) -> Callable[..., bytes]:
    """Sign any payload with our key, as a thief or a faulty program might."""

    def signed(payload: Any, *, kid: str = "", signer: Any = None) -> bytes:
        signer = signer or issuing.signers.jwt
        header = {"alg": "ES256", "typ": "vc+jwt", "cty": "vc"}
        covered = b".".join(
            map(encoded, ({**header, "kid": kid or signer.key_id}, payload))
        )
        return covered + b"." + encoded(signer.sign(covered))

    return signed


def test_what_says_that_it_needs_no_signature_is_refused(
    sealed: SealedForms, look: Look
) -> None:
    header, payload, signature = parts(sealed.jwt)
    for alg in ("none", "None", "NONE", ""):
        for end in (b"", signature):
            unsigned = joined({**header, "alg": alg}, payload, end)
            assert outcomes(look(unsigned)) == UNREADABLE, (alg, end)
    assert outcomes(look(joined(header, payload, b""))) == UNREADABLE


def test_our_public_key_is_no_shared_secret(
    sealed: SealedForms, issuing: Issuing, look: Look
) -> None:
    """The old trick: an HMAC made with the text of a public key that all can read."""
    header, payload, _ = parts(sealed.jwt)
    [key] = issuing.key_ring.of_purpose(DID, "jwt")
    for secret in (key.raw, key.public_key_jwk["x"].encode(), b""):
        for alg in ("HS256", "ES256"):
            covered = b".".join(map(encoded, ({**header, "alg": alg}, payload)))
            forged = covered + b"." + encoded(hmac.digest(secret, covered, sha256))
            found = look(forged)
            assert outcomes(found) == (
                UNREADABLE if alg == "HS256" else {**PASSED, "signature": "failed"}
            )


def test_a_key_it_brings_along_is_not_asked(sealed: SealedForms, look: Look) -> None:
    header, payload, signature = parts(sealed.jwt)

    for extra in ({"jwk": {}}, {"jku": "https://evil.example"}, {"x5c": []}):
        assert outcomes(look(joined(header | extra, payload, signature))) == UNREADABLE


@pytest.mark.parametrize("purpose", ["credential", "compact"])
def test_a_key_for_another_purpose_seals_no_jwt(
    purpose: str, sealed: SealedForms, issuing: Issuing, resigned: Any, look: Look
) -> None:
    _, payload, _ = parts(sealed.jwt)

    found = look(resigned(payload, signer=getattr(issuing.signers, purpose)))

    assert outcomes(found) == {**PASSED, "key": "failed", "signature": "unknown"}


def test_an_unknown_key_of_ours_is_not_ours(
    sealed: SealedForms, resigned: Any, look: Look
) -> None:
    _, payload, _ = parts(sealed.jwt)

    for kid in (f"{DID}#p256-0000000000", "p256-0000000000", DID, "#", "\x00"):
        found = look(resigned(payload, kid=kid))
        assert outcomes(found) == {**PASSED, "key": "failed", "signature": "unknown"}


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The keys of another organisation on the same server, as ring and as signers."""
    folder = tmp_path_factory.mktemp("theirs")
    create_issuer_keys(folder, controller=OTHER, passphrase=PASSPHRASE, at=KEY_CREATED)
    return KeyRing.load(folder / "public"), load_signers(folder, OTHER)


def test_the_key_of_another_organisation_is_not_the_issuers(
    sealed: SealedForms, issuing: Issuing, resigned: Any, theirs: Any, look: Look
) -> None:
    ring, signers = theirs
    both = KeyRing({**issuing.key_ring.keys, **ring.keys})
    _, payload, _ = parts(sealed.jwt)

    found = look(resigned(payload, signer=signers.jwt), key_ring=both)

    assert outcomes(found) == {**PASSED, "key": "failed", "signature": "unknown"}


def test_another_organisations_key_under_our_name_does_not_hold(
    sealed: SealedForms, issuing: Issuing, resigned: Any, theirs: Any, look: Look
) -> None:
    _, payload, _ = parts(sealed.jwt)
    ours = issuing.signers.jwt.key_id

    found = look(resigned(payload, signer=theirs[1].jwt, kid=ours))

    assert outcomes(found) == {**PASSED, "signature": "failed"}


def test_an_issuer_cannot_be_left_out_between_claim_and_credential(
    sealed: SealedForms, issuing: Issuing, resigned: Any, theirs: Any, look: Look
) -> None:
    """Signed by another organisation that names us in one of the two places."""
    ring, signers = theirs
    both = KeyRing({**issuing.key_ring.keys, **ring.keys})
    _, payload, _ = parts(sealed.jwt)
    for changed in (
        {**payload, "iss": OTHER},
        {**payload, "issuer": {**payload["issuer"], "id": OTHER}},
    ):
        found = look(resigned(changed, signer=signers.jwt), key_ring=both)
        assert outcomes(found) == UNREADABLE


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("grade", "5"),
        ("aud", "someone"),
        ("iat", 1),
        ("cnf", {}),
        ("name", ""),
        ("type", ["VerifiableCredential"]),
        ("@context", []),
        ("credentialStatus", []),
    ],
)
def test_a_member_too_many_or_changed_breaks_the_form_even_under_our_key(
    member: str, value: Any, sealed: SealedForms, resigned: Any, look: Look
) -> None:
    _, payload, _ = parts(sealed.jwt)

    found = look(resigned({**payload, member: value}))

    assert outcomes(found) == UNREADABLE
    assert str(found["well_formed"].facts["place"]).startswith(f"$.{member}")


def test_what_does_not_fit_together_fails_even_under_our_key(
    sealed: SealedForms, resigned: Any, look: Look
) -> None:
    _, payload, _ = parts(sealed.jwt)
    url = payload["credentialStatus"]["statusListCredential"]
    payload["credentialStatus"] |= {"id": f"{url}#7"}

    found = look(resigned(payload))

    assert outcomes(found) == {**PASSED, "schema": "failed", "status": "failed"}


def test_an_address_that_is_not_ours_fails_even_under_our_key(
    sealed: SealedForms, resigned: Any, look: Look
) -> None:
    text = sealed.jwt.split(b".")[1]
    foreign = vc_jwt._bytes(text).replace(f"{PUBLIC_URL}/v/".encode(), b"https://e/v/")

    assert outcomes(look(resigned(foreign))) == {**PASSED, "schema": "failed"}


def test_a_foreign_form_by_a_foreign_issuer_is_left_open(look: Look) -> None:
    document = {
        "id": "https://b.example/1",
        "issuer": {"id": "did:web:b.example"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:web:c.example"},
    }
    header = {
        "alg": "ES256",
        "typ": "vc+jwt",
        "cty": "vc",
        "kid": "did:web:b.example#1",
    }
    jwt = joined(header, {**document, **vc_jwt.claims_of(document)}, bytes(64))

    found = look(jwt)

    assert set(outcomes(found).values()) == {"unknown"}
    assert found["issuer"].facts["issuer"] == "did:web:b.example"


def test_an_issuer_that_is_no_text_is_no_issuer(look: Look) -> None:
    for issuer in (7, None, ["did:web:b.example"], {"id": DID}):
        document = {
            "id": "https://b.example/1",
            "issuer": {"id": issuer},
            "validFrom": "2026-01-01T00:00:00Z",
            "credentialSubject": {"id": "did:web:c.example"},
        }
        header = {"alg": "ES256", "typ": "vc+jwt", "cty": "vc", "kid": "k"}
        jwt = joined(header, {**document, **vc_jwt.claims_of(document)}, bytes(64))

        assert outcomes(look(jwt)) == UNREADABLE


def _mutants(jwt: bytes) -> Iterator[bytes]:
    """Every character of header and signature, and some of the payload's."""
    drawn = random.Random(24)
    header, payload, _ = jwt.split(b".")
    body = range(len(header), len(header) + len(payload) + 2)
    places = [place for place in range(len(jwt)) if place not in body]
    for place in [*places, *drawn.choices(body, k=400)]:
        for other in drawn.sample(b"ABCXYZabcxyz0189-_.= \n\x00\xff", k=4):
            if other != jwt[place]:
                yield jwt[:place] + bytes([other]) + jwt[place + 1 :]
    for place in drawn.choices(range(len(jwt)), k=200):
        yield jwt[:place] + jwt[place + 1 :]
        yield jwt[:place] + jwt[place : place + 1] + jwt[place:]
        yield jwt[:place]
        yield jwt[:place] + jwt[place : place + 2][::-1] + jwt[place + 2 :]


def test_no_changed_character_is_accepted(issuing: Issuing) -> None:
    jwt = issuing.seal(small_statement()).jwt
    refused = 0
    for mutant in _mutants(jwt):
        checks = issuing.inspect(mutant)
        if all(check.outcome is Outcome.PASSED for check in checks):
            assert mutant.strip() == jwt, mutant
        refused += 1
    print(f"{refused} refused")
    assert refused > 2000


def _hostile(jwt: bytes) -> dict[str, bytes]:
    header, payload, signature = jwt.split(b".")

    def around(middle: bytes) -> bytes:
        return header + b"." + encoded(middle) + b"." + signature

    return {
        "deep JSON": around(b"[" * 190_000),
        "deep objects": around(b'{"a":' * 30_000 + b"1" + b"}" * 30_000),
        "deep header": encoded(b"[" * 190_000) + b"." + payload + b"." + signature,
        "1 MB payload": header + b"." + b"A" * 1_048_576 + b"." + signature,
        "1 MB of dots": b"ey" + b"." * 1_048_576,
        "1 MB of ey": b"ey" * 524_288,
        "just under the limit": header + b"." + b"A" * (2 * LARGEST - 1000) + b".A",
        "a long key name": joined(
            {"alg": "ES256", "typ": "vc+jwt", "cty": "vc", "kid": "k" * 150_000},
            parts(jwt)[1],
            bytes(64),
        ),
        "a huge signature": header + b"." + payload + b"." + b"A" * 300_000,
        "many members": around(
            b"{" + b",".join(b'"%d":1' % i for i in range(25_000)) + b"}"
        ),
        "quotes": around(b'"' * 190_000),
        "backslashes": around(b'"' + b"\\" * 190_000),
        "long digits": around(b'{"nbf":' + b"9" * 190_000 + b"}"),
        "NUL": jwt.replace(b".", b"\x00", 1),
        "NULs": bytes(1_048_576),
        "padding": header + b"==." + payload + b"." + signature,
        "standard alphabet": base64.b64encode(b"\xfb\xff" * 30) + b".e30.e30",
        "full width dots": jwt.replace(b".", "．".encode()),
        "Cyrillic letters": jwt.replace(b"a", "а".encode()),
        "five parts (JWE)": jwt + b".AA.AA",
    }


def test_hostile_ones_are_refused_and_quickly_so(issuing: Issuing, look: Look) -> None:
    for name, data in _hostile(issuing.seal(small_statement()).jwt).items():
        started = time.perf_counter()
        found = look(data)
        took = time.perf_counter() - started

        print(f"{name}: {took * 1000:.1f} ms")
        assert Outcome.FAILED in {check.outcome for check in found.values()}, name
        assert peek_serial(data) in {None, SERIAL}
        assert took < 2, name


def test_the_end_of_validity_is_seen(issuing: Issuing, look: Look) -> None:
    sealed = issuing.seal(example_statement(valid_until="2026-11-25T12:00:00Z"))

    assert outcomes(look(sealed.jwt)) == PASSED
    late = look(sealed.jwt, at=AT + timedelta(seconds=1))
    assert outcomes(late) == {**PASSED, "dates": "failed"}
