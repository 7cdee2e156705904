"""No test leaves this machine, by name or by address."""

import socket

import pytest


@pytest.mark.parametrize("host", ["example.org", "192.0.2.1", "2001:db8::1"])
def test_beyond_this_machine_is_refused(host: str) -> None:
    with pytest.raises(RuntimeError, match="this machine only"):
        socket.create_connection((host, 443), timeout=1)


def test_an_address_without_a_name_lookup_is_refused_too() -> None:
    with (
        socket.socket() as caller,
        pytest.raises(RuntimeError, match="this machine only"),
    ):
        caller.connect_ex(("192.0.2.1", 443))


def test_loopback_works() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(("localhost", server.getsockname()[1])) as caller,
    ):
        assert caller.getpeername()[0] == "127.0.0.1"
