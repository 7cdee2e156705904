"""Checking a seal works wherever it is called from."""

import asyncio

import pytest

from issuer.credentials.pades_inspection import conclude_seal, inspect_pdf
from issuer.credentials.pyhanko_calls import finish
from issuer.domain.verification import Outcome
from tests.credentials.sealed_pdfs import AT, sealed_page, sealer


def test_a_seal_is_checked_below_a_running_loop() -> None:
    async def check() -> Outcome:
        checks = inspect_pdf(sealed_page(), roots=sealer().roots, at=AT)
        return conclude_seal(checks).outcome

    assert asyncio.run(check()) is Outcome.PASSED


def test_what_a_call_raises_reaches_its_caller() -> None:
    async def fail() -> None:
        raise LookupError("not here")

    async def call() -> None:
        finish(fail())

    for caller in (lambda: finish(fail()), lambda: asyncio.run(call())):
        with pytest.raises(LookupError, match="not here"):
            caller()
