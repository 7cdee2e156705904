"""A file that somebody holds, checked in the browser: each flaw has its own answer."""

import json
import re
import struct
import time
import zlib
from datetime import timedelta

import pytest

from issuer.clock import now
from issuer.credentials import baked_png, eddsa_jcs_2022
from issuer.credentials.key_ring import instant_text
from issuer.i18n import load_catalogue
from issuer.records.certificates import CertificateRecord
from tests.journeys.served import fi
from tests.journeys.test_scan_the_code import (  # noqa: F401
    HOLDER,
    codes,
    reading,
    served,
)

GENUINE = "The certificate is genuine and valid"
NOT_VALID = "The certificate is not valid"
SCAN = (
    "It carries no sealed certificate. It may be a scan or a new print: ask for the "
    "original file, or read the code on it."
)
NOT_CHECKED = "The file could not be checked"
ALTERED = "The seal does not match the contents: something was changed after sealing."
BROKEN = "It is damaged, or something in it is not as in any certificate."
TWICE = (
    "It holds more than one certificate, or says one thing twice. Do not rely on it."
)


@pytest.fixture(scope="module")
def files(served, codes):  # noqa: F811
    """Each certificate in each form, by its standing."""
    house, found = served.house, {}
    served.finish_pages()
    with house.sessions() as session:
        for standing, code in codes.items():
            row = session.get(CertificateRecord, code.id)
            paula = served.cast.paula
            found[standing] = {
                "json": row.credential,
                "jwt": row.jwt,
                "png": house.read_badge(session, paula, code.id)[1],
                "pdf": house.read_page(session, paula, code.id)[1],
                "txt": row.digits.encode(),
            }
    return found


@pytest.fixture
def desk(reading, served):  # noqa: F811
    """The page for files, and what it says of the files given."""

    def give(*files, language="fi"):
        phone = reading(language)
        phone.page.goto(f"{served.url}/q/files")
        return check(phone, *files)

    def check(phone, *files):
        phone.page.locator("#file").set_input_files(
            [
                {"name": name, "mimeType": "application/octet-stream", "buffer": data}
                for name, data in files
            ]
        )
        phone.page.wait_for_selector(".verdict:visible:not(.checking), table:visible")
        return phone

    give.again = check
    return give


def said(phone) -> str:
    return phone.page.locator(".verdict:visible").inner_text()


@pytest.mark.browser
@pytest.mark.parametrize("form", ["json", "jwt", "png", "pdf", "txt"])
def test_every_form_of_a_valid_certificate_is_valid(desk, codes, files, form):  # noqa: F811
    phone = desk((f"todistus.{form}", files["valid"][form]))
    text = phone.page.locator("main").inner_text()
    unit = codes["valid"].statement["units"][0]
    for expected in (fi(GENUINE), HOLDER, codes["valid"].serial, unit["name"]):
        assert expected in text
    assert f"{unit['identified']} / {unit['total']}" in text
    if form != "txt":
        assert codes["valid"].statement["summary"] in text
    assert phone.page.locator("iframe").count() == (form == "pdf")


@pytest.mark.browser
def test_nothing_of_a_file_leaves_the_browser(desk, codes, files):  # noqa: F811
    phone = desk(*((f"x.{form}", data) for form, data in files["valid"].items()))
    allowed = re.compile(
        r"/(q/files|q/app\.webmanifest|issuers|static/[^?]+"
        r"|org/hiisijarvi/(status/\d+|successors/\d+|units))"
    )
    for request in phone.requests:
        if request.url.startswith("blob:"):
            continue
        path = request.url.removeprefix(phone.served.url).partition("?")[0]
        assert allowed.fullmatch(path), request.url
        assert (request.method, request.post_data) == ("GET", None)
        for secret in (codes["valid"].serial, HOLDER, "Pihlaja"):
            assert secret not in repr((request.url, request.all_headers()))


@pytest.mark.browser
@pytest.mark.parametrize("form", ["json", "jwt", "png", "pdf"])
@pytest.mark.parametrize(
    ("standing", "sentence"),
    [
        (
            "revoked",
            "The issuer has revoked the certificate: it is no longer in force.",
        ),
        ("superseded", ""),
    ],
)
def test_an_ended_one_is_not_valid(desk, codes, files, form, standing, sentence):  # noqa: F811
    phone = desk((f"x.{form}", files[standing][form]))
    assert fi(NOT_VALID) in said(phone)
    assert (fi(sentence) if sentence else codes["valid"].serial) in said(phone)


@pytest.mark.browser
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_changed_word_is_found_in_every_form(desk, files, language):
    told = load_catalogue(language).gettext
    valid = files["valid"]
    other = HOLDER.replace("Paula", "Maija").encode()
    changed_json = valid["json"].replace(HOLDER.encode(), other)
    head, body, end = valid["jwt"].split(b".")
    flipped = body[:400] + (b"A" if body[400:401] != b"A" else b"B") + body[401:]
    picture = baked_png.bake(baked_png_without(valid["png"]), changed_json)
    pdf = with_attachment(valid["pdf"], changed_json)
    for name, data in (("a.json", changed_json), ("a.png", picture), ("a.pdf", pdf)):
        phone = desk((name, data), language=language)
        assert told(NOT_VALID) in said(phone), name
        assert told(ALTERED) in said(phone), name
        assert "Maija" not in phone.page.locator("main").inner_text()
    phone = desk(("a.jwt", b".".join((head, flipped, end))), language=language)
    assert told(GENUINE) not in said(phone)


@pytest.mark.browser
def test_dates_issuers_keys_and_places_have_their_own_answers(desk, served, files):  # noqa: F811
    day = timedelta(days=1)
    for changes, sentence in (
        ({"validUntil": instant_text(now() - day)}, "The certificate was valid until"),
        (
            {"validFrom": instant_text(now() + 2 * day)},
            "The certificate is dated ahead of today",
        ),
        (
            {"issuer": {"id": "did:web:other.example"}},
            "We do not know the issuer that it names",
        ),
        ({"id": "https://other.example/v/x"}, "The parts of the certificate do not"),
        ({"credentialStatus": {"id": "x"}}, "The parts of the certificate do not"),
    ):
        data = resealed(served, files["valid"]["json"], **changes)
        phone = desk(("x.json", data), language="en")
        assert sentence in said(phone)
        assert ("could not be confirmed" in said(phone)) == ("issuer" in changes)
    document = json.loads(files["valid"]["json"])
    for proof in document["proof"]:
        proof["verificationMethod"] = proof["verificationMethod"][:-2] + "00"
    phone = desk(("x.json", json.dumps(document).encode()), language="en")
    assert "The seal names a key that is not this issuer's." in said(phone)


@pytest.mark.browser
def test_hostile_files_are_refused_in_a_second(desk, files):
    valid = files["valid"]
    credential = valid["json"].decode()
    bomb = zlib.compress(b"{" + b" " * 60_000_000)
    second = valid["json"].replace(HOLDER.encode(), b"Maija Mustikka")
    phone = desk(("first.json", valid["json"]))
    for name, data, sentence in (
        ("deep.json", b"[" * 100_000 + b"]" * 100_000, BROKEN),
        ("twice.json", ('{"name":"x",' + credential[1:]).encode(), TWICE),
        ("huge.json", b" " * 300_000, "It is too large to be a certificate."),
        ("none.json", b'{"a": 1}', "It is not a certificate of competence."),
        ("half.json", valid["json"][:-5], BROKEN),
        ("nan.json", b'{"a": NaN}', BROKEN),
        ("number.json", b'{"a": 1e400}', BROKEN),
        ("bytes.json", b"\xff\xfe{}", BROKEN),
        ("empty.json", b"", BROKEN),
        ("cut.png", valid["png"][:-30], BROKEN),
        ("two.png", baked_png.bake(valid["png"], second), TWICE),
        (
            "scan.pdf",
            b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\nstartxref\n9\n%%EOF",
            SCAN,
        ),
        ("two.pdf", appended(valid["pdf"], zlib.compress(second)), TWICE),
        (
            "bomb.pdf",
            appended(b"%PDF-1.7\n", bomb),
            "It is too large to be a certificate.",
        ),
        (
            "alg.jwt",
            without_algorithm(valid["jwt"]),
            "It is not a certificate of competence.",
        ),
    ):
        started = time.monotonic()
        desk.again(phone, (name, data))
        phone.page.get_by_text(fi(sentence)).first.wait_for()
        assert fi(NOT_CHECKED) in said(phone), name
        assert time.monotonic() - started < 2, name


@pytest.mark.browser
def test_many_become_a_table_and_csv_without_formulas(desk, files, codes):  # noqa: F811
    given = [
        ("=cmd|' /C calc'!A0.json", files["valid"]["json"]),
        ("b.pdf", files["revoked"]["pdf"]),
        ("c.jwt", files["superseded"]["jwt"]),
        ("d.json", b"{}"),
    ]
    phone = desk(*given)
    rows = phone.page.locator("#table tbody tr")
    assert rows.count() == 4
    verdicts = phone.page.locator("#table .outcome")
    assert verdicts.all_inner_texts() == [
        fi(GENUINE),
        fi(NOT_VALID),
        fi(NOT_VALID),
        fi(NOT_CHECKED),
    ]
    with phone.page.expect_download() as saving:
        phone.page.locator("#csv").click()
    csv = saving.value.path().read_text(encoding="utf-8-sig")
    assert saving.value.suggested_filename.endswith(".csv")
    lines = csv.strip().splitlines()
    assert len(lines) == 5
    assert lines[1].startswith("\"'=cmd|")
    assert HOLDER in lines[1]
    assert codes["valid"].serial in lines[1]


@pytest.mark.browser
def test_the_pages_own_seal_is_looked_at_by_choice_alone(desk, files):
    button = fi("Send the PDF and check the page's seal")
    valid = files["valid"]["pdf"]
    altered = valid.replace(b"/Subtype", b"/subtype", 1)
    for pdf, outcome in ((valid, "Passed"), (altered, "Failed")):
        phone = desk(("x.pdf", pdf))
        assert fi(GENUINE) in said(phone)
        assert {request.method for request in phone.requests} == {"GET"}
        phone.page.get_by_role("button", name=button).click()
        found = phone.page.locator("#page-seal .outcome")
        found.first.wait_for()
        assert fi(outcome) in found.all_inner_texts()
        sent = [r for r in phone.requests if r.method == "POST"]
        assert [r.url for r in sent] == [f"{phone.served.url}/api/v1/verifications"]
    phone = desk(("x.json", files["valid"]["json"]))
    assert not phone.page.get_by_role("button", name=button).is_visible()


@pytest.mark.browser
def test_the_sealed_text_shows_beside_a_page_that_was_altered(desk, codes, files):  # noqa: F811
    """The page may say anything: the text from the seal is what was issued."""
    altered = files["valid"]["pdf"].replace(b"%%EOF", b"%%EOF\n% another page", 1)
    phone = desk(("x.pdf", altered))
    text = phone.page.locator("#text").inner_text()
    statement = codes["valid"].statement
    assert HOLDER in text
    assert statement["summary"] in text
    for unit in statement["units"]:
        assert unit["name"] in text
    link = phone.page.locator("#page-link").get_attribute("href")
    assert link.startswith("blob:")


def resealed(served, data: bytes, **changes) -> bytes:  # noqa: F811
    """Return the credential with other members, sealed with the issuer's own key."""
    document = {**json.loads(data), **changes}
    del document["proof"]
    proof = eddsa_jcs_2022.build_proof(
        document,
        signer=served.house.keys.signer_in_force(served.house.settings.host_did),
        created=instant_text(now()),
    )
    return json.dumps({**document, "proof": [proof]}).encode()


def baked_png_without(picture: bytes) -> bytes:
    """Return the picture without what is baked into it, right after its header."""
    (length,) = struct.unpack_from(">I", picture, 33)
    return picture[:33] + picture[33 + 12 + length :]


def with_attachment(pdf: bytes, content: bytes) -> bytes:
    """Return the PDF with other bytes in its one embedded file."""
    at = pdf.index(b"/Type /EmbeddedFile")
    begin = pdf.index(b"stream\n", at) + 7
    end = pdf.index(b"\nendstream", begin)
    packed = zlib.compress(content)
    head = re.sub(rb"/Length \d+", b"/Length %d" % len(packed), pdf[at:begin])
    return pdf[:at] + head + packed + pdf[end:]


def appended(pdf: bytes, packed: bytes) -> bytes:
    """Return the PDF with one more revision that embeds a file of its own."""
    return (
        pdf + b"\n99 0 obj\n<</Type /EmbeddedFile /Filter /FlateDecode /Length "
        b"%d>>\nstream\n%s\nendstream\nendobj\nstartxref\n9\n%%%%EOF\n"
        % (len(packed), packed)
    )


def without_algorithm(jwt: bytes) -> bytes:
    """Return the JWT that says it needs no signature."""
    _, body, end = jwt.split(b".")
    return (
        b"eyJhbGciOiJub25lIiwidHlwIjoidmMrand0IiwiY3R5IjoidmMiLCJraWQiOiJ4In0."
        + body
        + b"."
        + end
    )
