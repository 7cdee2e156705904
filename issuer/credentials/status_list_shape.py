"""The closed shape of a status list credential: what is not listed here is refused.

JSON-LD drops silently what no context defines, so a free member would be unsigned.
"""

from issuer.credentials import eddsa_jcs_2022, eddsa_rdfc_2022
from issuer.credentials.contexts import CREDENTIALS_V2
from issuer.credentials.shape import Several, Shape
from issuer.credentials.shape_rules import (
    FlawFound,
    did,
    did_url,
    exactly,
    instant,
    iri,
    matching,
    one_of,
    text,
)

CONTEXTS = [CREDENTIALS_V2]
TYPES = ["VerifiableCredential", "BitstringStatusListCredential"]
LIST_TYPE = "BitstringStatusList"
PURPOSE = "revocation"


def _positive(value: object, place: str) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise FlawFound(place, "it is not a number of milliseconds")


_PROOF = Shape(
    {
        "type": exactly(eddsa_rdfc_2022.PROOF_TYPE),
        "cryptosuite": one_of(eddsa_rdfc_2022.CRYPTOSUITE, eddsa_jcs_2022.CRYPTOSUITE),
        "created": instant,
        "verificationMethod": did_url,
        "proofPurpose": exactly(eddsa_rdfc_2022.PROOF_PURPOSE),
        "proofValue": matching(r"z[1-9A-HJ-NP-Za-km-z]{80,90}", "it is no signature"),
    },
    {"@context": exactly(CONTEXTS)},
)
_SUBJECT = Shape(
    {
        "id": iri,
        "type": exactly(LIST_TYPE),
        "statusPurpose": exactly(PURPOSE),
        "encodedList": text,
    },
    {"ttl": _positive},
)
STATUS_LIST = Shape(
    {
        "@context": exactly(CONTEXTS),
        "id": iri,
        "type": exactly(TYPES),
        "issuer": did,
        "validFrom": instant,
        "validUntil": instant,
        "credentialSubject": _SUBJECT,
        "proof": Several(_PROOF),
    },
    {},
)
