"""Take the pictures of the web client: `make screenshots`, or `python scripts/screenshots`.

A throw-away demo server at a fixed moment, a browser, and what people do; each screen wide and
narrow, light and dark, and some in Arabic. Options: `--out FOLDER`, `--only SCENE …`.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from moment import MOMENT
from playwright.sync_api import BrowserContext, sync_playwright
from scenes import ENTRANCE, NARROW, PASSWORD, RIGHT_TO_LEFT, SHARED, WIDE, Scene

_ROOT = Path(__file__).parents[2]
_SIZES = {"wide": (1440, 900), "phone": (390, 844)}
# The microphone hears beeps, and is given to whoever asks.
_ARGUMENTS = (
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
_NAMES = ("chromium", "chromium-browser", "google-chrome")


def main() -> None:
    """Do it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=_ROOT / "docs/images/web")
    parser.add_argument("--only", nargs="*", default=[], metavar="SCENE")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)

    def wanted(scenes: tuple[Scene, ...]) -> list[Scene]:
        return [it for it in scenes if it.name in arguments.only or not arguments.only]

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=_ARGUMENTS)
        looks = (
            ("wide", "en-GB", ENTRANCE, WIDE),
            ("phone", "en-GB", ENTRANCE, NARROW),
            ("wide", "ar", (), RIGHT_TO_LEFT),
            ("wide", "en-GB", (), SHARED),
            ("phone", "en-GB", (), SHARED),
        )
        for size, language, outside, inside in looks:
            if not wanted((*outside, *inside)):
                continue
            with _demo(shared=inside is SHARED) as url:
                width, height = _SIZES[size]
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    has_touch=size == "phone",
                    locale=language,
                    timezone_id="Europe/London",
                    reduced_motion="reduce",
                )
                context.clock.install(time=MOMENT)
                _take(context, url, wanted(outside), size, arguments.out)
                _enter(context, url)
                _take(context, url, wanted(inside), size, arguments.out)
                context.close()
        browser.close()
    total = sum(path.stat().st_size for path in arguments.out.glob("*.png"))
    print(f"{len(list(arguments.out.glob('*.png')))} pictures, {total / 2**20:.1f} MiB")


def _take(context: BrowserContext, url: str, scenes: list[Scene], size: str, out: Path) -> None:
    for scene in scenes:
        page = context.new_page()
        page.goto(url + scene.path)
        scene.play(page)
        for scheme in ("light", "dark") if scene.dark else ("light",):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_load_state("networkidle")
            page.screenshot(
                path=out / f"{scene.name}-{size}-{scheme}.png", animations="disabled", caret="hide"
            )
        context.set_offline(False)
        page.close()


def _enter(context: BrowserContext, url: str) -> None:
    answer = context.request.post(
        f"{url}/api/sign-in",
        data={"handle": "ada", "password": PASSWORD, "device": "Firefox on Linux"},
        headers={"Origin": url},
    )
    assert answer.ok, answer.text()


@contextmanager
def _demo(*, shared: bool) -> Iterator[str]:
    """A demo server at the moment, ``shared``: with files in its chats; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, str(Path(__file__).with_name("moment.py")), str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        _await(url)
        if shared:
            subprocess.run([sys.executable, "-m", "chinwag.cli.demo", url], check=True)
        yield url
    finally:
        server.terminate()
        server.wait()


def _await(url: str) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            urllib.request.urlopen(f"{url}/readyz", timeout=5).close()
            return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def _chromium() -> str:
    for name in (os.environ.get("CHROMIUM", ""), *_NAMES):
        if name and (found := shutil.which(name)):
            return found
    raise SystemExit("There is no Chromium: install one, or name it in CHROMIUM.")


if __name__ == "__main__":
    main()
