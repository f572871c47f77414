"""No network, no server, a page that is loaded again: what was written goes out, once, in order."""

import asyncio

import pytest
from playwright.async_api import ViewportSize, expect

from web.stage import DESKTOP, PHONE, Stage

_LONGEST_PAUSE = 30.0
"""Between two attempts to connect, in seconds; chance decides how much of it."""


async def test_written_offline_it_goes_out_later_in_order(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    at_ada, at_ben = await ada.comes(f"/c/{chat}"), await ben.comes(f"/c/{chat}")
    await at_ada.writes("before")
    await at_ben.sees("before")
    await at_ada.device.goes_offline()
    await at_ada.writes("one", "two", "three")
    await at_ada.sees_tick("three", "clock")
    await at_ada.device.comes_online()
    await at_ben.sees("one", "two", "three")
    await at_ada.sees_tick("three", "read")
    for screen in (at_ada, at_ben):
        assert await screen.texts() == ["before", "one", "two", "three"]


async def test_a_page_loaded_again_offline_opens_and_keeps_the_clock(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    await ben.says(chat, "from before")
    at_ada = await ada.comes(f"/c/{chat}")
    await at_ada.sees("from before")
    await at_ada.is_kept()
    await at_ada.device.goes_offline()
    await at_ada.writes("first", "second")
    await at_ada.types("half a thou")
    await at_ada.reloads()
    await at_ada.sees("from before", "first", "second")
    await at_ada.sees_tick("first", "clock")
    await at_ada.sees_draft("half a thou")
    await at_ada.sees_trouble()
    await at_ada.device.comes_online()
    await at_ada.sees_tick("second", "sent")
    await at_ada.sees_no_trouble()
    assert await at_ada.texts() == ["from before", "first", "second"]
    at_ben = await ben.comes(f"/c/{chat}")
    await at_ben.sees("second")
    assert await at_ben.texts() == ["from before", "first", "second"]


async def test_a_server_killed_in_the_middle_loses_and_doubles_nothing(own: Stage) -> None:
    ada, ben = await own.people("Ada", "Ben")
    chat = await ada.direct(ben)
    tall = {"viewport": {"width": 1280, "height": 2400}}
    at_ada, at_ben = await ada.comes(f"/c/{chat}", **tall), await ben.comes(f"/c/{chat}", **tall)
    for screen in (at_ada, at_ben):
        screen.device.complaints.expect_outage()
    said = [f"line {number}" for number in range(30)]
    for round_ in range(3):
        part = said[10 * round_ : 10 * round_ + 10]
        await at_ada.writes(*part[:5])
        await asyncio.to_thread(own.server.kill)
        await at_ada.writes(*part[5:])
        await at_ada.sees_tick(part[-1], "clock")
        await asyncio.to_thread(own.server.start)
        await at_ada.sees_tick(part[-1], "read", within=_LONGEST_PAUSE)
    assert await at_ben.texts() == said
    assert await at_ada.texts() == said


async def test_nobody_is_said_to_be_online_when_nobody_tells(own: Stage) -> None:
    ada, ben = await own.people("Ada", "Ben")
    chat = await ada.direct(ben)
    await ben.says(chat, "hello")
    at_ada = await ada.comes(f"/c/{chat}/info")
    online = at_ada.page.get_by_text("online", exact=True)
    at_ada.device.complaints.expect_outage()
    async with ben.on_phone() as phone:
        phone.foreground = True
        await expect(online).to_have_count(2)  # above the messages, and in the contact info
        await asyncio.to_thread(own.server.kill)
    await at_ada.sees_trouble()
    # Nor for as long as one might wait for the next word.
    await expect(online).to_have_count(0, timeout=3_000)


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
async def test_what_is_said_of_the_network_moves_nothing(stage: Stage, size: ViewportSize) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    await ben.says(chat, *(f"line {number}" for number in range(60)))
    at_ada = await ada.comes(f"/c/{chat}", viewport=size)
    await at_ada.has_on_screen("line 5")
    await at_ada.rests()
    before = await at_ada.box("line 5")
    await at_ada.device.goes_offline()
    await at_ada.sees_trouble()
    assert await at_ada.box("line 5") == before
    await at_ada.device.comes_online()
    await at_ada.sees_no_trouble()
    assert await at_ada.box("line 5") == before
