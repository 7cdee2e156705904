import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from issuer.credentials import (
    compact_proof,
    eddsa_jcs_2022,
    eddsa_rdfc_2022,
    multibase,
    sealer,
    vc_jwt,
)
from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.jcs import canonical_bytes
from issuer.credentials.rdfc import NotCanonicalizable
from issuer.credentials.sealer import (
    Draft,
    DraftForOtherKey,
    DraftUnreadable,
    KeyIds,
    SealedForms,
    Signers,
    prepare,
    seal,
)
from issuer.domain.certificates import CertificateStatement, DraftUnfit
from tests.credentials.conftest import PASSPHRASE, Issuing
from tests.statements import (
    DID,
    PUBLIC_URL,
    example_statement,
    of_one_area,
    with_levels,
    without_sites,
)

ROOT = Path(__file__).parents[2]
KEYS = KeyIds(
    credential=f"{DID}#ed25519-0000000001",
    jwt=f"{DID}#p256-0000000002",
    compact=f"{DID}#ed25519-0000000003",
)

SEAL_IN_A_PROCESS = """
import base64, json, sys
from dataclasses import asdict
from pathlib import Path
from issuer.credentials.contexts import ContextLibrary
from issuer.credentials.sealer import Draft, Signers, seal
from issuer.credentials.signer import load_signer

keys_dir, passphrase, did = sys.argv[1:]
signers = Signers(*(
    load_signer(Path(keys_dir), passphrase.encode(), did, purpose=purpose)
    for purpose in ("credential", "jwt", "compact")
))
draft = Draft.parse(sys.stdin.buffer.read())
sealed = seal(draft, signers=signers, contexts=ContextLibrary.load())
print(sealed.data.hex(), sealed.sha256, sealed.jwt.decode(), sealed.digits)
"""


def test_a_sealed_credential_holds_by_both_of_its_proofs(issuing: Issuing) -> None:
    sealed = issuing.seal()
    document = json.loads(sealed.data)
    [key] = issuing.key_ring.of_purpose(DID, "credential")

    assert eddsa_rdfc_2022.holds(
        document, public_key=key.raw, contexts=issuing.contexts
    )
    assert eddsa_jcs_2022.holds(document, public_key=key.raw)
    assert sealed.sha256 == hashlib.sha256(sealed.data).hexdigest()
    assert list(document)[-1] == "proof"
    assert [proof["cryptosuite"] for proof in document["proof"]] == [
        "eddsa-rdfc-2022",
        "eddsa-jcs-2022",
    ]
    for proof in document["proof"]:
        assert proof["created"] == "2026-11-24T09:30:00Z"
        assert proof["verificationMethod"] == key.id
        assert len(multibase.decode(proof["proofValue"])) == 64


def test_all_forms_say_the_same(issuing: Issuing) -> None:
    sealed = issuing.seal(example_statement(valid_until="2031-11-24T00:00:00Z"))
    document = json.loads(sealed.data)
    del document["proof"]

    payload, _, _, _ = vc_jwt.read_jwt(sealed.jwt)
    claims, _, _ = compact_proof.read_digits(
        sealed.digits, public_key_of=lambda _: None
    )

    assert payload == document
    assert claims.name == "Paula Osallistuja"
    assert claims.credential_sha256.hex() == sealed.sha256
    assert (claims.status_list, claims.status_index) == (1, 94_567)
    assert claims.units == ((900_001, 5, 7),)


def test_each_form_names_the_key_of_its_own_purpose(issuing: Issuing) -> None:
    sealed, ids = issuing.seal(), issuing.key_ids

    [*proofs] = json.loads(sealed.data)["proof"]
    _, jwt_key_id, _, _ = vc_jwt.read_jwt(sealed.jwt)
    _, kid, _ = compact_proof.read_digits(sealed.digits, public_key_of=lambda _: None)

    assert len({ids.credential, ids.jwt, ids.compact}) == 3
    assert {proof["verificationMethod"] for proof in proofs} == {ids.credential}
    assert jwt_key_id == ids.jwt
    assert kid == compact_proof.kid_of(ids.compact)


def _with_everything() -> CertificateStatement:
    """A statement that gives every member a document may have."""
    statement = example_statement(
        2,
        "sv",
        holder_birth_date="1990-02-28",
        valid_until="2031-11-24T00:00:00Z",
        builds_on=(f"{PUBLIC_URL}/v/earlier",),
    )
    return with_levels(statement)


def _of_areas() -> CertificateStatement:
    statement = example_statement(2)
    return replace(statement, units=tuple(map(of_one_area, statement.units)))


STATEMENTS = {
    "plain": example_statement(),
    "with everything": _with_everything(),
    "of areas, without sites": without_sites(_of_areas()),
    "without status": example_statement(status_list_url=None, status_index=None),
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_bytes_are_compact_utf8_in_the_order_as_built(
    name: str, issuing: Issuing
) -> None:
    draft = issuing.prepare(STATEMENTS[name])
    stored = Draft.parse(draft.to_bytes())
    sealed = seal(stored, signers=issuing.signers, contexts=issuing.contexts)
    data = sealed.data

    assert "Hiisijärven".encode() in data
    compact = json.dumps(json.loads(data), ensure_ascii=False, separators=(",", ":"))
    assert data == compact.encode()
    as_built = json.loads(json.dumps(draft.document), object_pairs_hook=list)
    pairs = json.loads(data, object_pairs_hook=list)
    assert _names(pairs[:-1]) == _names(as_built)
    payload = json.loads(
        vc_jwt._bytes(sealed.jwt.split(b".")[1]), object_pairs_hook=list
    )
    inside = [pair for pair in payload if pair[0] not in vc_jwt.CLAIMS]
    assert _names(inside) == _names(as_built)
    assert [pair[0] for pair in payload[len(inside) :]] == [
        claim for claim in vc_jwt.CLAIMS if claim in dict(payload)
    ]


def _names(value: object) -> object:
    """Reduce parsed pairs to their names, in order."""
    if isinstance(value, list):
        return [
            [each[0], _names(each[1])] if isinstance(each, tuple) else _names(each)
            for each in value
        ]
    return None


@pytest.mark.parametrize("name", STATEMENTS)
def test_a_stored_draft_gives_the_same_bytes(name: str, issuing: Issuing) -> None:
    draft = issuing.prepare(STATEMENTS[name])
    stored = Draft.parse(draft.to_bytes())

    assert stored == draft
    assert stored.to_bytes() == draft.to_bytes()
    first, second = (
        seal(each, signers=issuing.signers, contexts=issuing.contexts)
        for each in (stored, draft)
    )
    assert first == second


def test_a_draft_is_canonical_and_says_everything(issuing: Issuing) -> None:
    draft = issuing.prepare()
    members = json.loads(draft.to_bytes())

    assert canonical_bytes(members) == draft.to_bytes()
    assert set(members) == {
        "serial",
        "statement",
        "document",
        "created",
        "key_id",
        "jwt_key_id",
        "compact_key_id",
        "template",
        "template_version",
        "template_sha256",
    }
    assert members["statement"]["holder_name"] == "Paula Osallistuja"
    assert members["template"] == "osaamistodistus"
    assert members["serial"] == example_statement().serial


@pytest.mark.parametrize(
    "environment",
    [
        {"TZ": "Pacific/Kiritimati", "LANG": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "America/Anchorage", "LC_ALL": "POSIX", "PYTHONHASHSEED": "4242"},
    ],
)
def test_another_process_in_another_place_seals_the_same_bytes(
    environment: dict[str, str], issuing: Issuing, keys_dir: Path
) -> None:
    draft = issuing.prepare(example_statement(3, valid_until="2031-11-24T00:00:00Z"))
    here = seal(draft, signers=issuing.signers, contexts=issuing.contexts)

    there = subprocess.run(
        [sys.executable, "-c", SEAL_IN_A_PROCESS, keys_dir, PASSPHRASE.decode(), DID],
        input=draft.to_bytes(),
        env={"PATH": os.environ["PATH"], **environment},
        cwd=ROOT,
        check=True,
        capture_output=True,
    )

    data, sha256, jwt, digits = there.stdout.decode().split()
    assert SealedForms(bytes.fromhex(data), sha256, jwt.encode(), digits) == here


@pytest.mark.parametrize("member", ["key_id", "jwt_key_id", "compact_key_id"])
def test_only_the_keys_of_the_draft_seal_it(member: str, issuing: Issuing) -> None:
    draft = replace(issuing.prepare(), **{member: f"{DID}#another"})

    with pytest.raises(DraftForOtherKey, match="another"):
        seal(draft, signers=issuing.signers, contexts=issuing.contexts)


def test_keys_in_each_others_place_seal_nothing(issuing: Issuing) -> None:
    ours = issuing.signers
    swapped = Signers(ours.compact, ours.jwt, ours.credential)

    with pytest.raises(DraftForOtherKey):
        seal(issuing.prepare(), signers=swapped, contexts=issuing.contexts)


class ForbiddenSigner:
    """A signer that no test may reach."""

    def __init__(self, key_id: str) -> None:
        self.key_id = key_id

    def sign(self, data: bytes) -> bytes:
        raise AssertionError("the key was touched")


def test_a_stored_draft_that_lost_its_shape_never_meets_the_key(
    issuing: Issuing,
) -> None:
    draft = issuing.prepare()
    draft.document["credentialSubject"]["colour"] = "spruce"

    signers = Signers(
        ForbiddenSigner(draft.key_id),
        ForbiddenSigner(draft.jwt_key_id),
        ForbiddenSigner(draft.compact_key_id),
    )

    with pytest.raises(DraftUnfit, match=r"credentialSubject\.colour"):
        seal(draft, signers=signers, contexts=issuing.contexts)


def _prepare(contexts: ContextLibrary, statement: CertificateStatement) -> Draft:
    return prepare(
        statement,
        keys=KEYS,
        template="osaamistodistus",
        template_version="1",
        contexts=contexts,
    )


def test_a_claim_that_may_not_be_made_is_stopped_before_sealing(
    contexts: ContextLibrary,
) -> None:
    with pytest.raises(DraftUnfit, match="education provider"):
        _prepare(contexts, example_statement(summary="Paula sai arvosanan 5."))


def test_what_programs_may_canonicalize_differently_is_stopped(
    contexts: ContextLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    def order_differs(*_: object, **__: object) -> list[str]:
        raise NotCanonicalizable(reason="rare characters")

    monkeypatch.setattr(sealer, "canonical_lines", order_differs)

    with pytest.raises(DraftUnfit, match=r"\$: .*rare characters"):
        _prepare(contexts, example_statement())


def test_a_credential_that_could_not_be_checked_for_its_size_is_stopped(
    contexts: ContextLibrary,
) -> None:
    with pytest.raises(DraftUnfit, match="256 KB"):
        _prepare(contexts, example_statement(90))


def test_a_member_that_would_go_unsigned_is_stopped(
    contexts: ContextLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = sealer.canonical_lines
    monkeypatch.setattr(sealer, "canonical_lines", lambda *a, **k: lines(*a, **k)[:-1])

    with pytest.raises(DraftUnfit, match="not be signed"):
        _prepare(contexts, example_statement())


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000])
def test_what_is_no_draft_is_refused(data: bytes) -> None:
    with pytest.raises(DraftUnreadable):
        Draft.parse(data)


def test_a_draft_with_other_members_or_types_is_refused(issuing: Issuing) -> None:
    members = json.loads(issuing.prepare().to_bytes())

    for name in members:
        with pytest.raises(DraftUnreadable):
            Draft.parse(json.dumps({**members, name: 7}).encode())
    with pytest.raises(DraftUnreadable):
        Draft.parse(json.dumps({**members, "extra": ""}).encode())


def test_a_code_that_cannot_hold_all_units_holds_none_and_is_sealed(
    issuing: Issuing,
) -> None:
    """A part of the units would look like all of them."""
    said = {}
    for count in (6, 20, 40):
        sealed = issuing.seal(example_statement(count))
        claims, _, _ = compact_proof.read_digits(
            sealed.digits, public_key_of=lambda _: None
        )
        said[count] = len(claims.units)
        assert claims.credential_sha256.hex() == sealed.sha256

    assert said == {6: 6, 20: 20, 40: 0}


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_until": "1960-01-01T00:00:00Z", "issued_at": "1950-01-01T00:00:00Z"},
        {"status_list_url": f"{PUBLIC_URL}/org/hiisi/status/first"},
    ],
)
def test_what_no_code_could_say_is_stopped_before_sealing(
    changes: dict[str, str], contexts: ContextLibrary
) -> None:
    with pytest.raises(DraftUnfit, match="the QR code"):
        _prepare(contexts, example_statement(**changes))
