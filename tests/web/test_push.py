"""What comes by Web Push while no page is connected: the service worker alone shows it."""

import asyncio
import json
import re
from typing import Any

import pytest
from playwright.async_api import expect

from flows.push import push_service
from web.notifying import (
    ALLOWED,
    PushService,
    clicks,
    knows_who_looks,
    looks_away,
    notifications,
    sees_notifications,
    turns_on,
)
from web.screen import Screen
from web.stage import Someone, Stage

MESSAGE = {"type": "message", "chat_kind": "direct", "at": 1_760_000_000_000, "name": "Ben"}

_SUBSCRIPTION = """(({ endpoint, p256dh, auth }) => {
  let key = null;
  const subscription = () => ({
    endpoint,
    options: { userVisibleOnly: true, applicationServerKey: key },
    toJSON: () => ({ endpoint, keys: { p256dh, auth } }),
    unsubscribe: () => Promise.resolve(true),
  });
  PushManager.prototype.getSubscription = async () => key && subscription();
  PushManager.prototype.subscribe = async (options) => {
    key = options.applicationServerKey.buffer;
    const text = btoa(String.fromCharCode(...new Uint8Array(key)));
    const plain = text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    sessionStorage.setItem('key', plain);
    return subscription();
  };
})(%s)"""


async def _closes(screen: Screen) -> None:
    """The client is closed, but its address is not left: from there one sees what is shown."""
    await screen.goes_to("/api/server")


async def _is_away(who: Someone, **context: Any) -> tuple[Screen, PushService]:
    """Was there, closed the client, and looks elsewhere: news can only come by push."""
    screen = await who.comes(permissions=ALLOWED, **context)
    await screen.is_kept()
    push = await PushService.of(screen)
    await _closes(screen)
    await looks_away(screen)
    await knows_who_looks(screen, somebody=False)
    return screen, push


async def test_alerts_show_once_in_order_and_close_when_read(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    at_ada, push = await _is_away(ada)
    message = MESSAGE | {"chat": chat, "sender": ben.id}
    await push.delivers(**message, seq=1, text="Tea?", unread=1, total=1)
    await sees_notifications(at_ada, "Ben: Tea?")
    await push.delivers(**message, seq=3, text="At four?", unread=3, total=3)
    await sees_notifications(at_ada, "Ben (3): At four?")
    await push.delivers(**message, seq=2, text="late", unread=2, total=2)  # overtaken
    await push.delivers(**message, seq=3, text="again", unread=3, total=3)  # repeated
    await push.delivers(type="read", chat=chat, seq=2, total=1)
    other = MESSAGE | {"chat": "another", "sender": ben.id, "chat_kind": "group", "title": "Tea"}
    await push.delivers(**other, seq=9)
    await sees_notifications(at_ada, "Ben (3): At four?", "Tea: Ben: New message")
    await push.delivers(type="read", chat=chat, seq=3)
    await sees_notifications(at_ada, "Tea: Ben: New message")


async def test_of_many_at_once_each_shows(stage: Stage) -> None:
    ada = await stage.person("Ada")
    at_ada, push = await _is_away(ada)
    names = [f"Friend {number:02}" for number in range(20)]
    for name in names:
        alert = MESSAGE | {"chat": name, "sender": name, "name": name}
        await push.delivers(**alert, seq=1, text="Tea?")
    await sees_notifications(at_ada, *(f"{name}: Tea?" for name in names))


async def test_what_is_not_known_yet_is_passed_over(stage: Stage) -> None:
    ada = await stage.person("Ada")
    at_ada, push = await _is_away(ada)
    await push.delivers(type="of a later version", chat="a chat")
    await push.delivers(**MESSAGE, chat="a chat", seq=1, sender="ben", invite=True, text="Tea")
    await sees_notifications(at_ada, "Ben: Invitation to “Tea”")


async def test_nothing_shows_over_a_page_in_front(stage: Stage) -> None:
    ada = await stage.person("Ada")
    at_ada = await ada.comes(permissions=ALLOWED)
    await at_ada.is_kept()
    push = await PushService.of(at_ada)
    await _closes(at_ada)
    elsewhere = await looks_away(at_ada)
    await at_ada.page.bring_to_front()
    await knows_who_looks(at_ada, somebody=True)
    await push.delivers(**MESSAGE, chat="a chat", seq=1, sender="ben", text="unseen")
    # Handled while the page is in front: the worker answers in the order of what it is asked.
    await knows_who_looks(at_ada, somebody=True)
    assert await notifications(at_ada) == []
    await elsewhere.bring_to_front()
    await knows_who_looks(at_ada, somebody=False)
    await push.delivers(**MESSAGE, chat="a chat", seq=2, sender="ben", text="seen")
    await sees_notifications(at_ada, "Ben: seen")


async def test_the_worker_speaks_the_language_of_the_page(stage: Stage) -> None:
    ada = await stage.person("Ada")
    at_ada, push = await _is_away(ada, locale="de-AT")
    await push.delivers(**MESSAGE, chat="a chat", seq=1, sender="ben", unread=3)
    await sees_notifications(at_ada, "Ben: 3 neue Nachrichten")


async def test_a_click_leads_to_the_chat(own: Stage) -> None:
    ada, ben = await own.people("Ada", "Ben")
    chat = await ada.direct(ben)
    at_ada = await ada.comes(permissions=ALLOWED)
    await at_ada.is_kept()
    push = await PushService.of(at_ada)
    at_ada.device.complaints.expect_outage()
    await asyncio.to_thread(own.server.stop)
    await at_ada.sees_line(re.compile("^(Waiting for network|No connection|Connecting)"))
    await looks_away(at_ada)
    await knows_who_looks(at_ada, somebody=False)
    await push.delivers(**MESSAGE, chat=chat, seq=1, sender=ben.id)
    await sees_notifications(at_ada, "Ben: New message")
    await clicks(at_ada, "Ben")
    await expect(at_ada.page).to_have_url(re.compile(f"/c/{chat}$"))
    await sees_notifications(at_ada)
    await asyncio.to_thread(own.server.start)


@pytest.mark.parametrize(
    "own", [{"push_loopback": True, "ack_timeout": 0.5, "retry_backoff": 0.1}], indirect=True
)
async def test_from_the_server_to_the_screen(own: Stage) -> None:
    ada, ben = await own.people("Ada", "Ben")
    chat = await ada.direct(ben)
    device = await ada.device(permissions=ALLOWED)
    async with push_service() as service:
        browser = service.browser()
        # The browser's maker is not in reach of a test: another carries it, all else is real.
        await device.context.add_init_script(_SUBSCRIPTION % json.dumps(browser.subscription))
        at_ada = await device.tab()
        await turns_on(at_ada)
        switch = at_ada.page.get_by_role("switch", name="Notifications")
        await expect(switch).to_have_accessible_description("Also while chinwag is closed")
        service.key = await at_ada.page.evaluate("sessionStorage.getItem('key')")

        await _closes(at_ada)
        push = await PushService.of(at_ada)
        await looks_away(at_ada)
        await knows_who_looks(at_ada, somebody=False)
        [newest] = await ben.says(chat, "milk or lemon?")
        await push.delivers(**await browser.next())
        await sees_notifications(at_ada, "Ben: milk or lemon?")
        async with ada.on_phone() as phone:
            phone.read(chat, newest)
            phone.flush_reads()
            await push.delivers(**await browser.next(kind="read"))
        await sees_notifications(at_ada)


async def test_the_settings_say_how_far_alerts_reach(stage: Stage) -> None:
    ada = await stage.person("Ada")
    at_ada = await ada.comes(permissions=ALLOWED)
    await turns_on(at_ada)
    # The browser's maker carries pushes, and is not in reach of a test.
    switch = at_ada.page.get_by_role("switch", name="Notifications")
    await expect(switch).to_have_accessible_description("While chinwag is open in a tab")
    await at_ada.presses("Show a test notification")
    await sees_notifications(at_ada, "chinwag: This is how a new message shows")
