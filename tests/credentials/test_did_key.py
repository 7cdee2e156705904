import pytest

from issuer.credentials.did_key import (
    DidKeyMalformed,
    did_of,
    key_id_of,
    parse_key_id,
)

# The key that VC-DI-EDDSA gives away in its vectors.
KEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"


def test_an_id_is_the_key_itself() -> None:
    raw = parse_key_id(f"did:key:{KEY}#{KEY}")

    assert len(raw) == 32
    assert did_of(raw) == f"did:key:{KEY}"
    assert key_id_of(raw) == f"did:key:{KEY}#{KEY}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        KEY,
        f"did:key:{KEY}",
        f"did:key:{KEY}#",
        f"did:key:{KEY}#key-1",
        f"did:key:{KEY[:-1]}3#{KEY}",
        f"did:key:{KEY}#{KEY}#{KEY}",
        f"did:key:{KEY}#{KEY} ",
        f"did:web:{KEY}#{KEY}",
        "did:key:z6Mk#z6Mk",
        "did:key:invalidVm",
        "did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169"
        "#zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169",
    ],
)
def test_nothing_else_is_such_an_id(text: str) -> None:
    with pytest.raises(DidKeyMalformed):
        parse_key_id(text)
