"""The measurements. Each starts browsers of somebody with many chats (see `world`)."""

import itertools
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from bench.results import Figure
from bench.web.chromium import Browser, browsing
from bench.web.world import LONGEST, World

_SCENARIO = "web"
_TIMES = 5
_SCROLL_PX, _SCROLL_SPEED = 24_000, 4_000
_SLOW_FRAME_MS = 25.0
_LOADED = 10_000
_PHRASE = "the quick brown fox jumps over the lazy dog "


@dataclass(frozen=True)
class Site:
    """The server's address, who is on it, and a folder for the browsers' profiles."""

    url: str
    world: World
    folder: Path

    @contextmanager
    def browser(self, profile: str = "kept") -> Iterator[Browser]:
        """A browser that keeps what it knows from one time to the next, by the profile's name."""
        with browsing(self.folder / profile, self.url, self.world.token) as browser:
            yield browser

    def at_longest(self, browser: Browser) -> Page:
        """A tab in which the longest chat is open."""
        page = browser.open(f"/c/{self.world.longest}")
        page.get_by_text(self.world.newest).last.wait_for()
        page.wait_for_load_state("networkidle")
        return page


def weight(site: Site) -> list[Figure]:
    """What goes over the wire before the list stands, of which the scripts; nothing is kept."""
    with site.browser("weight") as browser:
        page = browser.context.new_page()
        carried = browser.carried(page)
        page.goto(site.url, wait_until="commit")
        page.evaluate("text => probe.appears(text)", LONGEST)
        before = dict(carried)
        page.wait_for_load_state("networkidle")
        kinds = {it.lower(): size / 1024 for it, size in before.items()}
    script = kinds.pop("script", 0.0)
    notes: dict[str, str | float] = {f"{kind} KiB": size for kind, size in kinds.items()}
    return [
        Figure(_SCENARIO, "script until the list stands", script, "KiB", 250, "less", notes=notes)
    ]


def loads(site: Site) -> list[Figure]:
    """Until the list of chats is painted: for the first time, and with everything kept."""
    cold, blocked = [], []
    for number in range(_TIMES):
        with site.browser(f"cold{number}") as browser:
            page = browser.open()
            cold.append(page.evaluate("text => probe.appears(text)", LONGEST))
            page.wait_for_load_state("networkidle")
            blocked.append(sum(length - 50 for _, length in page.evaluate("probe.tasks")))
    warm = []
    with site.browser("cold0") as browser:
        for _ in range(_TIMES):
            page = browser.open()
            warm.append(page.evaluate("text => probe.appears(text)", LONGEST))
            page.wait_for_load_state("networkidle")
            page.close()
    return [
        _time("list of 1,000 chats, first time", cold, 1_000, {"blocked ms": max(blocked)}),
        _time("list of 1,000 chats, again", warm, 300, {}),
    ]


def opening(site: Site) -> list[Figure]:
    """From the press on a chat to its newest message."""
    times = []
    with site.browser() as browser:
        for _ in range(_TIMES + 1):  # the first fetches what the others find
            page = browser.open()
            row = page.get_by_text(LONGEST).first
            row.wait_for()
            page.wait_for_load_state("networkidle")
            page.evaluate("text => { window.opened = probe.clickUntil(text) }", site.world.newest)
            row.click()
            times.append(page.evaluate("window.opened"))
            page.close()
    return [_time("open a chat of 100,000 messages", times[1:], 100, {"the first time": times[0]})]


def scrolling(site: Site) -> list[Figure]:
    """Upwards through that chat, and through what was loaded then."""
    with site.browser() as browser:
        page = site.at_longest(browser)
        first = _scroll(browser, page, _SCROLL_PX)
        down = _scroll(browser, page, -_SCROLL_PX // 2)
    return [
        Figure(_SCENARIO, "scroll back in it, loading", first[0], "frames/s", notes=first[1]),
        Figure(_SCENARIO, "scroll over what is loaded", down[0], "frames/s", notes=down[1]),
    ]


def _scroll(browser: Browser, page: Page, by: int) -> tuple[float, dict[str, str | float]]:
    size = page.viewport_size or {"width": 0, "height": 0}
    page.evaluate("probe.tasks.length = 0; probe.startFrames()")
    browser.session(page).send(
        "Input.synthesizeScrollGesture",
        {
            "x": size["width"] * 2 // 3,
            "y": size["height"] // 2,
            "yDistance": by,
            "speed": _SCROLL_SPEED,
            "gestureSourceType": "mouse",
        },
    )
    frames = page.evaluate("probe.stopFrames()")
    tasks = [length for _, length in page.evaluate("probe.tasks")]
    gaps = [later - earlier for earlier, later in itertools.pairwise(frames)]
    return 1000 * len(gaps) / sum(gaps), {
        "slow frames": f"{sum(gap > _SLOW_FRAME_MS for gap in gaps) / len(gaps):.0%}",
        "worst frame ms": max(gaps),
        "long tasks": len(tasks),
        "longest ms": max(tasks, default=0),
    }


def typing(site: Site) -> list[Figure]:
    """From a key to the frame that shows it."""
    with site.browser() as browser:
        page = site.at_longest(browser)
        page.get_by_role("textbox", name="Message").click()
        page.evaluate("probe.keys.length = 0")
        page.keyboard.type(_PHRASE * 4, delay=40)
        keys = sorted(page.evaluate("probe.keys"))
    notes: dict[str, str | float] = {"p95": keys[int(0.95 * len(keys))], "worst": keys[-1]}
    return [
        Figure(
            _SCENARIO, "a key to its paint", statistics.median(keys), "ms", 16, "less", notes=notes
        )
    ]


def memory(site: Site) -> list[Figure]:
    """The page's heap with all chats, and with many messages loaded."""
    with site.browser() as browser:
        page = site.at_longest(browser)
        few = browser.heap(page)
        seen = 0
        while seen < _LOADED and page.evaluate("probe.seqs.size") > seen:
            seen = page.evaluate("probe.seqs.size")
            _scroll(browser, page, _SCROLL_PX)
        many = browser.heap(page)
    notes: dict[str, str | float] = {"before scrolling": few, "messages scrolled past": seen}
    return [
        Figure(
            _SCENARIO, "heap, 1,000 chats, scrolled far back", many, "MiB", 120, "less", notes=notes
        )
    ]


def _time(name: str, times: list[float], target: float, notes: dict[str, str | float]) -> Figure:
    return Figure(
        _SCENARIO,
        name,
        statistics.median(times),
        "ms",
        target,
        "less",
        notes={"slowest": max(times), **notes},
    )
