"""Inspecting a PDF's own seal: what holds, what was tampered with, what time does."""

import hashlib
import io
import random
import re
import zlib
from collections.abc import Callable
from datetime import timedelta

import pypdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from issuer.credentials import pades_inspection, pades_reader
from issuer.credentials.pades import PdfUnsealable, seal_pdf
from issuer.credentials.pades_inspection import (
    PDF_CHECKS,
    conclude_seal,
    inspect_pdf,
)
from issuer.credentials.pades_long_term import add_long_term_data
from issuer.credentials.pades_reader import LARGEST_SEALED
from issuer.domain.verification import Reason
from tests.bounded import at_once
from tests.credentials.sealed_pdfs import (
    AT,
    LEVELS,
    STAMPED,
    authority,
    plain_page,
    sealed_page,
    sealer,
)

DAY_AFTER = STAMPED + timedelta(days=1)
YEARS_AFTER = STAMPED + timedelta(days=6 * 365)  # the seal's certificate has ended
HOLDS = dict.fromkeys(PDF_CHECKS, "passed")
OPEN = dict.fromkeys(PDF_CHECKS, "unknown")


def look(pdf: bytes, *, roots=None, at=DAY_AFTER) -> dict[str, str]:
    checks = inspect_pdf(
        pdf,
        roots=sealer().roots if roots is None else roots,
        timestamp_roots=[authority().root],
        at=at,
    )
    assert tuple(check.name for check in checks) == PDF_CHECKS
    for check in checks:
        assert "%(" not in check.text % check.facts
    return {check.name: check.outcome.value for check in checks}


def covered(pdf: bytes) -> list[int]:
    """Return every place under the seal: all of its revision but the gap."""
    first, after, rest = map(
        int, re.search(rb"/ByteRange \[0 (\d+) (\d+) (\d+)\]", pdf).groups()
    )
    return [*range(first), *range(after, after + rest)]


def flipped(pdf: bytes, place: int, bit: int) -> bytes:
    changed = bytearray(pdf)
    changed[place] ^= 1 << bit
    return bytes(changed)


@pytest.mark.parametrize("algorithm", ["p256", "rsa3072"])
@pytest.mark.parametrize("level", LEVELS)
def test_a_seal_that_nobody_touched_holds(level: str, algorithm: str) -> None:
    pdf = sealed_page(level, algorithm=algorithm)
    assert look(pdf, roots=sealer(algorithm).roots) == HOLDS


def test_it_says_who_sealed() -> None:
    seal, *_ = inspect_pdf(sealed_page(), roots=sealer().roots, at=DAY_AFTER)
    assert seal.facts == {"sealer": "Hiisijärven kunta"}


@pytest.mark.parametrize("algorithm", ["p256", "rsa3072"])
@pytest.mark.parametrize("level", LEVELS)
def test_a_hundred_flipped_bits_are_all_found(level: str, algorithm: str) -> None:
    pdf, draw = sealed_page(level, algorithm=algorithm), random.Random(7)
    places = covered(pdf)

    for _ in range(100):
        place, bit = draw.choice(places), draw.randrange(8)
        found = look(flipped(pdf, place, bit), roots=sealer(algorithm).roots)
        assert "failed" in found.values(), (place, bit, found)


def test_every_byte_of_what_the_update_added_is_under_the_seal() -> None:
    pdf = sealed_page()
    for place in [p for p in covered(pdf) if p >= len(plain_page())]:
        assert "failed" in look(flipped(pdf, place, 0)).values(), place


def test_a_flipped_digit_of_the_signature_itself_never_adds_trust() -> None:
    pdf, draw = sealed_page(), random.Random(7)
    under = set(covered(pdf))
    gap = [place for place in range(len(pdf)) if place not in under]
    held = [
        place
        for place in draw.sample(gap, 400)
        if look(flipped(pdf, place, draw.randrange(8))) == HOLDS
    ]
    # Only the version and other members of CMS that say nothing may go unseen.
    assert len(held) <= 4, held


# What was added or taken away -----


def with_note(pdf: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.find_page_for_modification(0)[0].get_object()
    note = generic.DictionaryObject(
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
            generic.pdf_name("/Contents"): generic.pdf_string("Hyväksytty"),
            generic.pdf_name("/Rect"): generic.ArrayObject(
                [generic.NumberObject(n) for n in (50, 50, 200, 90)]
            ),
        }
    )
    page["/Annots"].append(writer.add_object(note))
    writer.update_container(page["/Annots"])
    return written(writer)


def with_other_contents(pdf: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.find_page_for_modification(0)[0].get_object()
    stream = generic.StreamObject(stream_data=b"0 0 0 rg 0 0 600 900 re f")
    page["/Contents"] = writer.add_object(stream)
    writer.update_container(page)
    return written(writer)


def with_other_attachment(pdf: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    [file] = writer.root["/AF"]
    file = file.get_object()
    file["/EF"]["/F"] = writer.add_object(generic.StreamObject(stream_data=b"{}"))
    writer.update_container(file)
    return written(writer)


def with_empty_update(pdf: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer._force_write_when_empty = True
    writer._update_meta = lambda: None
    return written(writer)


def without_lock(pdf: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    del writer.root["/Perms"]
    writer.update_root()
    return written(writer)


def written(writer: IncrementalPdfFileWriter) -> bytes:
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    "change",
    [with_note, with_other_contents, with_other_attachment, without_lock],
)
def test_an_update_after_the_seal_fails(level: str, change: Callable) -> None:
    found = look(change(sealed_page(level)))
    assert "failed" in {found["pdf_seal"], found["pdf_whole"]}, found


@pytest.mark.parametrize("level", ["b_b", "b_t"])
@pytest.mark.parametrize(
    "change",
    [
        with_empty_update,
        lambda pdf: pdf + b"\n",
        lambda pdf: pdf + b"% a note\n",
        lambda pdf: pdf + b"\0" * 5000,
        lambda pdf: pdf[:-1],
        lambda pdf: pdf[:-700],
    ],
    ids=["empty update", "line end", "comment", "zeros", "cut by one", "cut"],
)
def test_a_byte_more_or_less_fails(level: str, change: Callable) -> None:
    assert "failed" in look(change(sealed_page(level))).values()


def test_a_page_without_a_seal_is_left_open() -> None:
    assert look(plain_page()) == OPEN
    assert look(b"") == OPEN
    assert look(b"<html>") == OPEN


def test_the_seal_of_another_page_does_not_fit() -> None:
    ours, other = sealed_page(), sealed_page(units=6)
    gap = re.compile(rb"/Contents <[0-9A-F]+>")
    swapped = gap.sub(gap.search(other)[0], ours)

    assert swapped != ours
    assert look(swapped)["pdf_bytes"] == "failed"


def test_a_page_changed_and_sealed_by_a_namesake_is_not_known() -> None:
    forger = sealer("p256", "Hiisijärven  kunta")
    pdf = seal_pdf(plain_page(units=6), seal=forger.seal, at=AT)

    assert look(pdf)["pdf_sealer"] == "unknown"
    assert look(pdf, roots=forger.roots) == HOLDS
    assert look(sealed_page(), roots=[])["pdf_sealer"] == "unknown"


def test_who_vouches_for_time_does_not_vouch_for_seals() -> None:
    found = look(sealed_page("b_t"), roots=[authority().root])
    assert found["pdf_sealer"] == "unknown"


def test_a_root_that_is_none_is_the_callers_fault() -> None:
    with pytest.raises(ValueError, match=r".+"):
        inspect_pdf(sealed_page(), roots=[b"no certificate"], at=AT)


# Time -----


@pytest.mark.parametrize("level", LEVELS)
def test_a_time_stamp_carries_the_seal_past_its_end(level: str) -> None:
    found = look(sealed_page(level), at=YEARS_AFTER)
    assert found["pdf_sealer"] == ("unknown" if level == "b_b" else "passed")
    assert found["pdf_bytes"] == found["pdf_whole"] == "passed"


def test_a_time_stamp_past_its_own_end_carries_nothing() -> None:
    late = STAMPED + timedelta(days=12 * 365)
    assert look(sealed_page("b_t"), at=late)["pdf_sealer"] == "unknown"
    assert look(sealed_page("b_lta"), at=late)["pdf_sealer"] == "unknown"


def test_stamps_upon_stamps_carry_the_seal_for_decades() -> None:
    pdf, when, root = sealed_page("b_lta"), STAMPED, authority().root
    roots = [root]
    for turn in (1, 2):
        when += timedelta(days=8 * 365)
        newer = authority(3653 + turn, when - timedelta(days=1))
        roots.append(newer.root)
        pdf = restamped(pdf, newer, when)
    checks = inspect_pdf(
        pdf,
        roots=sealer().roots,
        timestamp_roots=roots,
        at=when + timedelta(days=9 * 365),
    )
    assert {check.name: check.outcome.value for check in checks} == HOLDS


def restamped(pdf: bytes, newer, when) -> bytes:
    from pyhanko.sign.signers.pdf_signer import PdfTimeStamper  # noqa: PLC0415

    from issuer.credentials.pades import OFF_THE_PAGE, PlainUpdate  # noqa: PLC0415
    from issuer.credentials.pades_timestamps import RequestedTimestamps  # noqa: PLC0415

    stamper = PdfTimeStamper(
        RequestedTimestamps(newer.at(when)),
        field_name=f"Aikaleima {when.year}",
        invis_settings=OFF_THE_PAGE,
    )
    output = stamper.timestamp_pdf(PlainUpdate(pdf), "sha256", bytes_reserved=24_576)
    return output.getvalue()


REVOKED_LATER = STAMPED + timedelta(days=3)


def listing(revoked) -> bytes:
    serial = sealer().certificate.certificate.serial_number
    return sealer().revocation_list((serial, revoked), at=REVOKED_LATER)


@pytest.mark.parametrize(
    ("level", "revoked", "expected"),
    [
        ("b_b", REVOKED_LATER, "failed"),  # nobody proves that it was sealed before
        ("b_b", AT - timedelta(days=1), "failed"),
        ("b_t", REVOKED_LATER, "passed"),
        ("b_t", AT - timedelta(days=1), "failed"),
        ("b_lta", REVOKED_LATER, "passed"),
    ],
)
def test_a_revoked_seal_fails_unless_stamped_before(level, revoked, expected) -> None:
    checks = inspect_pdf(
        sealed_page(level),
        roots=sealer().roots,
        timestamp_roots=[authority().root],
        revocation_lists=[listing(revoked)],
        at=REVOKED_LATER + timedelta(days=1),
    )
    assert checks[2].outcome.value == expected, checks[2].text


@pytest.mark.parametrize(
    ("pdf", "changes", "why"),
    [
        (plain_page, {}, Reason.SEAL_ABSENT),
        (lambda: sealed_page() + b" " * LARGEST_SEALED, {}, Reason.SEAL_TOO_LARGE),
        (sealed_page, {"roots": []}, Reason.SEAL_UNKNOWN),
        (sealed_page, {"at": YEARS_AFTER}, Reason.SEAL_EXPIRED),
        (
            sealed_page,
            {"revocation_lists": (AT - timedelta(days=1),)},
            Reason.SEAL_REVOKED,
        ),
        (lambda: with_note(sealed_page()), {}, Reason.ALTERED),
        (lambda: flipped(sealed_page(), 9000, 1), {}, Reason.ALTERED),
        (
            lambda: sealed_page().replace(b"/ByteRange", b"/ByteRanga"),
            {},
            Reason.ALTERED,
        ),
    ],
    ids=lambda given: given.value if isinstance(given, Reason) else "",
)
def test_one_word_says_why_the_seal_does_not_hold(pdf, changes, why) -> None:
    given = {"roots": sealer().roots, "at": DAY_AFTER, **changes}
    given["revocation_lists"] = [
        listing(since) for since in given.get("revocation_lists", ())
    ]
    assert conclude_seal(inspect_pdf(pdf(), **given)).reason is why


def test_a_list_in_the_file_is_heeded_too() -> None:
    pdf = add_long_term_data(
        sealed_page("b_t"),
        roots=[*sealer().roots, authority().root],
        at=STAMPED,
        revocation_lists=[listing(REVOKED_LATER)],
    )
    assert look(pdf, at=REVOKED_LATER + timedelta(days=1)) == HOLDS


def test_a_seal_that_is_revoked_gets_no_long_term_data() -> None:
    with pytest.raises(PdfUnsealable, match="not trusted"):
        add_long_term_data(
            sealed_page("b_t"),
            roots=[*sealer().roots, authority().root],
            at=STAMPED,
            revocation_lists=[listing(AT - timedelta(days=1))],
        )


# Bounds -----


def with_bomb(pdf: bytes, *, size: int) -> bytes:
    """Append an update whose object stream inflates to `size` bytes."""
    stream = zlib.compress(b"1 0 " + b" " * size, 9)
    start = len(pdf)
    body = (
        b"900 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\n"
        b"stream\n%s\nendstream\nendobj\n" % (len(stream), stream)
    )
    at = start + len(body)
    entries = b"\2\0\0\3\x84\0" + b"\1" + at.to_bytes(4, "big") + b"\0"
    prev = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    xref = (
        b"901 0 obj\n<</Type/XRef/Size 902/W[1 4 1]/Index[1 1 901 1]/Root 1 0 R"
        b"/Prev %d/Length 12>>\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
        % (prev, entries, at)
    )
    return pdf + body + xref


def never_holds(pdf: bytes) -> None:
    with at_once():
        found = look(pdf)
    assert found != HOLDS


def test_what_a_stranger_appends_costs_little() -> None:
    pdf = sealed_page()
    never_holds(with_bomb(pdf, size=500_000_000))
    never_holds(pdf + b"startxref\n9\n%%EOF\n" * 50)
    never_holds(pdf + b"[" * 1_000_000 + b"\nstartxref\n%d\n%%%%EOF\n" % len(pdf))
    never_holds(pdf + b"/ByteRange [0 1 2 3]" * 1000)


def test_a_large_file_is_not_looked_at() -> None:
    assert look(sealed_page() + b" " * LARGEST_SEALED) == OPEN


@pytest.mark.parametrize("pdf", ["garbage", "foreign"])
def test_a_strangers_file_is_not_parsed(pdf: str, monkeypatch) -> None:
    parsed = []
    monkeypatch.setattr(pades_inspection, "BoundedReader", parsed.append)
    foreign = seal_pdf(plain_page(), seal=sealer("rsa3072").seal, at=AT)
    data = foreign if pdf == "foreign" else b"%PDF-1.7 /ByteRange [0 1 2 3] " * 9

    assert look(data)["pdf_sealer"] == "unknown"
    assert parsed == []


def test_a_file_of_endless_references_is_given_up(monkeypatch) -> None:
    pdf = sealed_page("b_lta")
    monkeypatch.setattr(pades_reader, "_MOST_LOOKUPS", 50)
    assert look(pdf) == OPEN


def test_the_signature_has_one_spelling() -> None:
    pdf = sealed_page()
    gap = re.search(rb"/Contents <([0-9A-F]+)>", pdf)
    letter = next(n for n in range(*gap.span(1)) if pdf[n : n + 1] in b"ABCDEF")
    assert look(flipped(pdf, letter, 5))["pdf_seal"] == "failed"


def test_noise_is_answered_not_raised() -> None:
    draw = random.Random(11)
    pdf = sealed_page("b_lta")
    for _ in range(60):
        start = draw.randrange(len(pdf))
        noise = draw.randbytes(draw.randrange(1, 300))
        changed = pdf[:start] + noise + pdf[start + draw.randrange(300) :]
        assert look(changed) != HOLDS or changed == pdf


def test_the_sealed_page_is_found_by_other_readers_as_before() -> None:
    digests = {
        level: hashlib.sha256(
            pypdf.PdfReader(io.BytesIO(sealed_page(level)))
            .pages[0]
            .extract_text()
            .encode()
        ).hexdigest()
        for level in LEVELS
    }
    assert len(set(digests.values())) == 1
