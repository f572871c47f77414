"""Notifications of the open page: for what comes while one looks elsewhere, and no others."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Route, expect

from web.notifying import (
    ALLOWED,
    catching_up,
    clicks,
    comes_to_front,
    goes_behind,
    is_last_tab,
    looks_away,
    notifications,
    sees_notifications,
    turns_on,
)
from web.screen import Screen
from web.stage import Someone, Stage

FOR_EVER = 2**45


async def _alerted(someone: Someone, path: str = "/", **how: Any) -> Screen:
    """Sits down at a browser that shows notifications."""
    screen = await someone.comes(permissions=ALLOWED, **how)
    await turns_on(screen)
    async with catching_up(screen):
        await screen.goes_to(path)
    return screen


async def test_a_message_behind_ones_back_shows_and_goes_when_read_elsewhere(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    at_ada = await _alerted(ada)
    await looks_away(at_ada)
    await ben.says(chat, "*Tea* at four?")
    await sees_notifications(at_ada, "Ben: Tea at four?")
    [newest] = await ben.says(chat, "Or five?")
    await sees_notifications(at_ada, "Ben (2): Or five?")
    async with ada.on_phone() as phone:
        phone.read(chat, newest)
        phone.flush_reads()
        await sees_notifications(at_ada)


async def test_nothing_shows_while_one_looks(stage: Stage) -> None:
    ada, ben, cleo = await stage.people("Ada", "Ben", "Cleo")
    chat, other = await ada.direct(ben), await ada.direct(cleo)
    at_ada = await _alerted(ada, f"/c/{chat}")
    await ben.says(chat, "in the open chat")
    await at_ada.sees("in the open chat")
    await cleo.says(other, "in another")
    await at_ada.sees_unread("Cleo", 1)
    await looks_away(at_ada)
    await cleo.says(other, "in another, behind the back")
    # What came before would stand beside it.
    await sees_notifications(at_ada, "Cleo (2): in another, behind the back")


async def test_two_tabs_alert_once_and_a_tab_in_front_speaks_for_both(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    first = await _alerted(ada)
    second = await first.device.tab("/")
    elsewhere = await looks_away(second)
    await comes_to_front(second)
    await ben.says(chat, "one")
    await first.sees_unread("Ben", 1)
    await second.sees_unread("Ben", 1)
    assert await notifications(first) == []
    await goes_behind(second, elsewhere)
    await first.page.close()  # the one that spoke so far
    await is_last_tab(second)
    await ben.says(chat, "two")
    await sees_notifications(second, "Ben (2): two")


async def test_muted_chats_are_quiet_unless_they_call_by_name(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    group = await ben.group("Tea round", ada)
    async with ada.on_phone() as phone:
        await phone.arrange(group, muted_until=FOR_EVER)
    at_ada = await _alerted(ada)
    await looks_away(at_ada)
    await ben.says(group, "to all")
    await at_ada.sees_unread("Tea round", 1)
    await ben.says(group, f"@{ada.handle} to you", mentions=[ada.id])
    await sees_notifications(at_ada, f"Tea round (2): Ben: @{ada.handle} to you")


async def test_nothing_shows_that_was_not_wanted(stage: Stage) -> None:
    ada, ben, cleo = await stage.people("Ada", "Ben", "Cleo")
    chat = await ada.direct(ben)
    at_ada = await ada.comes(permissions=ALLOWED)
    await at_ada.is_kept()
    async with catching_up(at_ada):
        await at_ada.reloads()
    await looks_away(at_ada)
    await ben.says(chat, "one")
    await expect(at_ada.page).to_have_title("(1) chinwag")
    assert await notifications(at_ada) == []

    other = await cleo.direct(ben)
    at_cleo = await _alerted(cleo)
    await at_cleo.goes_to("/settings/alerts")
    await at_cleo.page.get_by_role("switch", name="Show the text of messages").uncheck()
    await looks_away(at_cleo)
    await ben.says(other, "a secret")
    await sees_notifications(at_cleo, "Ben: New message")
    await ben.says(other, "another")
    await sees_notifications(at_cleo, "Ben: 2 new messages")


async def test_what_was_missed_is_summed_up(own: Stage) -> None:
    ada, *others = await own.people("Ada", "Ben", "Cleo", "Dev", "Eli", "Fay")
    chats = [await ada.direct(other) for other in others]
    at_ada = await _alerted(ada)
    await looks_away(at_ada)
    async with _away(at_ada):
        await others[0].says(chats[0], "missed", "missed as well")
    await sees_notifications(at_ada, "Ben (2): missed as well")
    async with _away(at_ada):
        for other, chat in zip(others, chats, strict=True):
            await other.says(chat, "missed")
    await sees_notifications(
        at_ada, "Ben (2): missed as well", "7 new messages: Ben, Cleo, Dev and 2 others"
    )


@asynccontextmanager
async def _away(screen: Screen) -> AsyncIterator[None]:
    """Meanwhile there is no network. Sockets that are there would live on: the server ends them."""
    server = screen.device.stage.server
    await screen.device.goes_offline()
    await asyncio.to_thread(server.stop)
    await asyncio.to_thread(server.start)
    yield
    async with catching_up(screen):
        await screen.device.comes_online()


async def test_title_and_icon_count_the_chats_that_wait(stage: Stage) -> None:
    ada, ben, cleo = await stage.people("Ada", "Ben", "Cleo")
    chat, other = await ada.direct(ben), await ada.direct(cleo)
    at_ada = await ada.comes()
    icon = at_ada.page.locator('link[rel="icon"][type="image/svg+xml"]')
    await expect(at_ada.page).to_have_title("chinwag")
    await expect(icon).to_have_attribute("href", "/favicon.svg")
    await ben.says(chat, "one", "two")
    await cleo.says(other, "three")
    await expect(at_ada.page).to_have_title("(2) chinwag")
    await expect(icon).to_have_attribute("href", "/favicon-unread.svg")
    await at_ada.opens("Ben")
    await at_ada.sees("two")
    await expect(at_ada.page).to_have_title("(1) chinwag")
    await at_ada.opens("Cleo")
    await expect(at_ada.page).to_have_title("chinwag")
    await expect(icon).to_have_attribute("href", "/favicon.svg")


async def test_what_waits_is_counted_though_the_words_come_last(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    await ben.says(await ada.direct(ben), "one")
    at_ada = await (await ada.device()).tab("/api/server")
    caught_up = asyncio.Event()

    async def held(route: Route) -> None:
        await caught_up.wait()
        await route.continue_()

    await at_ada.device.context.route("**/assets/en-*.js", held)
    async with catching_up(at_ada):
        await at_ada.goes_to("/")
    caught_up.set()
    await expect(at_ada.page).to_have_title("(1) chinwag")


async def test_a_click_leads_to_the_chat(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    at_ada = await _alerted(ada)
    elsewhere = await looks_away(at_ada)
    await ben.says(chat, "come here")
    await sees_notifications(at_ada, "Ben: come here")
    await elsewhere.close()
    await at_ada.page.bring_to_front()
    await clicks(at_ada, "Ben")
    await expect(at_ada.page).to_have_url(re.compile(f"/c/{chat}$"))
    await at_ada.sees("come here")
    await sees_notifications(at_ada)


async def test_the_browser_is_asked_only_when_it_was_offered_and_taken(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    at_ada = await ada.comes()
    offer = at_ada.page.get_by_role("complementary", name="Notifications")
    # Chromium without a screen denies by itself; a person is asked.
    await at_ada.page.add_init_script(
        "Object.defineProperty(Notification, 'permission', { get: () => 'default' })"
    )
    async with catching_up(at_ada):
        await at_ada.reloads()
    await at_ada.sees_line("Nobody here yet")
    await expect(offer).to_have_count(0)
    await ben.says(chat, "hello")
    await expect(offer).to_be_visible()
    await at_ada.presses("Not now")
    await expect(offer).to_have_count(0)
    await at_ada.reloads()
    await at_ada.sees_unread("Ben", 1)
    await expect(offer).to_have_count(0)
