"""Every form, in every language, for 1, 6 and 40 units: accepted by those who know it,
and the JSON by the official schema as it was sealed, with its proofs."""

import json
from collections.abc import Callable
from pathlib import Path

import cbor2
import jsonschema
import pytest

from issuer.credentials.badge_picture import badge_picture
from issuer.credentials.baked_png import bake
from issuer.credentials.compact_proof import kid_of
from issuer.credentials.did_web import build_jwks
from issuer.credentials.key_ring import KeyRing
from issuer.credentials.sealer import SealedForms
from issuer.domain.certificates import CertificateStatement
from tests.conformance.conftest import ISSUED_AT
from tests.conformance.foreign import (
    VERIFIERS,
    Document,
    verify_with_cwt,
    verify_with_jose,
    verify_with_openbadgeslib,
)
from tests.credentials.test_compact_proof import bytes_of
from tests.statements import DID, example_statement, with_levels, without_sites

SCHEMA = "standards/1edtech-schemas/ob_v3p0_achievementcredential_schema.json"
SIZES = (1, 6, 40)
LANGUAGES = ("fi", "sv", "en")
Change = Callable[[CertificateStatement], CertificateStatement]


@pytest.fixture(scope="module")
def every(sealed_forms: Callable[..., SealedForms]) -> dict[str, SealedForms]:
    """Nine certificates and those of the other kinds, by what they are."""
    changes: dict[str, Change] = {
        "": lambda statement: statement,
        " with levels": with_levels,
        " without sites": without_sites,
    }
    return {
        f"{units} {language}{what}": sealed_forms(
            change(example_statement(units, language, issued_at=ISSUED_AT))
        )
        for language in LANGUAGES
        for units in SIZES
        for what, change in changes.items()
    }


@pytest.mark.shared
def test_the_official_schema_accepts_what_is_sealed(
    every: dict[str, SealedForms], shared_data: Path
) -> None:
    schema = jsonschema.Draft201909Validator(
        json.loads((shared_data / SCHEMA).read_bytes()),
        format_checker=jsonschema.Draft201909Validator.FORMAT_CHECKER,
    )

    for what, forms in every.items():
        errors = [error.message for error in schema.iter_errors(json.loads(forms.data))]
        assert errors == [], what


@pytest.mark.node
@pytest.mark.usefixtures("node")
def test_jose_and_a_did_document_accept_every_jwt(
    every: dict[str, SealedForms], key_ring: KeyRing, did_document: Document
) -> None:
    tokens = [forms.jwt.decode() for forms in every.values()]

    for verdicts in (
        verify_with_jose(tokens, build_jwks(DID, key_ring.keys.values())),
        VERIFIERS["jsonld-crypto"](tokens, did_document),
    ):
        assert [verdict.error for verdict in verdicts] == [""] * len(every)


def test_openbadgeslib_accepts_every_jwt_and_picture(
    every: dict[str, SealedForms], did_document: Document
) -> None:
    for presented in (
        [forms.jwt for forms in every.values()],
        [bake(badge_picture(), forms.data) for forms in every.values()],
    ):
        verdicts = verify_with_openbadgeslib(presented, did_document)

        assert [verdict.error for verdict in verdicts] == [""] * len(every)


def test_cwt_accepts_every_code(
    every: dict[str, SealedForms], key_ring: KeyRing
) -> None:
    """Of forty units the code says none, rather than a part that looks like all."""
    [key] = key_ring.of_purpose(DID, "compact")
    messages = [bytes_of(forms.digits) for forms in every.values()]

    answers = verify_with_cwt(messages, key.raw, kid=kid_of(key.id))

    for (what, forms), answer in zip(every.items(), answers, strict=True):
        assert isinstance(answer, bytes), (what, answer)
        said = cbor2.loads(answer)[-65537]
        units = int(what.split()[0])
        assert len(said[2]) // 3 == (0 if units == 40 else units)
        assert said[5].hex() == forms.sha256
