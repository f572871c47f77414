"""`make screenshots`: pictures of the web client, for docs/web.md, from the demo's people and talk.
Each look gets a server of its own, so that what one picture reads is unread in the next.
"""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.server import free_port
from bench.web.chromium import executable
from playwright.sync_api import Page, ViewportSize, sync_playwright
from scripts.screenshots.moment import MOMENT

from chinwag.sdk import Client

HERE = Path(__file__).parent
OUT = HERE.parents[1] / "docs/images/web"
PASSWORD = "tea and biscuits"
WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
GROUP = "Weekend at the lake"

# name -> (address, what to do there)
EVERYWHERE = ("list", "group", "group-info", "new", "settings-privacy")
WIDE_ONLY = (
    "direct",
    "message-info",
    "emoji",
    "contact-info",
    "invite-link",
    "settings-appearance",
)
OUTSIDE = ("sign-in", "invite")


@contextmanager
def demo() -> Iterator[tuple[str, dict[str, str]]]:
    """A demo server at the moment of the pictures; its address, and those of the chats."""
    port = free_port()
    # Its own interpreter: it turns the clock of the whole process.
    server = subprocess.Popen(
        [sys.executable, HERE / "moment.py", "--port", str(port)], stdout=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        asyncio.run(_up(url))
        yield url, asyncio.run(_chats(url))
    finally:
        server.terminate()
        server.wait(20)


async def _up(url: str) -> None:
    for _ in range(200):
        try:
            await Client.server(url)
            return
        except OSError:
            await asyncio.sleep(0.1)
    raise SystemExit("The demo does not start.")


async def _chats(url: str) -> dict[str, str]:
    """Addresses of the two chats that are shown."""
    async with await Client.sign_in(url, "ada", PASSWORD, device="Kitchen radio") as ada:
        await ada.wait_online()
        group = next(it.id for it in ada.state.chat_list() if it.group and it.group.title == GROUP)
        ben = next(user for user in ada.state.users.values() if user.handle == "ben")
        direct = ada.state.direct(ben.id)
        assert direct is not None
        chats = {"group": f"/c/{group}", "direct": f"/c/{direct.id}"}
        await ada.sign_out()
    return chats


def _go(page: Page, url: str, chats: dict[str, str], name: str) -> None:
    """Be at the screen of this name."""
    group, direct = chats["group"], chats["direct"]
    places = {
        "list": "/",
        "group": group,
        "direct": direct,
        "group-info": f"{group}/info",
        "contact-info": f"{direct}/info",
        "invite-link": f"{group}/info?view=link",
        "message-info": group,
        "emoji": direct,
        "new": "/new",
        "settings-privacy": "/settings/privacy",
        "settings-appearance": "/settings/appearance",
    }
    page.goto(url + places[name])
    _rest(page)
    if name == "message-info":
        page.get_by_role("article", name="Your message").last.click(button="right")
        page.get_by_role("menuitem", name="Message info").click()
    elif name == "emoji":
        page.get_by_role("button", name="Emoji").click()
        page.get_by_role("gridcell").first.wait_for()
    _rest(page)


def _rest(page: Page) -> None:
    """Until nothing moves and nothing is asked for any more."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(700)


def shoot(size: ViewportSize, scheme: str, locale: str, names: tuple[str, ...], tag: str) -> None:
    """Pictures of the named screens, in one look."""
    with demo() as (url, chats), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        context = browser.new_context(
            viewport=size,
            color_scheme="dark" if scheme == "dark" else "light",
            locale=locale,
            timezone_id="Europe/London",
            has_touch=size is PHONE,
            is_mobile=size is PHONE,
            reduced_motion="reduce",
        )
        page = context.new_page()
        page.clock.set_fixed_time(MOMENT)
        for name in OUTSIDE if "list" in names else ():
            page.goto(f"{url}/{name}" + ("/abcdefgh12345678" if name == "invite" else ""))
            _rest(page)
            page.screenshot(path=OUT / f"{name}-{tag}.png")
        answer = context.request.post(
            f"{url}/api/sign-in",
            data={"handle": "ada", "password": PASSWORD, "device": "Chromium on Linux"},
            headers={"Origin": url},
        )
        assert answer.ok, answer.text()
        for name in names:
            _go(page, url, chats, name)
            page.screenshot(path=OUT / f"{name}-{tag}.png")
            print(OUT.name, name, tag)
        browser.close()


def main() -> None:
    """All of them."""
    OUT.mkdir(parents=True, exist_ok=True)
    for scheme in ("light", "dark"):
        shoot(WIDE, scheme, "en-GB", EVERYWHERE + WIDE_ONLY, f"wide-{scheme}")
        shoot(PHONE, scheme, "en-GB", EVERYWHERE, f"phone-{scheme}")
    shoot(WIDE, "light", "ar", ("group",), "wide-arabic")


if __name__ == "__main__":
    main()
