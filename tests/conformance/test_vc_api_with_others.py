"""What @digitalbazaar/vc issues and presents with a did:key, our VC-API verifies."""

import copy
import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from issuer.credentials import multibase
from issuer.credentials.generic_contexts import (
    CREDENTIALS_V1,
    EXAMPLES_V2,
    GenericContexts,
)
from issuer.services.vc_api import Refused, VcApi
from tests.api.test_vc_api import SeedSigner
from tools.toolchain import NODE_TESTS

SCRIPT = Path(__file__).with_name("present_digitalbazaar.mjs")
ASKED = {"challenge": "c-1", "domain": "a.example"}
LATER = datetime.now(UTC) + timedelta(minutes=1)
Json = dict[str, Any]

pytestmark = pytest.mark.node


@pytest.fixture(scope="module")
def vc_api() -> VcApi:
    return VcApi(SeedSigner(bytes(32)), GenericContexts.load())


def _credential(version: int) -> Json:
    if version == 1:
        return {
            "@context": [CREDENTIALS_V1],
            "type": ["VerifiableCredential"],
            "issuanceDate": "2026-01-01T00:00:00Z",
            "credentialSubject": {"id": "did:example:paula"},
        }
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2", EXAMPLES_V2],
        "type": ["VerifiableCredential", "AlumniCredential"],
        "name": {"@value": "Lumityöt", "@language": "fi", "@direction": "ltr"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": [{"alumniOf": "Koulu"}, {"alumniOf": "Työ", "hours": 2.5}],
        "evidence": [{"type": "Work"}, {"type": "Work"}],
    }


@pytest.fixture(scope="module", params=[1, 2])
def presented(
    request: pytest.FixtureRequest, node: Path, vc_api: VcApi
) -> dict[str, Json]:
    """A credential, and a presentation that holds it and another."""
    seed = bytes(range(32))
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    texts = vc_api.contexts.library.texts
    job = {
        "contexts": {url: json.loads(text) for url, text in texts.items()},
        "credential": _credential(request.param),
        "key": {
            "publicKeyMultibase": multibase.encode_public_key(public),
            "secretKeyMultibase": multibase.encode(b"\x80\x26" + seed),
        },
        **ASKED,
    }
    run = subprocess.run(
        [node, SCRIPT, NODE_TESTS],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    made: dict[str, Json] = json.loads(run.stdout)
    return made


def test_the_credential_holds(presented: dict[str, Json], vc_api: VcApi) -> None:
    vc_api.require_valid_credential(presented["credential"], options={}, at=LATER)


def test_the_presentation_holds_with_the_credentials_in_it(
    presented: dict[str, Json], vc_api: VcApi
) -> None:
    vc_api.require_valid_presentation(
        presented["presentation"], options=ASKED, at=LATER
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda vp: vp.update(holder="did:example:other"),
        lambda vp: vp["proof"].update(challenge="c-2"),
        lambda vp: vp["proof"].update(proofValue="z5nmMBw2u9TGKd9NxxHJtyZKgjN2Eh"),
        lambda vp: vp["verifiableCredential"][1].update(id="urn:x:y"),
        lambda vp: vp["verifiableCredential"][1]["proof"].update(nonce="n"),
        lambda vp: vp.update(id="urn:x:y"),
    ],
)
def test_a_changed_presentation_does_not(
    change: Any, presented: dict[str, Json], vc_api: VcApi
) -> None:
    changed = copy.deepcopy(presented["presentation"])
    change(changed)

    with pytest.raises(Refused):
        vc_api.require_valid_presentation(changed, options={}, at=LATER)
