"""The measurements. Each takes a browser that is signed in to a person's world (see `world`)."""

import itertools
import json
import os
import statistics
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import CDPSession, Page

from bench.results import Figure
from bench.web.chromium import Browser, executable
from bench.web.world import LONGEST, World

_SCENARIO = "web"
_LIGHTHOUSE = Path(__file__).parent / "node_modules/.bin/lighthouse"
_SCROLL_PX, _SCROLL_SPEED = 24_000, 4_000
_SLOW_FRAME_MS = 25.0


def first_load(browser: Browser) -> list[Figure]:
    """Bytes over the wire, and the time until the list is there, without anything kept."""
    page = browser.context.new_page()
    session = browser.session(page)
    weights: dict[str, int] = {}
    kinds: dict[str, str] = {}
    session.on("Network.responseReceived", lambda it: kinds.update({it["requestId"]: it["type"]}))

    def finished(event: Any) -> None:
        kind = kinds.get(event["requestId"], "Other")
        weights[kind] = weights.get(kind, 0) + event["encodedDataLength"]

    session.on("Network.loadingFinished", finished)
    session.send("Network.enable")
    page.goto(browser.url, wait_until="commit")
    cold = page.evaluate("text => probe.appears(text)", LONGEST)
    page.wait_for_load_state("networkidle")
    blocked = sum(length - 50 for _, length in page.evaluate("probe.tasks"))
    page.close()
    kib = {kind: size / 1024 for kind, size in weights.items()}
    others = {f"{kind.lower()} KiB": size for kind, size in kib.items() if kind != "Script"}
    return [
        Figure(
            _SCENARIO,
            "script on first load, compressed",
            kib.get("Script", 0),
            "KiB",
            250,
            "less",
            notes=dict(others),
        ),
        Figure(
            _SCENARIO,
            "list of 1,000 chats, cold",
            cold,
            "ms",
            1_000,
            "less",
            notes={"blocked ms": blocked},
        ),
    ]


def warm_load(browser: Browser) -> list[Figure]:
    """The same with everything kept from before."""
    times = []
    for _ in range(5):
        page = browser.open()
        times.append(page.evaluate("text => probe.appears(text)", LONGEST))
        page.wait_for_load_state("networkidle")
        page.close()
    return [
        Figure(
            _SCENARIO,
            "list of 1,000 chats, warm",
            statistics.median(times),
            "ms",
            300,
            "less",
            notes={"slowest": max(times)},
        ),
    ]


def opening(browser: Browser, world: World) -> list[Figure]:
    """From the press on a chat to its newest message."""
    times = []
    for _ in range(5):
        page = browser.open()
        row = page.get_by_text(LONGEST).first
        row.wait_for()
        page.wait_for_load_state("networkidle")
        page.evaluate("text => { window.opened = probe.clickUntil(text) }", world.newest)
        row.click()
        times.append(page.evaluate("window.opened"))
        page.close()
    return [
        Figure(
            _SCENARIO,
            "open a chat of 100,000 messages",
            statistics.median(times),
            "ms",
            100,
            "less",
            notes={"first": times[0], "slowest": max(times)},
        ),
    ]


def scrolling(browser: Browser, world: World) -> list[Figure]:
    """Upwards through that chat."""
    page = _at(browser, world)
    session = browser.session(page)
    box = page.viewport_size or {"width": 0, "height": 0}
    page.evaluate("probe.tasks.length = 0; probe.startFrames()")
    session.send(
        "Input.synthesizeScrollGesture",
        {
            "x": box["width"] * 2 // 3,
            "y": box["height"] // 2,
            "yDistance": _SCROLL_PX,
            "speed": _SCROLL_SPEED,
            "gestureSourceType": "mouse",
        },
    )
    frames = page.evaluate("probe.stopFrames()")
    tasks = [length for _, length in page.evaluate("probe.tasks")]
    page.close()
    gaps = [later - earlier for earlier, later in itertools.pairwise(frames)]
    return [
        Figure(
            _SCENARIO,
            "scrolling back through it",
            1000 * len(gaps) / sum(gaps),
            "frames/s",
            notes={
                "slow frames": f"{sum(gap > _SLOW_FRAME_MS for gap in gaps) / len(gaps):.0%}",
                "worst ms": max(gaps),
                "long tasks": len(tasks),
                "longest task ms": max(tasks, default=0),
            },
        ),
    ]


def typing(browser: Browser, world: World) -> list[Figure]:
    """From a key to the frame that shows it."""
    page = _at(browser, world)
    page.get_by_role("textbox", name="Message").click()
    page.evaluate("probe.keys.length = 0")
    page.keyboard.type("the quick brown fox jumps over the lazy dog " * 4, delay=40)
    keys = sorted(page.evaluate("probe.keys"))
    page.close()
    return [
        Figure(
            _SCENARIO,
            "a key to its paint, median",
            statistics.median(keys),
            "ms",
            16,
            "less",
            notes={"p95": keys[int(0.95 * len(keys))], "worst": keys[-1]},
        ),
    ]


def memory(browser: Browser, world: World) -> list[Figure]:
    """The page's heap with all chats, and many messages loaded."""
    page = _at(browser, world)
    session = browser.session(page)
    few = _heap(session)
    page.close()
    return [
        Figure(_SCENARIO, "heap, 1,000 chats", few, "MiB", 120, "less"),
    ]


def lighthouse(browser: Browser, world: World) -> list[Figure]:
    """What Lighthouse says of the list and of a chat."""
    if not _LIGHTHOUSE.exists():
        return []
    figures = []
    for what, path in (("the list", "/"), ("a chat", f"/c/{world.longest}")):
        for name, score in _lighthouse(browser, path).items():
            figures.append(
                Figure(_SCENARIO, f"Lighthouse, {name}, {what}", 100 * score, "of 100", 100)
            )
    return figures


def _lighthouse(browser: Browser, path: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        subprocess.run(
            [
                _LIGHTHOUSE,
                browser.url + path,
                f"--port={browser.debugging}",
                "--quiet",
                "--preset=desktop",
                "--disable-storage-reset",
                "--only-categories=accessibility,best-practices",
                "--output=json",
                f"--output-path={report}",
            ],
            check=True,
            env=os.environ | {"CHROME_PATH": executable()},
        )
        categories = json.loads(report.read_text("utf-8"))["categories"]
    return {it["title"].lower(): it["score"] for it in categories.values()}


def _at(browser: Browser, world: World) -> Page:
    page = browser.open(f"/c/{world.longest}")
    page.get_by_text(world.newest).last.wait_for()
    page.wait_for_load_state("networkidle")
    return page


def _heap(session: CDPSession) -> float:
    session.send("HeapProfiler.enable")
    session.send("HeapProfiler.collectGarbage")
    return float(session.send("Runtime.getHeapUsage")["usedSize"]) / 2**20
