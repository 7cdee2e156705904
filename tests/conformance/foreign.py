"""Verifiers that others wrote, as functions: documents and a DID document in, verdicts
out, in order. None of them may fetch anything: contexts are read from the openbadgeslib
wheel and the DID document is given.

`VERIFIERS` names those of Data Integrity proofs; `RDFC_ONLY` those of them that know
eddsa-rdfc-2022 and look past the eddsa-jcs-2022 proof of a proof set. Beside them stand
jose for JWTs, openbadgeslib for every form of Open Badges, and cwt for COSE.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from openbadgeslib.errors import LibOpenBadgesException
from openbadgeslib.ob3.ldp import OB3LdpVerifier
from openbadgeslib.ob3.verifier import OB3Verifier
from openvc.did.base import DidDocument, parse_did_document
from openvc.errors import OpenvcError
from openvc.verify import VerificationPolicy, verify_credential

from tools.toolchain import NODE_TESTS, find_foreign_packages, find_node

Document = dict[str, Any]

CONTEXT_FILES = {
    "https://www.w3.org/ns/credentials/v2": "credentials-v2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": (
        "ob-v3p0-context-3.0.3.json"
    ),
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json": (
        "ob-v3p0-extensions.json"
    ),
    "https://w3id.org/security/data-integrity/v2": "security-data-integrity-v2.json",
    "https://w3id.org/security/multikey/v1": "security-multikey-v1.json",
}
NODE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one verifier says of one document; `error` is its own reason, or empty."""

    verified: bool
    error: str = ""


Verify = Callable[..., list[Verdict]]


@cache
def context_paths() -> Mapping[str, Path]:
    """Return where each context lies, found without importing the wheel's code."""
    wheel = distribution("openbadgeslib")
    return {
        url: Path(str(wheel.locate_file(f"openbadgeslib/ob3/contexts/{name}")))
        for url, name in CONTEXT_FILES.items()
    }


def _verify_with_node(
    script: str,
    documents: Sequence[Document | str],
    did_document: Document,
    *,
    lists: Sequence[Document] = (),
) -> list[Verdict]:
    node = find_node()
    assert node, "no Node: ask for the `node` fixture first"
    job = {
        "credentials": documents,
        "didDocument": did_document,
        "contexts": {url: str(path) for url, path in context_paths().items()},
        "documents": {each["id"]: each for each in lists},
    }
    run = subprocess.run(
        [node.program, NODE_TESTS / script],
        check=False,
        input=json.dumps(job),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=NODE_SECONDS,
    )
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(answers) == len(documents), run.stderr[-2000:]
    return [Verdict(each["verified"], each.get("error", "")) for each in answers]


def _verify_with_openvc(
    documents: Sequence[Document | str],
    did_document: Document,
    *,
    lists: Sequence[Document] = (),
) -> list[Verdict]:
    contexts = {
        url: json.loads(path.read_bytes()) for url, path in context_paths().items()
    }
    return [_openvc_verdict(each, did_document, contexts) for each in documents]


def _openvc_verdict(
    document: Document | str, did_document: Document, contexts: Mapping[str, Document]
) -> Verdict:
    """Ask openvc-core once per proof: it takes one proof, not a proof set."""
    try:
        for credential in _one_proof_each(document):
            verify_credential(
                credential,
                policy=VerificationPolicy(require_status=False),
                resolver=_Given(did_document),
                extra_contexts=contexts,
            )
    except OpenvcError as error:
        return Verdict(False, f"{type(error).__name__}: {error}")
    return Verdict(True)


def _one_proof_each(document: Document | str) -> list[Document | str]:
    if isinstance(document, str) or not isinstance(document.get("proof"), list):
        return [document]
    proofs = document["proof"]
    return [document | {"proof": proof} for proof in proofs] or [document]


class _Given:
    """A resolver that knows one DID document."""

    def __init__(self, did_document: Document) -> None:
        self._document = did_document

    def supports(self, did: str) -> bool:
        return bool(did == self._document["id"])

    def resolve(self, did: str) -> DidDocument:
        assert self.supports(did), did
        return parse_did_document(self._document)


VERIFIERS: dict[str, Verify] = {
    "digitalbazaar": partial(_verify_with_node, "verify_digitalbazaar.mjs"),
    "dcc": partial(_verify_with_node, "verify_dcc.mjs"),
    "jsonld-crypto": partial(_verify_with_node, "verify_jsonld_crypto.mjs"),
    "openvc": _verify_with_openvc,
}
RDFC_ONLY = frozenset({"digitalbazaar", "dcc"})


verify_with_jose: Verify = partial(_verify_with_node, "verify_jose.mjs")


def verify_with_openbadgeslib(
    credentials: Sequence[bytes],
    did_document: Document,
    *,
    lists: Sequence[Document] = (),
) -> list[Verdict]:
    """Ask openbadgeslib about JSON, JWTs and baked pictures.

    It verifies eddsa-rdfc-2022 and looks past the other proof of a set. Status lists
    it verifies only as JWTs, so of ours it is asked for the bits alone.
    """
    known = {each["id"]: json.dumps(each).encode() for each in lists}

    def download(url: str) -> bytes:
        return known[url] if url in known else json.dumps(did_document).encode()

    return [
        _openbadgeslib_verdict(each, did_document["id"], download, bool(lists))
        for each in credentials
    ]


def _openbadgeslib_verdict(
    credential: bytes, did: str, download: Callable[[str], bytes], asks_status: bool
) -> Verdict:
    verifiers = {True: OB3LdpVerifier, False: OB3Verifier}
    try:
        if credential.startswith(b"\x89PNG"):
            credential = OB3Verifier.extract_token_from_png(credential).encode()
        is_json = credential.lstrip().startswith(b"{")
        verifiers[is_json].for_issuer_did(did, download=download).verify(
            credential.decode(),
            check_status=asks_status,
            verify_status_list=False,
            download=download,
        )
    except (LibOpenBadgesException, UnicodeDecodeError) as error:
        return Verdict(False, f"{type(error).__name__}: {error}")
    return Verdict(True)


def verify_with_cwt(
    messages: Sequence[bytes], public_key: bytes, *, kid: bytes
) -> list[Verdict | bytes]:
    """Ask cwt about COSE_Sign1 messages; where one holds, return its payload."""
    folder = find_foreign_packages()
    assert folder, "no cwt: ask for the `foreign_packages` fixture first"
    job = {
        "messages": [message.hex() for message in messages],
        "key": public_key.hex(),
        "kid": kid.hex(),
    }
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("read_cose.py"))],
        input=json.dumps(job),
        env={**os.environ, "PYTHONPATH": str(folder)},
        check=True,
        capture_output=True,
        text=True,
        timeout=NODE_SECONDS,
    )
    return [
        bytes.fromhex(said["payload"])
        if "payload" in said
        else Verdict(False, said["error"])
        for said in json.loads(done.stdout)
    ]
