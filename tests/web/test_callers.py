"""Where a browser calls from: as much as counting needs, and nothing that tells."""

import pytest

from issuer.web.callers import caller

LAKE = "2001:db8:1:2"


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        (f"{LAKE}::1", f"{LAKE}:aaaa:bbbb:cccc:dddd", True),
        (f"{LAKE}::1", "2001:db8:1:3::1", False),
        ("192.0.2.7", "::ffff:192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        ("", "unix", False),
    ],
)
def test_one_network_is_one_caller_however_it_writes_itself(
    app, first, second, is_same
):
    def of(address):
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
            return caller().address

    assert (of(first) == of(second)) is is_same
    assert first == "" or first not in of(first)
