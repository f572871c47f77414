"""The page without a network, and new versions of it."""

import asyncio
import re
import shutil
from pathlib import Path

import pytest
from playwright.async_api import expect

import chinwag
from web.notifying import ALLOWED, catching_up, looks_away, sees_notifications, turns_on
from web.stage import Stage

_SOURCE = Path(chinwag.__file__).parents[1]
_ENTRY = "(document.querySelector('script[type=module]')?.src ?? '')"
"""Empty while the page is being read."""
_LEFT = """async () => [
  await caches.keys(),
  (await navigator.serviceWorker.getRegistrations()).length,
]"""
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


async def test_the_browser_would_install_it(stage: Stage) -> None:
    ada = await stage.person("Ada")
    at_ada = await ada.comes()
    await at_ada.is_kept()
    session = await at_ada.page.context.new_cdp_session(at_ada.page)
    found = await session.send("Page.getInstallabilityErrors")
    reasons = {each["errorId"] for each in found["installabilityErrors"]}
    assert reasons <= {"in-incognito"}  # as every context of Playwright's is
    manifest = await session.send("Page.getAppManifest")
    assert manifest["errors"] == []


async def test_signing_out_takes_all_away_and_signing_in_brings_it_back(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    at_ada = await ada.comes("/settings/alerts", permissions=ALLOWED)
    await at_ada.is_kept()
    await turns_on(at_ada)
    await at_ada.goes_to("/settings")
    await at_ada.signs_out()
    assert await at_ada.page.evaluate(_LEFT) == [[], 0]
    async with catching_up(at_ada):
        await at_ada.signs_in(ada.handle, ada.password)
    await at_ada.is_kept()
    await turns_on(at_ada)
    await looks_away(at_ada)
    await ben.says(chat, "welcome back")
    await sees_notifications(at_ada, "Ben: welcome back")


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
    await first.page.wait_for_function(f"() => !['', {old!r}].includes({_ENTRY})")
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


async def test_an_old_page_without_a_worker_starts_anew_when_a_part_is_gone(
    own: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = await own.person("Ada")
    at_ada = await ada.comes(service_workers="block")
    at_ada.device.complaints.expect_outage()
    at_ada.device.complaints.expect("404|dynamically imported module|Service Worker")
    await at_ada.sees_line("Nobody here yet")
    await asyncio.to_thread(own.server.stop)
    monkeypatch.setattr("flows.servers._SOURCE", str(_renewed(tmp_path)))
    await asyncio.to_thread(own.server.start)
    await at_ada.page.get_by_role("link", name="Profile and settings").click()
    await at_ada.page.wait_for_function(f"() => {_ENTRY}.includes('/new-')")
    await expect(at_ada.page.get_by_role("link", name=re.compile("^Alerts"))).to_be_visible()


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
