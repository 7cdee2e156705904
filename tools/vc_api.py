"""Serve the VC-API on 127.0.0.1:8955 for the W3C conformance suites: `make vc-api`.

A program of its own, without database and without the keys of any organisation: the key
is drawn here and dies with the process. Refuses to start unless VC_API=1.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from werkzeug.serving import run_simple

from issuer.api.vc_api import build_vc_api
from issuer.clock import now
from issuer.credentials.did_key import key_id_of
from issuer.services.vc_api import GenericContexts, VcApi

HOST = "127.0.0.1"
PORT = 8955


@dataclass(frozen=True, slots=True)
class MemorySigner:
    """An Ed25519 key that was never written down."""

    key_id: str
    _key: Ed25519PrivateKey

    @classmethod
    def draw(cls) -> "MemorySigner":
        """Draw a key, and name it by its did:key."""
        key = Ed25519PrivateKey.generate()
        return cls(key_id_of(key.public_key().public_bytes_raw()), key)

    def sign(self, data: bytes) -> bytes:
        """Return the 64 bytes of the signature over `data`."""
        return self._key.sign(data)


def build_app() -> tuple[Flask, VcApi]:
    """Return a bare application with the three routes, and the issuer behind it."""
    folder = os.environ.get("VC_API_CONTEXTS")
    contexts = GenericContexts.load(Path(folder) if folder else None)
    vc_api = VcApi(MemorySigner.draw(), contexts)
    app = Flask("vc_api", static_folder=None)
    app.register_blueprint(build_vc_api(vc_api, now=now))
    return app, vc_api


def main() -> int:
    """Serve until interrupted; the issuer's DID is the first line printed."""
    if os.environ.get("VC_API") != "1":
        print("This signs whatever it is asked to. To start it, set VC_API=1.")
        return 2
    app, vc_api = build_app()
    print(f"issuer {vc_api.did}", flush=True)
    port = int(os.environ.get("VC_API_PORT", PORT))
    run_simple(HOST, port, app, threaded=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
