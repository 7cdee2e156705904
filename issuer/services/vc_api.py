"""Issue and verify documents of others over HTTP, for the W3C conformance suites only.

The suites speak the VC-API and send documents that are no certificates; the proofs are
made and checked by the code that seals certificates, with a did:key that is drawn when
the program starts. No key of an organisation is ever within its reach.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from issuer.credentials import (
    bounded_json,
    generic_credential,
    generic_presentation,
    generic_proof,
)
from issuer.credentials.contexts import DATA_INTEGRITY_V2
from issuer.credentials.eddsa_rdfc_2022 import PROOF_PURPOSE, PROOF_TYPE
from issuer.credentials.generic_contexts import CREDENTIALS_V1, GenericContexts
from issuer.credentials.generic_json_ld import canonical_nquads
from issuer.credentials.generic_proof import SUITES, Proving
from issuer.credentials.generic_proof_options import Expected
from issuer.credentials.jcs import NotCanonical
from issuer.credentials.key_ring import instant_text
from issuer.credentials.rdfc import NotCanonicalizable
from issuer.credentials.shape_rules import Flaw, FlawFound
from issuer.credentials.signer import Signer
from issuer.domain.errors import IssuerError, sentence

__all__ = ["GenericContexts", "Refused", "Signer", "VcApi", "parse_body"]

_HOLDER_PURPOSE = "authentication"


class Refused(IssuerError):
    """The document does not conform, or its proof does not hold."""

    code = "vc_api.refused"
    sentence = sentence("Refused at %(place)s: %(reason)s")


@dataclass(frozen=True, slots=True)
class VcApi:
    """A test issuer whose key's id is a did:key, and a verifier for its like."""

    signer: Signer
    contexts: GenericContexts

    @property
    def did(self) -> str:
        """Return the issuer's DID."""
        return self.signer.key_id.partition("#")[0]

    def issue(
        self, credential: object, *, options: Mapping[str, Any], at: datetime
    ) -> dict[str, Any]:
        """Return `credential` with a proof of the suite that `options` name.

        VCDM 1.1 lacks the terms of such proofs and needs a date: both are added.
        Raises Refused for a credential that does not conform or is of another issuer.
        """
        document = _completed(credential, at)
        self._require(generic_credential.find_flaw(document, files=self.contexts.files))
        if generic_presentation.id_of(document["issuer"]) != self.did:
            raise Refused(place="$.issuer", reason=f"it is not {self.did}")
        suite = options.get("cryptosuite", SUITES[0])
        if suite not in SUITES:
            raise Refused(place="options.cryptosuite", reason="it is not known")
        proof = {
            "type": PROOF_TYPE,
            "cryptosuite": suite,
            "created": instant_text(at),
            "verificationMethod": self.signer.key_id,
            "proofPurpose": PROOF_PURPOSE,
        }
        self._require_every_term(document)
        try:
            return generic_proof.secure(
                document,
                options=proof,
                signer=self.signer,
                proving=Proving(self.contexts, at),
            )
        except FlawFound as error:
            raise _refused(error.flaw) from error
        except (NotCanonicalizable, NotCanonical) as error:
            raise Refused(place="$", reason=str(error)) from error

    def require_valid_credential(
        self, credential: object, *, options: Mapping[str, Any], at: datetime
    ) -> None:
        """Raise Refused unless `credential` conforms and each of its proofs holds.

        Of an envelope only the form is looked at.
        """
        if generic_credential.is_enveloped(
            credential, generic_credential.ENVELOPED_CREDENTIAL
        ):
            return
        expected = _expected(options, purpose=PROOF_PURPOSE)
        self._require_credential(credential, expected=expected, at=at)

    def require_valid_presentation(
        self, presentation: object, *, options: Mapping[str, Any], at: datetime
    ) -> None:
        """Raise Refused unless `presentation` and what is in it conform and hold.

        An unsigned presentation is looked at for its form. In a signed one, a
        credential without a proof of its own must be the holder's own (VCDM 2.0
        §4.13.4). Of an envelope only the form is looked at.
        """
        if generic_credential.is_enveloped(
            presentation, generic_presentation.ENVELOPED_PRESENTATION
        ):
            return
        self._require(
            generic_presentation.find_flaw(presentation, files=self.contexts.files)
        )
        if not isinstance(presentation, Mapping):
            raise Refused(place="$", reason="it is not an object")
        is_signed = "proof" in presentation
        if is_signed:
            expected = _expected(options, purpose=_HOLDER_PURPOSE)
            self._require_proofs(presentation, expected=expected, at=at)
        self._require_every_term(presentation)
        for credential in generic_presentation.list_credentials(presentation):
            if "proof" in credential:
                purpose = Expected(PROOF_PURPOSE)
                self._require_credential(credential, expected=purpose, at=at)
            elif is_signed:
                _require_own(credential, presentation)

    def _require_credential(
        self, credential: object, *, expected: Expected, at: datetime
    ) -> None:
        self._require(
            generic_credential.find_flaw(credential, files=self.contexts.files)
        )
        if not isinstance(credential, Mapping):
            raise Refused(place="$", reason="it is not an object")
        self._require_proofs(credential, expected=expected, at=at)
        self._require_every_term(credential)

    def _require_proofs(
        self, document: Mapping[str, Any], *, expected: Expected, at: datetime
    ) -> None:
        proving = Proving(self.contexts, at)
        self._require(
            generic_proof.find_flaw(document, expected=expected, proving=proving)
        )

    def _require_every_term(self, document: Mapping[str, Any]) -> None:
        """Require that a context defines every term: a suite over JSON asks nothing."""
        body = {name: value for name, value in document.items() if name != "proof"}
        try:
            canonical_nquads(body, contexts=self.contexts)
        except NotCanonicalizable as error:
            raise Refused(place="$", reason=str(error)) from error

    def _require(self, flaw: Flaw | None) -> None:
        if flaw:
            raise _refused(flaw)


def parse_body(data: bytes) -> Mapping[str, Any]:
    """Return the JSON object of a request; raises a kind of JsonRefused, or Refused."""
    body = bounded_json.parse(data)
    if not isinstance(body, Mapping):
        raise Refused(place="$", reason="it is not an object")
    return body


def _completed(credential: object, at: datetime) -> dict[str, Any]:
    if not isinstance(credential, Mapping):
        raise Refused(place="$", reason="it is not an object")
    document = dict(credential)
    contexts = document.get("@context")
    named = list(contexts) if isinstance(contexts, list) else [contexts]
    if named[:1] == [CREDENTIALS_V1]:
        document.setdefault("issuanceDate", instant_text(at))
        if DATA_INTEGRITY_V2 not in named:
            document["@context"] = [*named, DATA_INTEGRITY_V2]
    return document


def _expected(options: Mapping[str, Any], *, purpose: str) -> Expected:
    asked = {
        name: options.get(name)
        for name in ("expectedProofPurpose", "domain", "challenge")
    }
    if any(not isinstance(value, str | None) for value in asked.values()):
        raise Refused(place="options", reason="an option is no text")
    return Expected(
        purpose=asked["expectedProofPurpose"] or purpose,
        domain=asked["domain"],
        challenge=asked["challenge"],
    )


def _require_own(
    credential: Mapping[str, Any], presentation: Mapping[str, Any]
) -> None:
    holder = generic_presentation.holder_of(presentation)
    if holder is None or generic_presentation.id_of(credential["issuer"]) != holder:
        raise Refused(
            place="$.verifiableCredential",
            reason="a credential without a proof is not the holder's own",
        )


def _refused(flaw: Flaw) -> Refused:
    return Refused(place=flaw.place, reason=flaw.reason)
