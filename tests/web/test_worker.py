"""The page without a network, and new versions of it."""

import asyncio
import re
import shutil
from pathlib import Path

import pytest
from playwright.async_api import expect

import chinwag
from web.stage import Stage

_SOURCE = Path(chinwag.__file__).parents[1]
_ENTRY = "document.querySelector('script[type=module]').src"
_KEPT = """async () => (await (await caches.open('assets')).keys())
  .map(({ url }) => new URL(url).pathname).filter((path) => path.endsWith('.js'))"""


async def test_the_page_starts_without_a_network(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    await ben.says(chat, "before the tunnel")
    at_ada = await ada.comes()
    await at_ada.opens("Ben")
    await at_ada.sees("before the tunnel")
    await at_ada.is_kept()
    await at_ada.device.goes_offline()
    await at_ada.reloads()
    await at_ada.sees("before the tunnel")
    await at_ada.goes_to("/settings/alerts")  # a part that is loaded only when it is needed
    await expect(at_ada.page.get_by_role("switch", name="Sounds")).to_be_visible()
    await at_ada.goes_to("/")
    await at_ada.sees_in_list("Ben", "before the tunnel")


async def test_what_the_server_says_is_never_kept(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    await ben.says(await ada.direct(ben), "secret")
    at_ada = await ada.comes()
    await at_ada.opens("Ben")
    await at_ada.sees("secret")
    await at_ada.is_kept()
    kept = await at_ada.page.evaluate(
        """async () => {
          const found = [];
          for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            for (const request of await cache.keys()) {
              const text = await (await cache.match(request)).text();
              found.push([new URL(request.url).pathname, text]);
            }
          }
          return found;
        }"""
    )
    assert len(kept) > 5
    assert not [path for path, _ in kept if path.startswith(("/api", "/ws"))]
    assert not [path for path, text in kept if "secret" in text or ada.handle in text]


async def test_a_new_version_is_offered_and_breaks_no_page_of_the_old(
    own: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, ben = await own.people("Ada", "Ben")
    await ben.says(await ada.direct(ben), "hello")
    device = await ada.device()
    device.complaints.expect_outage()
    first, second = await device.tab(), await device.tab()
    await second.sees_in_list("Ben", "hello")
    await first.is_kept()
    old = await first.page.evaluate(_ENTRY)

    await asyncio.to_thread(own.server.stop)
    monkeypatch.setattr("flows.servers._SOURCE", str(_renewed(tmp_path)))
    await asyncio.to_thread(own.server.start)
    await first.page.evaluate("navigator.serviceWorker.ready.then((it) => it.update())")
    await first.sees_line("A new version is ready")
    await first.presses("Reload")
    await first.page.wait_for_function(f"() => {_ENTRY} !== {old!r}")
    await first.sees_in_list("Ben", "hello")

    assert await second.page.evaluate(_ENTRY) == old
    await second.page.get_by_role("link", name="Profile and settings").click()
    await second.page.get_by_role("link", name=re.compile("^Alerts")).click()
    await expect(second.page.get_by_role("switch", name="Sounds")).to_be_visible()

    # Once nobody needs it, it goes.
    await second.page.close()
    entry = old.removeprefix(own.server.url)
    assert entry in await first.page.evaluate(_KEPT)
    await first.reloads()
    async with asyncio.timeout(10):
        while entry in await first.page.evaluate(_KEPT):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.05)


def _renewed(folder: Path) -> Path:
    """The program with a client in which every script has another name, and none its old one."""
    package = folder / "renewed/chinwag"
    shutil.copytree(_SOURCE / "chinwag", package, ignore=shutil.ignore_patterns("__pycache__"))
    client = package / "server/gateway/web"
    names = [path.name for path in (client / "assets").glob("*.js")]
    for path in list(client.rglob("*")):
        if path.suffix in (".br", ".gz"):
            path.unlink()
        elif path.suffix in (".js", ".html"):
            text = path.read_text()
            for name in names:
                text = text.replace(name, f"new-{name}")
            path.write_text(text)
    for name in names:
        (client / "assets" / name).rename(client / "assets" / f"new-{name}")
    worker = client / "sw.js"
    worker.write_text(worker.read_text().replace("shell-${", "shell-new-${"))
    return package.parent
