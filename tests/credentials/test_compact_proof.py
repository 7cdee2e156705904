"""The proof in the QR code: read back by us, by a browser's code, and from paper."""

import json
import random
import subprocess
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import cbor2
import pytest
import weasyprint
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from issuer.credentials.compact_proof import (
    LARGEST,
    LONGEST_NAME,
    CompactClaims,
    CompactProofRefused,
    build_digits,
    fitted,
    kid_of,
    read_digits,
    shorten_name,
)
from issuer.credentials.qr import qr_matrix, qr_svg
from tests.bounded import MOST_SECONDS, at_once
from tests.credentials.printed_pages import read_codes
from tests.statements import PUBLIC_URL
from tools.toolchain import NODE_TESTS, ROOT

SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = SECRET.public_key().public_bytes_raw()
KID = sha256(KEY).digest()[:5]
CLAIMS = CompactClaims(
    serial=bytes(range(10)),
    name="Paula Osallistuja",
    units=tuple((900_000 + number, number, 7) for number in range(6)),
    issued=1_795_512_600,
    valid_until=1_953_244_800,
    status_list=1,
    status_index=94_567,
    credential_sha256=bytes(range(32)),
)
# Families and given names as people here carry them, and some longer than a line.
NAMES = [
    "Paula Osallistuja",
    "Åsa-Märta Öhman",
    "Áile-Máret Šuorra",
    "Юлия Владимировна Ёлкина",
    "Олександра Ґалаґан",
    "محمد عبد الرحمن الأنصاري",
    "فاطمة‌الزهراء حسینی",
    "Nguyễn Thị Hồng Nhung",
    "Trương Đặng Thùy Dương",
    "李小龍",
    "欧阳娜娜 司马相如",
    "ソフィア・マキネン",
    "O’Brien “Ö” & <Å>",
    "Wolfeschlegelsteinhausenbergerdorff-Vanhanen-Äijälä Maria Johanna Katariina",
    "Екатерина Александровна Константинопольская-Преображенская",
    "عبد الرحمن بن محمد بن أحمد بن علي الأنصاري الهاشمي",
    "欧阳" * 20,
]


def build(claims: CompactClaims = CLAIMS) -> str:
    return build_digits(claims, kid=KID, sign=SECRET.sign)


def read(digits: str, key: bytes | None = KEY) -> tuple[Any, ...]:
    return read_digits(digits, public_key_of=lambda kid: key if kid == KID else None)


def verdict_of(digits: str) -> str:
    """Return what Python says of it, in the words of the browser's answer."""
    try:
        _, _, holds = read(digits)
    except CompactProofRefused:
        return "refused"
    return {True: "holds", False: "broken", None: "unknown"}[holds]


def bytes_of(digits: str) -> bytes:
    number = int(digits)
    return number.to_bytes((number.bit_length() + 7) // 8, "big")[1:]


def digits_of(message: bytes) -> str:
    return str(int.from_bytes(b"\x01" + message, "big"))


def encoded(value: Any) -> bytes:
    return cbor2.dumps(value, canonical=True)


def signed(
    payload: bytes,
    *,
    protected: bytes = encoded({1: -8, 4: KID}),
    unprotected: bytes = b"\xa0",
    begin: bytes = b"\xd2\x84",
) -> str:
    """Sign any payload bytes, as a faulty program with our key might."""
    signature = SECRET.sign(encoded(["Signature1", protected, b"", payload]))
    parts = (encoded(protected), unprotected, encoded(payload), encoded(signature))
    return digits_of(begin + b"".join(parts))


def payload_of(claims: CompactClaims = CLAIMS) -> dict[int, Any]:
    message = cbor2.loads(bytes_of(build(claims)))
    payload: dict[int, Any] = cbor2.loads(message.value[2])
    return payload


@pytest.fixture
def in_a_browser(node: Path) -> Callable[[list[str]], list[dict[str, Any]]]:
    """Read proofs with the file that the check page loads."""

    def answers(digits: list[str]) -> list[dict[str, Any]]:
        job = {
            "module": str(ROOT / "issuer/web/static/js/compact_proof.js"),
            "keys": {KID.hex(): KEY.hex()},
            "digits": digits,
        }
        run = subprocess.run(
            [node, NODE_TESTS / "read_compact_proof.mjs"],
            input=json.dumps(job),
            capture_output=True,
            check=True,
            encoding="utf-8",
            timeout=60,
        )
        found = [json.loads(line) for line in run.stdout.splitlines()]
        assert len(found) == len(digits), run.stderr[-2000:]
        return found

    return answers


def said_by_a_browser(claims: CompactClaims) -> dict[str, Any]:
    return {
        "verdict": "holds",
        "kid": KID.hex(),
        "serial": claims.serial.hex(),
        "name": claims.name,
        "units": [list(unit) for unit in claims.units],
        "list": claims.status_list,
        "index": claims.status_index,
        "sha256": claims.credential_sha256.hex(),
        "issued": claims.issued,
        "until": claims.valid_until,
    }


def random_claims(count: int = 60) -> list[CompactClaims]:
    drawn = random.Random(24)
    return [
        CompactClaims(
            serial=drawn.randbytes(10),
            name=shorten_name(drawn.choice(NAMES)),
            units=tuple(_units(drawn)),
            issued=drawn.randrange(2**32),
            valid_until=drawn.choice([None, drawn.randrange(2**31, 2**33)]),
            status_list=drawn.choice([0, 1, 23, 24, 999_999_999]),
            status_index=drawn.randrange(131_072),
            credential_sha256=drawn.randbytes(32),
        )
        for _ in range(count)
    ]


def _units(drawn: random.Random) -> Iterator[tuple[int | str, int, int]]:
    for _ in range(drawn.randrange(0, 8)):
        total = drawn.choice([0, 1, 7, 23, 24, 40, 300])
        code = drawn.choice([0, 1, 23, 255, 256, 900_001, 2**32, "", "LVV-1", "oma·ä"])
        yield code, drawn.randint(0, total), total


def test_it_is_cose_sign1_of_claims_by_their_registered_numbers() -> None:
    message = cbor2.loads(bytes_of(build()))

    assert message.tag == 18
    protected, unprotected, payload, signature = message.value
    assert (cbor2.loads(protected), unprotected) == ({1: -8, 4: KID}, {})
    assert len(signature) == 64
    assert cbor2.loads(payload) == {
        4: CLAIMS.valid_until,
        6: CLAIMS.issued,
        -65537: [
            CLAIMS.serial,
            CLAIMS.name,
            [part for unit in CLAIMS.units for part in unit],
            1,
            94_567,
            CLAIMS.credential_sha256,
        ],
    }


def test_every_proof_is_read_back_by_us() -> None:
    for claims in random_claims():
        digits = build(claims)

        assert read(digits) == (claims, KID, True)
        assert read(digits, key=None) == (claims, KID, None)
        assert read(digits, key=bytes(32))[2] is False
        assert len(bytes_of(digits)) <= LARGEST


@pytest.mark.node
def test_every_proof_is_read_back_by_a_browser(in_a_browser: Callable) -> None:
    every = [*random_claims(), replace(CLAIMS, name="\ufeffPaula\u200b")]

    for claims, answer in zip(
        every, in_a_browser(list(map(build, every))), strict=True
    ):
        assert said_by_a_browser(claims).items() <= answer.items()
        assert answer["signed"][:2] == "84"


def _single_changes(digits: str, places: range | list[int]) -> Iterator[str]:
    for place in places:
        for other in "0123456789":
            if other != digits[place]:
                yield digits[:place] + other + digits[place + 1 :]


def test_no_single_digit_may_change() -> None:
    digits = build()
    changed = list(_single_changes(digits, range(len(digits))))

    assert len(changed) == 9 * len(digits)
    assert "holds" not in {verdict_of(each) for each in changed}


@pytest.mark.node
def test_a_browser_says_the_same_of_changed_digits(in_a_browser: Callable) -> None:
    digits = build()
    drawn = random.Random(42)
    places = sorted(drawn.sample(range(len(digits)), k=60))
    changed = [*_single_changes(digits, places), *_other_changes(digits, drawn)]

    found = [answer["verdict"] for answer in in_a_browser(changed)]

    assert "holds" not in found
    assert found == [verdict_of(each) for each in changed]


def _other_changes(digits: str, drawn: random.Random) -> Iterator[str]:
    message = bytes_of(digits)
    for _ in range(150):
        place = drawn.randrange(len(message))
        mutant = bytearray(message)
        mutant[place] ^= 1 << drawn.randrange(8)
        yield digits_of(bytes(mutant))
        yield digits_of(message[:place] + drawn.randbytes(1) + message[place:])
        yield digits_of(message[:place] + message[place + 1 :])
        yield digits[:place] + digits[place + 1 :]
    yield "0" + digits
    yield digits + "0"


# Values in CBOR that somebody may hope to be read some way, by their diagnostic names.
ODD: dict[str, bytes] = {
    name: bytes.fromhex(text)
    for name, text in {
        "nothing": "",
        "array of 2^64-1": "9bffffffffffffffff",
        "array of 2^32": "9b0000000100000000",
        "array of 2^31": "9a7fffffff",
        "map of 2^64-1": "bbffffffffffffffff",
        "map of 2^31": "ba7fffffff",
        "bytes of 2^64-1": "5bffffffffffffffff",
        "bytes of 2^31": "5a7fffffff",
        "text of 2^63": "7b8000000000000000",
        "array without end": "9fff",
        "array begun without end": "9f",
        "bytes without end": "5f4101ff",
        "text without end": "7f6161ff",
        "map without end": "bf0101ff",
        "nested arrays": "81" * 120 + "00",
        "arrays nested to the limit": "81" * 338 + "00",
        "nested maps": "a100" * 60 + "00",
        "nested tags": "c1" * 120 + "00",
        "shared reference to itself": "d81c81d81d00",
        "bigfloat of 2^(10^9)": "c5821a3b9aca0001",
        "bigfloat of 2^-(2^63)": "c5823b7fffffffffffffff01",
        "decimal of 10^(2^63)": "c4821b7fffffffffffffff01",
        "decimal with a huge exponent": "c482c25820" + "ff" * 32 + "01",
        "rational by zero": "d81e820100",
        "date far away": "d8641b7fffffffffffffff",
        "time far away": "c11b7fffffffffffffff",
        "time of a float": "c1fb7fefffffffffffff",
        "bignum": "c25820" + "ff" * 32,
        "small bignum": "c24101",
        "regular expression": "d82366282861",
        "MIME message": "d8246161",
        "set": "d9010281a0",
        "self-described": "d9d9f700",
        "map with a key twice": "a201010102",
        "map in another order": "a20401" + "0101",
        "map with a map as key": "a1a00000",
        "map with an array as key": "a1800000",
        "float": "fb3ff0000000000000",
        "half float": "f93c00",
        "not a number": "f97e00",
        "false": "f4",
        "true": "f5",
        "null": "f6",
        "undefined": "f7",
        "simple value": "f8ff",
        "break": "ff",
        "reserved length": "1c",
        "number longer than needed": "1801",
        "number in eight bytes": "1b0000000000000001",
        "number of 2^53": "1b0020000000000000",
        "number of 2^64-1": "1bffffffffffffffff",
        "negative number": "20",
        "negative of 2^64": "3bffffffffffffffff",
        "text that is not UTF-8": "62c328",
        "text of half a surrogate": "63eda080",
        "text in an overlong form": "62c080",
        "two items": "0000",
        "empty text": "60",
        "empty bytes": "40",
        "empty array": "80",
        "empty map": "a0",
        "zero": "00",
    }.items()
}


def _with_odd(odd: bytes) -> Iterator[tuple[str, str]]:
    """Put it in every place; what can be signed is signed, as if we had done it."""
    whole = payload_of()
    said = whole[-65537]
    yield "whole", digits_of(odd)
    yield "whole, padded", digits_of(odd + bytes(60))
    yield "array", signed(encoded(whole), begin=b"\xd2" + odd)
    yield "tag's content", digits_of(b"\xd2" + odd + bytes(60))
    yield "protected", signed(encoded(whole), protected=odd)
    yield "kid", signed(encoded(whole), protected=b"\xa2\x01\x27\x04" + odd)
    yield (
        "algorithm",
        signed(encoded(whole), protected=b"\xa2\x01" + odd + b"\x04" + encoded(KID)),
    )
    yield (
        "key 1",
        signed(encoded(whole), protected=b"\xa2" + odd + b"\x27\x04" + encoded(KID)),
    )
    yield "unprotected", signed(encoded(whole), unprotected=odd)
    yield "payload", signed(odd)
    until, issued = encoded(whole[4]), encoded(whole[6])
    claim = encoded(-65537)
    end = claim + encoded(said)
    yield "valid until", signed(b"\xa3\x04" + odd + b"\x06" + issued + end)
    yield "issued", signed(b"\xa3\x04" + until + b"\x06" + odd + end)
    yield "claim", signed(b"\xa3\x04" + until + b"\x06" + issued + claim + odd)
    begin = b"\xa3\x04" + until + b"\x06" + issued + claim + b"\x86"
    for place in range(6):
        parts = [*map(encoded, said[:place]), odd, *map(encoded, said[place + 1 :])]
        yield f"part {place}", signed(begin + b"".join(parts))
    for place in range(3):
        unit = [b"\x01", b"\x01", b"\x01"]
        unit[place] = odd
        flat = b"\x83" + b"".join(unit)
        parts = [*map(encoded, said[:2]), flat, *map(encoded, said[3:])]
        yield f"unit {place}", signed(begin + b"".join(parts))


# What is odd in one place may be a fine value in another.
FINE = {
    ("unprotected", "empty map"),
    ("part 1", "empty text"),
    ("part 2", "empty array"),
    ("unit 0", "empty text"),
    ("unit 0", "zero"),
    ("unit 1", "zero"),
    ("issued", "zero"),
    ("valid until", "zero"),
    ("part 3", "zero"),
    ("part 4", "zero"),
}


def test_nothing_odd_is_read_and_none_of_it_takes_time() -> None:
    for name, odd in ODD.items():
        for place, digits in _with_odd(odd):
            with at_once():
                verdict = verdict_of(digits)
            expected = "holds" if (place, name) in FINE else "refused"
            assert verdict == expected, f"{name} as {place}"


@pytest.mark.node
def test_a_browser_says_the_same_of_all_that_is_odd(in_a_browser: Callable) -> None:
    every = [
        (f"{name} as {place}", digits)
        for name, odd in ODD.items()
        for place, digits in _with_odd(odd)
    ]

    answers = in_a_browser([digits for _, digits in every])

    for (what, digits), answer in zip(every, answers, strict=True):
        assert answer["verdict"] == verdict_of(digits), (what, answer)
    assert max(answer["took"] for answer in answers) < MOST_SECONDS * 1000


@pytest.mark.parametrize(
    "digits",
    [
        "",
        "0",
        "1",
        "-1",
        "1" * 2201,
        "9" * 1_000_000,
        "١" * 300,
        "²" * 300,
        "1" * 299 + " ",
        "1_000" * 60,
        "1" * 300 + "\x00",
        "0x" + "1" * 300,
        "1e300",
    ],
)
def test_what_is_no_number_of_ours_is_refused(digits: str) -> None:
    with at_once(), pytest.raises(CompactProofRefused):
        read(digits)


@given(st.binary(max_size=LARGEST + 1))
def test_no_bytes_break_the_reader(message: bytes) -> None:
    for mutant in (message, b"\xd2\x84" + message):
        assert verdict_of(digits_of(mutant)) == "refused"


@given(st.binary(max_size=200))
def test_no_payload_breaks_the_reader(payload: bytes) -> None:
    assert verdict_of(signed(payload)) == "refused"


def _with_signature(signature: bytes) -> str:
    message = bytes_of(build())
    return digits_of(message[:-66] + encoded(signature))


@pytest.mark.node
def test_a_signature_has_64_bytes(in_a_browser: Callable) -> None:
    right = bytes_of(build())[-64:]
    others = [
        _with_signature(each)
        for each in (b"", right[:63], right + b"\0", b"\0" + right, right * 2)
    ]

    assert verdict_of(_with_signature(right)) == "holds"
    assert {verdict_of(each) for each in others} == {"refused"}
    assert {answer["verdict"] for answer in in_a_browser(others)} == {"refused"}


@pytest.mark.node
def test_a_member_said_twice_is_refused(in_a_browser: Callable) -> None:
    """One reader would take the first, another the last."""
    whole = payload_of()
    issued, until = b"\x06" + encoded(whole[6]), b"\x04" + encoded(whole[4])
    said = encoded(-65537) + encoded(whole[-65537])
    twice = b"\xa3\x01\x27\x01\x27\x04" + encoded(KID)
    every = [
        signed(b"\xa3" + issued + issued + said),
        signed(b"\xa4" + until + until + issued + said),
        signed(b"\xa3" + issued + said + said),
        signed(encoded(whole), protected=twice),
    ]

    assert verdict_of(signed(b"\xa3" + until + issued + said)) == "holds"
    assert {verdict_of(each) for each in every} == {"refused"}
    assert {answer["verdict"] for answer in in_a_browser(every)} == {"refused"}


def test_an_unprotected_header_is_not_ours() -> None:
    """It would not be covered by the signature."""
    payload = encoded(payload_of())

    assert verdict_of(signed(payload)) == "holds"
    for unprotected in ({4: KID}, {"a": 1}, {1: -8}):
        assert verdict_of(signed(payload, unprotected=encoded(unprotected))) == (
            "refused"
        )


@pytest.mark.parametrize(
    "changes",
    [
        {"serial": bytes(9)},
        {"serial": bytes(11)},
        {"credential_sha256": bytes(31)},
        {"issued": -1},
        {"issued": 253_402_300_800},
        {"issued": True},
        {"valid_until": -1},
        {"valid_until": 2**53},
        {"status_list": -1},
        {"status_index": 2**53},
        {"units": ((1, 2, 1),)},
        {"units": ((-1, 1, 1),)},
        {"units": ((True, 1, 1),)},
        {"units": ((2**53, 1, 1),)},
        {"units": ((None, 1, 1),)},
        {"units": ((1, 1.0, 1),)},
        {"units": ((1, 1),)},
        {"name": b"Paula"},
    ],
)
def test_nothing_is_signed_that_would_not_be_read(changes: dict[str, Any]) -> None:
    def sign(_: bytes) -> bytes:
        raise AssertionError("the key was touched")

    with pytest.raises(CompactProofRefused):
        build_digits(replace(CLAIMS, **changes), kid=KID, sign=sign)


def test_the_last_second_of_the_last_year_can_be_said() -> None:
    claims = replace(CLAIMS, valid_until=253_402_300_799)

    assert read(build(claims))[0] == claims


def test_units_that_do_not_fit_are_left_out_together() -> None:
    many = replace(CLAIMS, units=tuple((900_000 + n, 5, 7) for n in range(40)))
    few = replace(CLAIMS, units=many.units[:6])

    assert fitted(few, kid=KID) == few
    assert fitted(many, kid=KID) == replace(many, units=())
    with pytest.raises(CompactProofRefused, match="bytes"):
        build(many)
    for count in range(41):
        claims = fitted(replace(many, units=many.units[:count]), kid=KID)
        assert len(claims.units) in {0, count}
        assert read(build(claims)) == (claims, KID, True)


@pytest.mark.parametrize("name", NAMES)
def test_a_long_name_is_cut_where_everyone_sees_it(name: str) -> None:
    cut = shorten_name(name)

    assert len(cut.encode()) <= LONGEST_NAME
    if len(name.encode()) <= LONGEST_NAME:
        assert cut == name
    else:
        assert cut.endswith("…")
        assert name.startswith(cut[:-1])
        assert len(cut.encode()) > LONGEST_NAME - 8


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=120))
def test_a_name_is_never_cut_inside_a_character(name: str) -> None:
    cut = shorten_name(name)

    assert len(cut.encode()) <= LONGEST_NAME
    if cut != name:
        rest = name[len(cut) - 1 :].lstrip()
        assert name.startswith(cut[:-1])
        assert not rest or not unicodedata.category(rest[0]).startswith("M")


def test_marks_stay_with_their_letter() -> None:
    """Decomposed Vietnamese, and a letter with more marks than there is room."""
    name = unicodedata.normalize("NFD", "Nguyễn Thị Hồng Nhung Trương Đặng Thùy Dương")
    for end in range(len(name)):
        cut = shorten_name("x" * 40 + name[end:])
        kept = len(cut) - 1
        assert not unicodedata.combining(("x" * 40 + name[end:])[kept])
    assert shorten_name("e" + "\u0301" * 80) == "…"


def test_the_name_of_a_key_is_that_of_its_kid() -> None:
    assert kid_of("did:web:a-b.example:org:x#ed25519-00ff00ff00") == bytes.fromhex(
        "00ff00ff00"
    )


@pytest.mark.parametrize("name", NAMES)
def test_six_units_fit_into_a_code_of_version_15(name: str) -> None:
    claims = replace(CLAIMS, name=shorten_name(name))
    digits = build(claims)
    side = len(qr_matrix(f"{PUBLIC_URL}/q#{digits}", error_correction="M"))
    version = (side - 17) // 4

    print(f"{len(bytes_of(digits))} bytes, {len(digits)} digits, version {version}")
    assert len(bytes_of(digits)) <= LARGEST
    assert version <= 15


@pytest.mark.parametrize("name", ["Paula Osallistuja", NAMES[-1]])
@pytest.mark.parametrize("millimetres", [30, 25])
def test_it_is_read_from_paper(millimetres: int, name: str) -> None:
    """Six units, the symbol this wide, scanned at 150 dots an inch.

    At 25 mm a dot is about half a module, the least that can be read at all.
    """
    digits = build(replace(CLAIMS, name=shorten_name(name)))
    address = f"{PUBLIC_URL}/q#{digits}"
    modules = len(qr_matrix(address, error_correction="M"))
    side = millimetres * (modules + 8) / modules
    svg = qr_svg(address, error_correction="M", border=4)
    page = (
        "<style>@page{size:A5;margin:20mm}"
        f"svg{{width:{side}mm;height:{side}mm}}</style>{svg}"
    )
    pdf = weasyprint.HTML(string=page).write_pdf()

    print(f"{modules} modules of {millimetres / modules:.3f} mm")
    assert read_codes(pdf, dpi=150) == [address]
