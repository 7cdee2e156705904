"""An application on a throwaway database with the cast in it, and browsers for it.

The house is built once and its file copied for every test.
"""

import dataclasses
import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer

from issuer import clock
from issuer.app import create_app
from issuer.database import build_engine, build_sessions
from issuer.domain.entry import Proof
from issuer.domain.people import Actor
from issuer.records import every_table
from issuer.records.base import Record
from issuer.services import sessions
from issuer.settings import ROOT, Settings
from issuer.web.cookies import sign_in_cookie
from tests import cast

assert every_table


@dataclasses.dataclass
class Visitor:
    """A browser: keeps cookies, sends the form token as our own pages do."""

    app: Flask
    client: FlaskClient

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(path, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
        return self.client.post(
            path, data={"csrf_token": self.form_token(), **(data or {})}, **more
        )

    def form_token(self) -> str:
        with self.client.session_transaction() as kept:
            raw = kept.setdefault("csrf_token", "0" * 40)
        secret = self.app.secret_key
        assert secret
        return str(URLSafeTimedSerializer(secret, salt="wtf-csrf-token").dumps(raw))

    def sign_in(self, actor: Actor) -> "Visitor":
        wiring = self.app.extensions["issuer"]
        token = token_urlsafe(32)
        with wiring.sessions() as session:
            sessions.open_session(
                session,
                actor.person_id,
                token=token,
                at=clock.now(),
                proof=Proof.PASSKEY,
            )
        self.client.set_cookie(sign_in_cookie(wiring.settings), token)
        return self


@pytest.fixture(scope="session")
def built_house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """The database file with the house in it, and the house's ids."""
    file = tmp_path_factory.mktemp("house") / "issuer.db"
    engine = build_engine(f"sqlite:///{file}")
    Record.metadata.create_all(engine)
    with build_sessions(engine)() as session:
        house = cast.make_house(session)
        cast.map_and_publish(session, house)
    engine.dispose()
    return file, pickle.dumps(house)


@pytest.fixture
def house(built_house: tuple[Path, bytes]) -> cast.House:
    return pickle.loads(built_house[1])  # noqa: S301


@pytest.fixture
def settings(tmp_path: Path, built_house: tuple[Path, bytes]) -> Settings:
    shutil.copy(built_house[0], tmp_path / "issuer.db")
    passphrase = tmp_path / "key_passphrase"
    passphrase.write_text("only for this test\n")
    passphrase.chmod(0o400)
    return Settings(
        public_url="http://localhost",
        database_url=f"sqlite:///{tmp_path / 'issuer.db'}",
        secret_key="a secret of this test, thirty-two long",
        keys_dir=tmp_path / "keys",
        key_passphrase_file=passphrase,
        blob_dir=tmp_path / "blobs",
        templates_dir=ROOT / "credential_templates",
        context_dir=None,
        demo=False,
        eperusteet_url="http://localhost:1",
        caller_id="test.issuer",
        trusted_proxies=0,
        undo_seconds=0,
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    yield app
    close(app)


@pytest.fixture
def demo_app(settings: Settings) -> Iterator[Flask]:
    app = create_app(dataclasses.replace(settings, demo=True))
    yield app
    close(app)


@pytest.fixture
def https_app(settings: Settings) -> Iterator[Flask]:
    app = create_app(
        dataclasses.replace(settings, public_url="https://todistus.example", demo=True)
    )
    yield app
    close(app)


def close(app: Flask) -> None:
    app.extensions["issuer"].sessions.kw["bind"].dispose()


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """A browser of nobody in particular, in Finnish."""
    return Visitor(app, app.test_client())


@pytest.fixture
def demo_visitor(demo_app: Flask) -> Visitor:
    return Visitor(demo_app, demo_app.test_client())
