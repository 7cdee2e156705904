"""The page of a scanned code: how heavy it is, how soon it answers on a weak phone.

Chromium reads a real certificate of a real server. Kilobytes are those on the wire, of
what only this page needs; the verdict is timed from the load event with a processor
four times slower; LCP at 400 kbit/s with 400 ms. Writes var/bench/verify.json.
"""

import json
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

from issuer.clock import now  # noqa: E402
from issuer.records.certificates import CertificateRecord  # noqa: E402
from issuer.services.status import publish_due_lists  # noqa: E402
from tests.journeys.served import Served, serving  # noqa: E402
from tools.demo_walk import find_or_walk_certificate  # noqa: E402

ROUNDS = 15 if os.environ.get("BENCH_LENGTH") == "long" else 5
SHARED = ("/static/css/app.css", "/static/icon.svg", "/issuers", "/org/")
WATCH = """
new PerformanceObserver((list) => { window.lcp = list.getEntries().at(-1).startTime; })
    .observe({ type: "largest-contentful-paint", buffered: true });
addEventListener("load", () => { window.loaded = performance.now(); });
new MutationObserver(() => {
    const shown = document.querySelector(".verdict.valid:not([hidden])");
    if (shown) window.verdict ??= performance.now();
}).observe(document, { subtree: true, childList: true, attributes: true });
"""


def main() -> None:
    """Measure, print and write."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as served:
        address = f"{served.url}/q#{_digits(served)}"
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox"]
            )
            heavy = _weight(browser, address)
            slow = [_verdict(browser, address) for _ in range(ROUNDS)]
            paint = [_paint(browser, address) for _ in range(ROUNDS)]
            browser.close()
    found = [
        _line("verify.page_kilobytes", heavy / 1000, goal=12, unit="kB"),
        _line("verify.verdict_ms", statistics.median(slow), goal=50, unit="ms"),
        _line("verify.lcp_ms", statistics.median(paint), goal=1200, unit="ms"),
    ]
    for each in found:
        print(
            f"{each['metric']:<24} {each['value']:>8} {each['unit']}  ≤ {each['goal']}"
        )
    target = ROOT / "var" / "bench" / "verify.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _digits(served: Served) -> str:
    house = served.house
    with house.sessions() as session:
        id_ = find_or_walk_certificate(session, house, served.cast, 1, told=_untold)
        row = session.get(CertificateRecord, id_)
        digits = row.digits if row else None
    publish_due_lists(house.sessions, house.sealing.publishing, at=now())
    if not digits:
        raise SystemExit("no certificate was made")
    return digits


class _untold:  # noqa: N801 - stands for a function that makes a context
    def __init__(self, _what: str) -> None:
        pass

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass


def _opened(browser: Browser, *, rate: int = 1, kilobits: int = 0) -> Page:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, locale="fi", service_workers="block"
    )
    page = context.new_page()
    page.add_init_script(WATCH)
    wire = context.new_cdp_session(page)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    if kilobits:
        wire.send("Network.enable")
        bytes_a_second = kilobits * 1000 // 8
        limits = {"offline": False, "latency": 400}
        limits |= {"downloadThroughput": bytes_a_second, "uploadThroughput": 50_000}
        wire.send("Network.emulateNetworkConditions", limits)
    return page


def _weight(browser: Browser, address: str) -> float:
    page = _opened(browser)
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    paths: dict[str, str] = {}
    sizes: dict[str, float] = {}

    def sent(event: dict[str, Any]) -> None:
        paths[event["requestId"]] = event["response"]["url"].split("/", 3)[3]

    wire.on("Network.responseReceived", sent)
    wire.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
    )
    page.goto(address)
    page.wait_for_selector(".verdict.valid")
    page.wait_for_load_state("networkidle")
    own = {
        paths[key]: size
        for key, size in sizes.items()
        if key in paths and not f"/{paths[key]}".startswith(SHARED)
    }
    for path, size in sorted(own.items()):
        print(f"  {size:>7.0f} B on the wire, with headers  /{path.partition('?')[0]}")
    page.context.close()
    return sum(own.values())


def _verdict(browser: Browser, address: str) -> float:
    page = _opened(browser, rate=4)
    page.goto(address)
    page.wait_for_selector(".verdict.valid")
    spent: float = page.evaluate("Math.max(0, window.verdict - window.loaded)")
    page.context.close()
    return spent


def _paint(browser: Browser, address: str) -> float:
    page = _opened(browser, rate=4, kilobits=400)
    page.goto(address)
    page.wait_for_selector(".verdict.valid", timeout=60_000)
    painted: float = page.evaluate("window.lcp")
    page.context.close()
    return painted


def _line(metric: str, value: float, *, goal: float, unit: str) -> dict[str, Any]:
    return {
        "metric": metric,
        "value": round(value, 1),
        "goal": goal,
        "better": "lower",
        "unit": unit,
    }


if __name__ == "__main__":
    main()
