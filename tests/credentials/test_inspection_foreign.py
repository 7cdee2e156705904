"""What an issuer we do not know has made is unknown, in whatever form; never forged."""

import json
from collections.abc import Callable, Mapping

import pytest

from issuer.credentials.sealer import SealedForms
from issuer.domain.verification import Check, Outcome
from tests.credentials.test_vc_jwt import encoded, parts

Look = Callable[..., Mapping[str, Check]]
THEM = "did:web:school.example"


def jwt(header: object, payload: object) -> bytes:
    return b".".join([encoded(header), encoded(payload), encoded(b"signature" * 7)])


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "RS256", "typ": "JWT", "kid": "1"},
        {"alg": "EdDSA", "typ": "vc+ld+jwt"},
        {"alg": "ES256", "typ": "vc+jwt", "cty": "vc", "kid": f"{THEM}#1", "x": 1},
    ],
)
@pytest.mark.parametrize(
    "payload",
    [
        {"iss": THEM, "vc": {"type": ["VerifiableCredential"]}},
        {"vc": {"issuer": {"id": THEM}}},
        {"issuer": THEM, "type": ["VerifiableCredential"]},
    ],
)
def test_a_stranger_s_jwt_is_unknown(look: Look, header: object, payload: object):
    checks = look(jwt(header, payload))
    assert {check.outcome for check in checks.values()} == {Outcome.UNKNOWN}


@pytest.mark.parametrize("issuer", [None, 7, "nobody", {"id": 7}])
def test_a_jwt_that_names_no_issuer_is_refused(look: Look, issuer: object):
    checks = look(jwt({"alg": "RS256"}, {"issuer": issuer}))
    assert checks["well_formed"].outcome is Outcome.FAILED


def test_our_own_jwt_under_another_algorithm_is_refused(
    look: Look, sealed: SealedForms
):
    header, payload, signature = parts(sealed.jwt)
    changed = b".".join([encoded({**header, "alg": "RS256"}), encoded(payload)])
    checks = look(changed + b"." + encoded(signature))
    assert checks["well_formed"].outcome is Outcome.FAILED


def test_a_stranger_may_write_its_one_type_as_a_text(look: Look):
    document = {"type": "VerifiableCredential", "issuer": THEM}
    checks = look(json.dumps(document).encode())
    assert {check.outcome for check in checks.values()} == {Outcome.UNKNOWN}
