"""The EU's DSS finds the PAdES levels that we say, and what was tampered with."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from issuer.credentials.pades import seal_pdf
from issuer.credentials.pades_long_term import add_long_term_data
from issuer.credentials.x509_seal import create_seal, list_seals, open_seal
from tests.conftest import absent
from tests.credentials.sealed_pdfs import (
    ORGANISATION,
    PASSPHRASE,
    Sealer,
    authority,
    plain_page,
)
from tests.credentials.test_pades_inspection import with_note
from tools.dss import Verdict, judge
from tools.java_tools import JavaToolMissing

# DSS judges at the time of the day, so here everything is made in the days before.
NOW = datetime.now(UTC).replace(microsecond=0)
SINCE = NOW - timedelta(days=20)
SEALED = NOW - timedelta(days=3)
EXTENDED = NOW - timedelta(days=1)
RENEWED = NOW - timedelta(hours=1)
STAMPS_URL = "http://aikaleima.example/root.crl"
LEVELS = {
    "b_b": "PAdES-BASELINE-B",
    "b_t": "PAdES-BASELINE-T",
    "b_lt": "PAdES-BASELINE-LT",
    "b_lta": "PAdES-BASELINE-LTA",
    "b_lta_again": "PAdES-BASELINE-LTA",
}


def stamps():
    return authority(3653, SINCE, STAMPS_URL)


def made_sealer(folder: Path, algorithm: str) -> Sealer:
    folder.mkdir()
    create_seal(
        folder,
        ORGANISATION,
        algorithm=algorithm,
        passphrase=PASSPHRASE,
        at=SINCE,
        base_url="https://todistus.example/org/hiisi",
    )
    [certificate] = list_seals(folder)
    return Sealer(folder, certificate, open_seal(folder, certificate, PASSPHRASE))


def every_level(ours: Sealer) -> dict[str, bytes]:
    def extended(pdf: bytes, at: datetime, *, is_stamped: bool) -> bytes:
        return add_long_term_data(
            pdf,
            roots=[*ours.roots, stamps().root],
            at=at,
            revocation_lists=[
                ours.revocation_list(at=EXTENDED),
                stamps().revocation_list(EXTENDED),
            ],
            timestamper=stamps().at(at) if is_stamped else None,
        )

    stamped = stamps().at(SEALED)
    b_b = seal_pdf(plain_page(), seal=ours.seal, at=SEALED)
    b_t = seal_pdf(plain_page(), seal=ours.seal, at=SEALED, timestamper=stamped)
    b_lta = extended(b_t, EXTENDED, is_stamped=True)
    return {
        "b_b": b_b,
        "b_t": b_t,
        "b_lt": extended(b_t, EXTENDED, is_stamped=False),
        "b_lta": b_lta,
        "b_lta_again": extended(b_lta, RENEWED, is_stamped=True),
        "b_b_extended": extended(b_b, EXTENDED, is_stamped=True),
    }


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Verdict]:
    folder = tmp_path_factory.mktemp("dss")
    trusted, lists, files = [stamps().root], [stamps().revocation_list(NOW)], {}
    for algorithm in ("p256", "rsa3072"):
        ours = made_sealer(folder / algorithm, algorithm)
        trusted += ours.roots
        lists.append(ours.revocation_list(at=NOW))
        pdfs = every_level(ours)
        files |= {f"{algorithm}-{name}.pdf": pdf for name, pdf in pdfs.items()}
    pdf = files["p256-b_lta.pdf"]
    files["flipped.pdf"] = pdf[:9000] + bytes([pdf[9000] ^ 1]) + pdf[9001:]
    files["note.pdf"] = with_note(files["p256-b_b.pdf"])
    stranger = made_sealer(folder / "stranger", "p256")
    files["stranger.pdf"] = seal_pdf(plain_page(), seal=stranger.seal, at=SEALED)
    files["plain.pdf"] = plain_page()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    try:
        return judge(
            [folder / name for name in files], trusted=trusted, lists=lists, at=folder
        )
    except JavaToolMissing as error:
        absent(f"the EU's DSS did not run: {error}")


@pytest.mark.parametrize("algorithm", ["p256", "rsa3072"])
@pytest.mark.parametrize("level", LEVELS)
def test_dss_finds_the_level_and_lets_it_pass(
    verdicts: dict[str, Verdict], algorithm: str, level: str
) -> None:
    found = verdicts[f"{algorithm}-{level}.pdf"]
    assert found == Verdict(1, LEVELS[level], "TOTAL_PASSED", "null", "")


def test_a_page_whose_authority_was_down_is_carried_on_later(
    verdicts: dict[str, Verdict],
) -> None:
    found = verdicts["p256-b_b_extended.pdf"]
    assert found.indication == "TOTAL_PASSED"
    assert found.level in {"PAdES-BASELINE-T", "PAdES-BASELINE-LTA"}


def test_dss_finds_what_was_tampered_with(verdicts: dict[str, Verdict]) -> None:
    assert verdicts["flipped.pdf"].indication == "TOTAL_FAILED"
    # By its own policy DSS only remarks on what a certification forbids.
    assert "/DocMDP" in verdicts["note.pdf"].remarks
    assert verdicts["stranger.pdf"].indication == "INDETERMINATE"
    assert verdicts["plain.pdf"].signatures == 0
