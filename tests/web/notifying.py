"""The notifications of a device, as the system would show them, and what comes by Web Push."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import CDPSession, Page, Worker

from flows.cast import eventually
from web.screen import Screen

# Who asks while one is being shown makes Chromium forget it: the client and its tests take turns.
_SHOWN = """async () => {
  const registration = await navigator.serviceWorker.ready;
  const ask = () => registration.getNotifications();
  const shown = await navigator.locks.request('notifications', ask);
  return shown.map(({ title, body }) => `${title}: ${body}`);
}"""
_CLICK = """async (title) => {
  const ask = () => self.registration.getNotifications();
  const shown = await navigator.locks.request('notifications', ask);
  const notification = shown.find((it) => it.title === title);
  self.dispatchEvent(new NotificationEvent('notificationclick', { notification }));
}"""
_FOCUSED = """async () => {
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  return pages.some((page) => page.focused);
}"""
# Tabs learn from locks which of them is in front, and which speaks for all.
_LOCKS = """async (which) => {
  const locks = (await navigator.locks.query())[which];
  return locks.map((lock) => lock.name);
}"""
ALLOWED = ["notifications"]


async def looks_away(screen: Screen) -> Page:
    """Another window comes to the front. Playwright pretends that every page has the focus: not
    from here on, until the page is loaded anew.
    """
    context = screen.page.context
    for page in context.pages:
        session = await context.new_cdp_session(page)
        await session.send("Emulation.setFocusEmulationEnabled", {"enabled": False})
    elsewhere = await context.new_page()
    await goes_behind(screen, elsewhere)
    return elsewhere


async def comes_to_front(screen: Screen) -> None:
    """The window is looked at again, and all tabs can know."""
    await screen.page.bring_to_front()
    await eventually(lambda: _is_looked_at(screen))


async def goes_behind(screen: Screen, elsewhere: Page) -> None:
    """Another window is looked at, and all tabs can know."""
    await elsewhere.bring_to_front()
    await eventually(lambda: _is_behind(screen))


async def is_last_tab(screen: Screen) -> None:
    """The tabs that were there before are gone, and it knows."""
    await eventually(lambda: _speaks(screen))


async def _is_looked_at(screen: Screen) -> bool:
    return "in front" in await screen.page.evaluate(_LOCKS, "held")


async def _is_behind(screen: Screen) -> bool:
    return not await screen.page.evaluate("document.hasFocus()") and not await _is_looked_at(screen)


async def _speaks(screen: Screen) -> bool:
    waiting = await screen.page.evaluate(_LOCKS, "pending")
    return "speaker" in await screen.page.evaluate(_LOCKS, "held") and "speaker" not in waiting


async def turns_on(screen: Screen) -> None:
    """Notifications, in the settings."""
    # A context of Playwright's is a private window, to which Chromium gives no push.
    screen.device.complaints.expect("does not support the Push API in incognito mode")
    await screen.goes_to("/settings/alerts")
    await screen.page.get_by_role("switch", name="Notifications").check()


@contextlib.asynccontextmanager
async def catching_up(screen: Screen) -> AsyncIterator[None]:
    """Whatever loads the page goes in here; done when it has caught up with the server, and begun
    to tell that it lives: what the server sent may still wait in a busy page.
    """
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def sent(payload: str | bytes) -> None:
        if '"heartbeat"' in str(payload) and not done.done():
            done.set_result(None)

    screen.page.on("websocket", lambda socket: socket.on("framesent", sent))
    yield
    await asyncio.wait_for(done, 10)


async def notifications(screen: Screen) -> list[str]:
    """What is shown now: ``title: text`` each."""
    return list(await screen.page.evaluate(_SHOWN))


async def sees_notifications(screen: Screen, *wanted: str) -> None:
    """Exactly these, as soon as they are there."""
    shown: list[str] = []
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(10):
            # The system tells nobody what it shows: one has to look, and look again.
            while (shown := await notifications(screen)) != list(wanted):  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    assert shown == list(wanted), f"{shown}, wanted {wanted}"


async def clicks(screen: Screen, title: str) -> None:
    """A notification: as the browser tells the service worker."""
    worker = await _worker(screen)
    await worker.evaluate(_CLICK, title)


async def knows_who_looks(screen: Screen, *, somebody: bool) -> None:
    """The service worker has heard whether a page is in front: it does so a little later."""
    worker = await _worker(screen)
    await eventually(lambda: _is(worker.evaluate(_FOCUSED), somebody))


async def _is(asked: Awaitable[bool], wanted: bool) -> bool:
    return await asked == wanted


async def _worker(screen: Screen) -> Worker:
    workers = screen.page.context.service_workers
    return workers[0] if workers else await screen.page.context.wait_for_event("serviceworker")


class PushService:
    """Hands messages to the service worker, as the browser does once it has decrypted them."""

    def __init__(self, screen: Screen, session: CDPSession, registration: str) -> None:
        self._origin = screen.device.stage.server.url
        self._session = session
        self._registration = registration

    @classmethod
    async def of(cls, screen: Screen) -> "PushService":
        """The one of this browser, which has a service worker."""
        session = await screen.page.context.new_cdp_session(screen.page)
        found: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        host = urlsplit(screen.page.url).netloc

        def updated(event: dict[str, Any]) -> None:
            for each in event["registrations"]:
                if urlsplit(each["scopeURL"]).netloc == host and not found.done():
                    found.set_result(each["registrationId"])

        session.on("ServiceWorker.workerRegistrationUpdated", updated)
        await session.send("ServiceWorker.enable")
        return cls(screen, session, await asyncio.wait_for(found, 10))

    async def delivers(self, **alert: Any) -> None:
        """An alert of the server's. Returns when it is on its way."""
        await self._session.send(
            "ServiceWorker.deliverPushMessage",
            {
                "origin": self._origin,
                "registrationId": self._registration,
                "data": json.dumps(alert),
            },
        )
