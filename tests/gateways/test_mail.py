"""Mail against a real SMTP server on this machine, and against one that misbehaves."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from issuer.gateways.mail import MailServer, SmtpMail
from issuer.gateways.messages import AddressRefused, MessageNotTaken

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BODY = "Koodisi on 123456\n\nSe on voimassa kymmenen minuuttia.\n"


class Sink:
    """Takes every mail, and refuses what its answer says."""

    def __init__(self, answer="250 OK"):
        self.answer = answer
        self.taken = []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.taken.append((session, envelope))
        return "250 OK"

    def read(self):
        [(_, envelope)] = self.taken
        return message_from_bytes(envelope.content, policy=default)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for localhost of its own making, and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), False)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder


@pytest.fixture
def serve(certificate):
    """Start a server with these settings of aiosmtpd; return its port."""
    running = []

    def start(sink, **more):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        controller = Controller(sink, hostname="127.0.0.1", port=port, **more)
        controller.start()
        running.append(controller)
        return port

    yield start
    for controller in running:
        controller.stop()


def server_context(folder):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


def trusting(folder):
    return ssl.create_default_context(cafile=str(folder / "cert.pem"))


def send(url, *, tls=None, address="ilkka@example.fi", seconds=5):
    SmtpMail(
        MailServer.parse(url), sender="todistus@example.fi", tls=tls, seconds=seconds
    ).send(address=address, subject="Koodisi", body=BODY, at=AT)


def test_a_mail_arrives_as_plain_text_in_utf_8(serve):
    sink = Sink()
    send(f"smtp://127.0.0.1:{serve(sink)}")
    mail = sink.read()
    assert mail["To"] == "ilkka@example.fi"
    assert mail["From"] == "todistus@example.fi"
    assert mail["Subject"] == "Koodisi"
    assert mail["Date"].datetime == AT
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@example.fi>")
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().replace("\r\n", "\n") == BODY


def test_a_password_goes_through_smtps_and_is_checked(serve, certificate):
    sink = Sink()

    def check(server, session, envelope, mechanism, data):
        assert isinstance(data, LoginPassword)
        right = (data.login, data.password) == (b"me@x", b"p:/ss")
        return AuthResult(success=right, handled=True)

    port = serve(
        sink,
        ssl_context=server_context(certificate),
        authenticator=check,
        auth_require_tls=False,
    )
    # Percent signs let a name and a password hold what an address cannot.
    send(f"smtps://me%40x:p%3A%2Fss@localhost:{port}", tls=trusting(certificate))
    assert len(sink.taken) == 1
    with pytest.raises(MessageNotTaken, match="SMTP"):
        send(f"smtps://me%40x:wrong@localhost:{port}", tls=trusting(certificate))
    assert len(sink.taken) == 1


def test_a_certificate_that_nobody_vouches_for_is_refused(serve, certificate):
    sink = Sink()
    port = serve(sink, ssl_context=server_context(certificate))
    with pytest.raises(MessageNotTaken, match="CERTIFICATE_VERIFY_FAILED"):
        send(f"smtps://localhost:{port}")
    assert sink.taken == []


@pytest.fixture
def far_away(monkeypatch):
    """A host that is not this machine by name, though its address is."""
    look_up = socket.getaddrinfo

    def local(host, *rest, **more):
        return look_up("127.0.0.1" if host == "mail.example" else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", local)


def test_beyond_this_machine_nothing_goes_in_clear(serve, far_away):
    sink = Sink()
    port = serve(sink)
    with pytest.raises(MessageNotTaken, match="SMTPNotSupportedError"):
        send(f"smtp://mail.example:{port}")
    assert sink.taken == []


def test_beyond_this_machine_starttls_is_used_and_the_name_checked(
    serve, certificate, far_away
):
    sink = Sink()
    port = serve(sink, tls_context=server_context(certificate))
    with pytest.raises(MessageNotTaken, match="CERTIFICATE_VERIFY_FAILED"):
        send(f"smtp://mail.example:{port}", tls=trusting(certificate))
    nameless = trusting(certificate)
    nameless.check_hostname = False
    send(f"smtp://mail.example:{port}", tls=nameless)
    [(session, _)] = sink.taken
    assert session.ssl is not None


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("550 no such person", AddressRefused),
        ("451 try later", MessageNotTaken),
    ],
)
def test_a_refusal_says_whether_trying_again_is_of_use(serve, answer, kind):
    with pytest.raises(MessageNotTaken) as refused:
        send(f"smtp://127.0.0.1:{serve(Sink(answer))}")
    assert type(refused.value) is kind
    assert refused.value.is_final is (kind is AddressRefused)
    assert "ilkka" not in str(refused.value)


def test_a_server_that_is_not_there_or_says_nothing_is_given_up(serve):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(MessageNotTaken, match="ConnectionRefusedError"):
        send(f"smtp://127.0.0.1:{port}")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        held = []
        accept = threading.Thread(target=lambda: held.append(silent.accept()))
        accept.start()
        with pytest.raises(MessageNotTaken, match="SMTPServerDisconnected"):
            send(f"smtp://127.0.0.1:{port}", seconds=0.3)
        held[0][0].close()


@pytest.mark.parametrize(
    "url",
    ["", "mail.example", "http://mail.example", "smtp://", "smtp://x/path", "smtp:x"],
)
def test_an_address_of_no_server_is_refused(url):
    with pytest.raises(ValueError, match=r"it looks like|nothing may"):
        MailServer.parse(url)


def test_ports_are_those_of_submission_and_the_password_is_never_shown():
    server = MailServer.parse("smtp://me:secret@mail.example")
    assert (server.port, MailServer.parse("smtps://m.example").port) == (587, 465)
    assert "secret" not in repr(server)
