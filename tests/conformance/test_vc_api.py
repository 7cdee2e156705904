"""The real inputs of the W3C VCDM 2.0 suite through our VC-API, as the suite sends
them, and each single change of what was issued."""

import copy
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.credentials.generic_contexts import GenericContexts
from issuer.credentials.generic_proof import Proving, secure
from issuer.credentials.rdfc import NotCanonicalizable
from issuer.credentials.shape_rules import FlawFound
from issuer.services.vc_api import Refused, VcApi
from tests.api.test_vc_api import SeedSigner
from tests.conformance.mutations import mutations

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOLDER = SeedSigner(bytes([3] * 32))
Json = dict[str, Any]
DOMAIN = "a.example"
# Neither: the name of each says what it is, but not what a verifier is to do.
UNDECIDED = {
    "presentation-self-asserted-vc-holder-mismatch.json",
    "presentation-self-asserted-vc-issuer-mismatch.json",
    "presentation-self-asserted-vc-no-holder.json",
}


@pytest.fixture(scope="module")
def contexts() -> GenericContexts:
    return GenericContexts.load()


@pytest.fixture(scope="module")
def vc_api(contexts: GenericContexts) -> VcApi:
    return VcApi(SeedSigner(bytes(range(32))), contexts)


@pytest.fixture(scope="module")
def inputs(shared_data: Path) -> Path:
    return shared_data / "standards/w3c-vc-data-model-2.0-test-suite/tests/input"


def _as_the_suite_sends_it(document: Json, did: str) -> Json:
    """Fill in what the suite fills in: the issuer, and dates in past and future."""
    filled = copy.deepcopy(document)
    if isinstance(filled.get("issuer"), dict):
        filled["issuer"].setdefault("id", did)
    else:
        filled.setdefault("issuer", did)
    dates = {"PAST DATE": "2020-01-01T00:00:00Z", "FUTURE DATE": "2030-01-01T00:00:00Z"}
    for name in ("validFrom", "validUntil"):
        filled[name] = dates.get(filled.get(name, ""), filled.get(name))
        if filled[name] is None:
            del filled[name]
    return filled


def _is_accepted(act: Callable[[], object]) -> bool:
    try:
        act()
    except Refused:
        return False
    return True


@pytest.mark.shared
def test_credentials_are_issued_or_refused_as_the_suite_wants(
    inputs: Path, vc_api: VcApi
) -> None:
    wrong, counts = [], {"ok": 0, "fail": 0}
    for path in sorted(inputs.rglob("*.json")):
        if path.name.startswith("presentation-"):
            continue
        document = _as_the_suite_sends_it(json.loads(path.read_bytes()), vc_api.did)
        wanted = "fail" if "-fail" in path.name else "ok"
        accepted = _is_accepted(partial(vc_api.issue, document, options={}, at=AT))
        counts[wanted] += 1
        if accepted is not (wanted == "ok"):
            wrong.append(path.name)
    print(f"credentials: {counts}, wrong: {wrong}")
    assert wrong == []
    assert counts == {"ok": 54, "fail": 41}


@pytest.mark.shared
def test_what_was_issued_from_the_inputs_verifies(inputs: Path, vc_api: VcApi) -> None:
    verified = 0
    for path in sorted(inputs.rglob("*-ok.json")):
        if path.name.startswith("presentation-") or "proof" in path.name:
            continue
        document = _as_the_suite_sends_it(json.loads(path.read_bytes()), vc_api.did)
        secured = vc_api.issue(document, options={}, at=AT)
        vc_api.require_valid_credential(secured, options={}, at=AT)
        verified += 1
    assert verified == 53


def _signed_by_holder(presentation: Json, contexts: GenericContexts) -> Json:
    """Sign a presentation and the credentials in it, as the suite's own holder does."""
    proving = Proving(contexts, AT)
    did = HOLDER.key_id.partition("#")[0]
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-11-24T12:00:00Z",
        "verificationMethod": HOLDER.key_id,
        "proofPurpose": "assertionMethod",
    }
    document = copy.deepcopy(presentation)
    if "verifiableCredential" in document:
        document["verifiableCredential"] = [
            credential
            if "Enveloped" in str(credential["type"])
            else secure(
                {**credential, "issuer": did},
                options=options,
                signer=HOLDER,
                proving=proving,
            )
            for credential in document["verifiableCredential"]
        ]
    asked = {
        "proofPurpose": "authentication",
        "challenge": "c-1",
        "domain": "a.example",
    }
    return secure(
        document, options={**options, **asked}, signer=HOLDER, proving=proving
    )


def _presentations(inputs: Path) -> Iterator[tuple[str, Json]]:
    for path in sorted(inputs.rglob("presentation-*.json")):
        if path.name not in UNDECIDED:
            yield path.name, json.loads(path.read_bytes())


@pytest.mark.shared
def test_presentations_are_accepted_or_refused_as_the_suite_wants(
    inputs: Path, vc_api: VcApi, contexts: GenericContexts
) -> None:
    wrong, counts = [], {"ok": 0, "fail": 0}
    for name, document in _presentations(inputs):
        wanted = "fail" if "-fail" in name else "ok"
        sent = [document]
        if wanted == "ok":
            sent.append(_signed_by_holder(document, contexts))
        counts[wanted] += 1
        for each in sent:
            check = partial(vc_api.require_valid_presentation, each, options={}, at=AT)
            if _is_accepted(check) is not (wanted == "ok"):
                wrong.append(name)
    print(f"presentations: {counts}, wrong: {wrong}")
    assert wrong == []
    assert counts == {"ok": 11, "fail": 11}


@pytest.mark.shared
def test_a_presentation_is_for_one_verifier_and_one_time(
    inputs: Path, vc_api: VcApi, contexts: GenericContexts
) -> None:
    document = json.loads((inputs / "presentation-vc-ok.json").read_bytes())
    signed = _signed_by_holder(document, contexts)

    def accepts(**options: str) -> bool:
        return _is_accepted(
            partial(vc_api.require_valid_presentation, signed, options=options, at=AT)
        )

    assert accepts(challenge="c-1", domain="a.example")
    assert not accepts(challenge="c-2", domain="a.example")
    assert not accepts(challenge="c-1", domain="b.example")
    assert not accepts(expectedProofPurpose="assertionMethod")


@pytest.mark.shared
def test_in_a_signed_presentation_only_the_holders_own_words_need_no_proof(
    inputs: Path, vc_api: VcApi, contexts: GenericContexts
) -> None:
    document = json.loads((inputs / "presentation-vc-ok.json").read_bytes())
    did = HOLDER.key_id.partition("#")[0]
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "verificationMethod": HOLDER.key_id,
        "proofPurpose": "authentication",
    }

    def accepts(issuer: str, **changes: str) -> bool:
        [credential] = document["verifiableCredential"]
        own = {**credential, "issuer": issuer}
        presentation = {**document, "verifiableCredential": own, **changes}
        signed = secure(
            presentation,
            options=options,
            signer=HOLDER,
            proving=Proving(contexts, AT),
        )
        return _is_accepted(
            partial(vc_api.require_valid_presentation, signed, options={}, at=AT)
        )

    assert accepts(did, holder=did)
    assert not accepts(did)
    assert not accepts("did:example:other", holder=did)


def _credential(did: str) -> Json:
    return {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://www.w3.org/ns/credentials/examples/v2",
        ],
        "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
        "type": ["VerifiableCredential", "AlumniCredential"],
        "name": [{"@value": "Lumityöt", "@language": "fi"}],
        "issuer": {"id": did, "name": "Hiisijärven kunta"},
        "validFrom": "2026-11-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:paula", "alumniOf": "Koulu"},
    }


@pytest.mark.parametrize("suites", [["eddsa-rdfc-2022"], ["eddsa-jcs-2022"], None])
def test_each_single_change_of_what_was_issued_is_refused(
    suites: list[str] | None, vc_api: VcApi
) -> None:
    """One exception, which the suite over JSON allows: a context after those that the
    proof names (VC-DI-EDDSA 3.3.2); no mutation here adds one."""
    secured: Json = _credential(vc_api.did)
    for suite in suites or ["eddsa-rdfc-2022", "eddsa-jcs-2022"]:
        secured = vc_api.issue(secured, options={"cryptosuite": suite}, at=AT)
    changes = list(mutations(secured))

    accepted = [
        what
        for what, changed in changes
        if _is_accepted(
            partial(vc_api.require_valid_credential, changed, options={}, at=AT)
        )
    ]

    allowed = set()
    if suites is None:  # a set without one of its proofs is a set
        allowed = {"proof/0 taken out", "proof/1 taken out"}
    assert len(changes) > 40
    assert set(accepted) == allowed


@pytest.mark.parametrize("suite", ["eddsa-rdfc-2022", "eddsa-jcs-2022"])
@pytest.mark.parametrize(
    ("changes", "accepted"),
    [
        ({"created": None}, True),
        ({"created": "2026-11-24T12:00:00+02:00"}, True),
        ({"created": "2026-11-24T12:00:00"}, False),
        ({"created": "invalidDate"}, False),
        ({"expires": "2026-11-24T12:00:01Z"}, True),
        ({"expires": "2026-11-24T12:00:00Z"}, False),
        ({"expires": "2026-11-25T12:00:00"}, False),
        ({"domain": "a.example", "challenge": "x"}, True),
        ({"domain": ["a.example", "b.example"]}, True),
        ({"nonce": "n"}, True),
        ({"id": "urn:uuid:1"}, True),
        ({"id": "no url"}, False),
        ({"proofPurpose": "authentication"}, False),
        ({"proofPurpose": "invalidPurpose"}, False),
        ({"type": "UnknownProofType"}, False),
        ({"verificationMethod": "did:key:invalidVm"}, False),
        ({"previousProof": "urn:uuid:1"}, False),
    ],
)
def test_a_proof_that_was_really_made_with_these_options(
    suite: str, changes: Json, accepted: bool, vc_api: VcApi, contexts: GenericContexts
) -> None:
    """Not tampered with, but made so by somebody who holds the key."""
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "created": "2026-11-24T12:00:00Z",
        "verificationMethod": vc_api.signer.key_id,
        "proofPurpose": "assertionMethod",
    }
    options = {n: v for n, v in {**options, **changes}.items() if v is not None}

    def make_and_check() -> None:
        secured = _made(options, vc_api, contexts)
        vc_api.require_valid_credential(secured, options={}, at=AT)

    assert _is_accepted(make_and_check) is accepted


def _made(options: Json, vc_api: VcApi, contexts: GenericContexts) -> Json:
    try:
        return secure(
            _credential(vc_api.did),
            options=options,
            signer=vc_api.signer,
            proving=Proving(contexts, AT),
        )
    except (FlawFound, NotCanonicalizable) as error:
        raise Refused(place="$.proof", reason=str(error)) from error


_WORDS = (
    "@context @id @type @value @language @graph @list @reverse @set @index @nest "
    "@included @import @vocab id type proof name issuer credentialSubject holder "
    "verifiableCredential evidence relatedResource previousProof x x:y"
)
_NAMES = st.sampled_from(_WORDS.split())
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=3)
    | st.sampled_from(["https://www.w3.org/ns/credentials/v2", "_:a", "x:y", "@id"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(_NAMES, _VALUES, max_size=4))
def test_hostile_documents_are_only_ever_refused(changes: Json) -> None:
    document = {**_credential(_VC_API.did), **changes}
    secured = {**_SECURED, **changes}
    presentation = {
        **document,
        "type": ["VerifiablePresentation"],
        "verifiableCredential": document,
        **changes,
    }

    _is_accepted(partial(_VC_API.issue, document, options={}, at=AT))
    for each in (document, secured):
        _is_accepted(partial(_VC_API.require_valid_credential, each, options={}, at=AT))
    _is_accepted(
        partial(_VC_API.require_valid_presentation, presentation, options={}, at=AT)
    )


_VC_API = VcApi(SeedSigner(bytes(32)), GenericContexts.load())
_SECURED = _VC_API.issue(_credential(_VC_API.did), options={}, at=AT)
