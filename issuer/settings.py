"""Settings: read once from the environment, checked, frozen.

Each has a default that is safe in production, or none, in which case the service does
not start without it. Secrets come from files, so that they appear in no process list.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from issuer.credentials.did_web import DidMalformed, build_did
from issuer.domain.addresses import clean_mail_address
from issuer.domain.entry import AddressMalformed
from issuer.gateways.mail import MailServer
from issuer.gateways.sms import require_sms_url

ROOT = Path(__file__).resolve().parent.parent
_LENT = {
    "KEY_PASSPHRASE_FILE": "key_passphrase",
    "SECRET_KEY_FILE": "secret_key",
    "MAIL_URL_FILE": "mail_url",
    "SMS_TOKEN_FILE": "sms_token",
}

_THIS_MACHINE = {"localhost", "127.0.0.1"}


class SettingsRefused(Exception):
    """A setting is missing or makes no sense; the message names it and the cure."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the operator decides; documented in docs/reference/settings.md."""

    public_url: str
    database_url: str
    secret_key: str
    keys_dir: Path
    key_passphrase_file: Path
    blob_dir: Path
    templates_dir: Path
    context_dir: Path | None
    demo: bool
    eperusteet_url: str
    caller_id: str
    trusted_proxies: int
    mail: MailServer | None = None
    mail_from: str = ""
    sms_url: str = ""
    sms_token: str = field(default="", repr=False)
    template: str = "osaamistodistus"
    render_workers: int = 1
    timestamp_url: str = ""
    timestamp_roots_file: Path | None = None
    credentials_dir: Path | None = None
    undo_seconds: int = 600

    @property
    def host_did(self) -> str:
        """Return the did:web of `public_url` (did:web §3.2: a port's colon is %3A)."""
        return "did:web:" + urlsplit(self.public_url).netloc.lower().replace(":", "%3A")


class _Environment(Schema):
    class Meta:
        unknown = EXCLUDE

    PUBLIC_URL = fields.Url(
        load_default="http://localhost:8000",
        schemes={"http", "https"},
        require_tld=False,
    )
    DATABASE_URL = fields.String(load_default=f"sqlite:///{ROOT}/var/issuer.db")
    SECRET_KEY_FILE = fields.String(load_default=f"{ROOT}/var/secret_key")
    KEYS_DIR = fields.String(load_default=f"{ROOT}/keys")
    KEY_PASSPHRASE_FILE = fields.String(load_default=f"{ROOT}/var/key_passphrase")
    BLOB_DIR = fields.String(load_default=f"{ROOT}/var/blobs")
    TEMPLATES_DIR = fields.String(load_default=f"{ROOT}/credential_templates")
    CONTEXT_DIR = fields.String(load_default=None, allow_none=True)
    DEMO = fields.Boolean(load_default=False)
    EPERUSTEET_URL = fields.Url(
        load_default="https://eperusteet.opintopolku.fi/eperusteet-service",
        schemes={"http", "https"},
        require_tld=False,
    )
    CALLER_ID = fields.String(
        load_default="issuer.competence-certificates", validate=validate.Length(min=3)
    )
    TRUSTED_PROXIES = fields.Integer(load_default=0, validate=validate.Range(0, 5))
    MAIL_URL = fields.String(load_default=None, allow_none=True)
    MAIL_URL_FILE = fields.String(load_default=None, allow_none=True)
    MAIL_FROM = fields.String(load_default=None, allow_none=True)
    SMS_URL = fields.String(load_default=None, allow_none=True)
    SMS_TOKEN_FILE = fields.String(load_default=None, allow_none=True)
    TEMPLATE = fields.String(
        load_default="osaamistodistus",
        validate=validate.Regexp(r"[a-z][a-z0-9_-]{0,63}(/[1-9][0-9]{0,5})?\Z"),
    )
    RENDER_WORKERS = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(1, 64)
    )
    TIMESTAMP_URL = fields.Url(
        load_default=None,
        allow_none=True,
        schemes={"http", "https"},
        require_tld=False,
    )
    TIMESTAMP_ROOTS_FILE = fields.String(load_default=None, allow_none=True)
    CREDENTIALS_DIRECTORY = fields.String(load_default=None, allow_none=True)
    UNDO_SECONDS = fields.Integer(
        load_default=None, allow_none=True, validate=validate.Range(0, 86_400)
    )


def settings_from(environment: Mapping[str, str]) -> Settings:
    """Read and check the settings; raise SettingsRefused with what to do."""
    told = {name: value for name, value in environment.items() if value != ""}
    try:
        given = _Environment().load({**_lent(told), **told})
    except ValidationError as error:
        problems = "; ".join(
            f"{name}: {text}" for name, text in error.messages_dict.items()
        )
        raise SettingsRefused(f"These settings make no sense: {problems}") from error
    public_url = given["PUBLIC_URL"].rstrip("/")
    _require_sensible_address(public_url)
    stamps, roots = given["TIMESTAMP_URL"] or "", given["TIMESTAMP_ROOTS_FILE"]
    _require_known_authority(stamps, roots)
    return Settings(
        public_url=public_url,
        database_url=given["DATABASE_URL"],
        secret_key=_secret(Path(given["SECRET_KEY_FILE"])),
        keys_dir=Path(given["KEYS_DIR"]),
        key_passphrase_file=Path(given["KEY_PASSPHRASE_FILE"]),
        blob_dir=Path(given["BLOB_DIR"]),
        templates_dir=Path(given["TEMPLATES_DIR"]),
        context_dir=_path(given["CONTEXT_DIR"]),
        demo=given["DEMO"],
        eperusteet_url=given["EPERUSTEET_URL"].rstrip("/"),
        caller_id=given["CALLER_ID"],
        trusted_proxies=given["TRUSTED_PROXIES"],
        mail=(mail := _mail_server(given)),
        mail_from=_mail_from(given) if mail else "",
        sms_url=_sms_url(given),
        sms_token=_file(given, "SMS_TOKEN_FILE") if given["SMS_URL"] else "",
        template=given["TEMPLATE"],
        render_workers=given["RENDER_WORKERS"] or min(2, os.cpu_count() or 1),
        timestamp_url=stamps,
        timestamp_roots_file=Path(roots) if roots else None,
        credentials_dir=_path(given["CREDENTIALS_DIRECTORY"]),
        undo_seconds=_undo_seconds(given),
    )


def _lent(environment: Mapping[str, str]) -> dict[str, str]:
    """Return where systemd has put the secrets that it lends (LoadCredential=)."""
    folder = _path(environment.get("CREDENTIALS_DIRECTORY"))
    return {
        name: str(folder / file)
        for name, file in _LENT.items()
        if folder and (folder / file).is_file()
    }


def _undo_seconds(given: Mapping[str, int | bool | None]) -> int:
    """Return how long a sign-off can be undone: not at all in the demo, unless said."""
    seconds = given["UNDO_SECONDS"]
    return (0 if given["DEMO"] else 600) if seconds is None else seconds


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


def _require_sensible_address(public_url: str) -> None:
    parts = urlsplit(public_url)
    if parts.path or parts.query or parts.fragment or parts.username:
        raise SettingsRefused("PUBLIC_URL is a scheme and a host only, without a path.")
    try:
        build_did(public_url)
    except DidMalformed as error:
        raise SettingsRefused(
            "PUBLIC_URL names a host in small letters a–z, digits and dashes, with no "
            "dot at its end; write a name like työ.fi in its xn-- form. The issuer's "
            "DID is made of it."
        ) from error
    if parts.scheme == "http" and parts.hostname not in _THIS_MACHINE:
        raise SettingsRefused(
            "PUBLIC_URL must be https: certificates carry it for decades. "
            "Only localhost may be http."
        )


def _mail_server(given: Mapping[str, str | None]) -> MailServer | None:
    if given["MAIL_URL"] and given["MAIL_URL_FILE"]:
        raise SettingsRefused("MAIL_URL and MAIL_URL_FILE are set: give one of them.")
    url = given["MAIL_URL"] or _file(given, "MAIL_URL_FILE")
    try:
        return MailServer.parse(url) if url else None
    except ValueError as error:
        raise SettingsRefused(f"MAIL_URL cannot be used: {error}.") from None


def _mail_from(given: Mapping[str, str | None]) -> str:
    address = given["MAIL_FROM"]
    if not address:
        raise SettingsRefused("MAIL_FROM is missing: the address that mail comes from.")
    try:
        return clean_mail_address(address, field="mail")
    except AddressMalformed as error:
        raise SettingsRefused(f"MAIL_FROM: {error}") from None


def _sms_url(given: Mapping[str, str | None]) -> str:
    url = given["SMS_URL"]
    if not url:
        return ""
    if not given["SMS_TOKEN_FILE"]:
        raise SettingsRefused("SMS_TOKEN_FILE is missing: the gateway's token.")
    try:
        return require_sms_url(url)
    except ValueError as error:
        raise SettingsRefused(f"SMS_URL cannot be used: {error}.") from None


def _file(given: Mapping[str, str | None], name: str) -> str:
    """Return the one line of a file that a setting names; "" where it names none."""
    if not (path := given[name]):
        return ""
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsRefused(f"{name}: {path} cannot be read.") from error


def _require_known_authority(url: str, roots: str | None) -> None:
    if bool(url) != bool(roots):
        raise SettingsRefused(
            "TIMESTAMP_URL and TIMESTAMP_ROOTS_FILE go together: who gives "
            "time-stamps, and by which certificates they are believed."
        )
    parts = urlsplit(url)
    if parts.scheme == "http" and parts.hostname not in _THIS_MACHINE:
        raise SettingsRefused(
            "TIMESTAMP_URL must be https; only localhost may be http."
        )


def _secret(file: Path) -> str:
    try:
        secret = file.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise SettingsRefused(
            f"SECRET_KEY_FILE: {file} cannot be read. Run `make setup`, which makes "
            "one, or point the setting at your own."
        ) from error
    if len(secret) < 32:
        raise SettingsRefused(
            f"SECRET_KEY_FILE: {file} holds fewer than 32 characters."
        )
    return secret
