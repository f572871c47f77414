"""What counts as read, and a timeline that does not move under the reader's eyes."""

import re

import pytest
from playwright.async_api import ViewportSize, expect

from web.keyboard import NO_POINTER, Keyboard
from web.stage import DESKTOP, PHONE, Stage


async def test_a_tab_in_the_background_reads_nothing(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    device = await ada.device()
    at_ada, elsewhere = await device.tab(f"/c/{chat}"), await device.blank()
    at_ben = await ben.comes(f"/c/{chat}")
    await at_ada.has_true_focus()
    await at_ada.comes_to_front()
    await at_ben.writes("seen at once")
    await at_ben.sees_tick("seen at once", "read")
    await elsewhere.bring_to_front()
    await at_ada.is_behind()
    await at_ben.writes("not seen yet")
    await at_ben.sees_tick("not seen yet", "delivered")
    await at_ada.sees("not seen yet")
    await at_ada.sees_unread("Ben", 1)
    await at_ada.comes_to_front()
    await at_ben.sees_tick("not seen yet", "read")


async def test_what_is_below_the_fold_is_not_read(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    await ben.says(chat, *(f"old {number}" for number in range(80)))
    at_ada = await ada.comes(f"/c/{chat}")
    await at_ada.scrolls_to("old 5")
    await at_ada.scrolls_to_newest()
    await at_ada.sees_unread("Ben", 0)
    await at_ada.scrolls_up()
    await ben.says(chat, "below")
    await at_ada.sees_unread("Ben", 1)
    await at_ada.jumps_down()
    await at_ada.has_on_screen("below")
    await at_ada.sees_unread("Ben", 0)


async def test_opening_leads_to_the_first_unread(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    await ben.says(chat, *(f"old {number}" for number in range(60)))
    async with ada.on_phone() as phone:
        phone.read(chat)
        phone.flush_reads()
        await phone.people.me()
    await ben.says(chat, *(f"new {number}" for number in range(60)))
    at_ada = await ada.comes()
    await at_ada.sees_unread("Ben", 60)
    await at_ada.opens("Ben")
    await at_ada.sees_line("60 unread messages")
    await at_ada.has_on_screen("new 0")


async def test_older_messages_come_without_a_jump(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    texts = [f"message {number} " + "and so on " * (number % 13) for number in range(400)]
    await ben.says(chat, *(text.strip() for text in texts))
    async with ada.on_phone() as phone:
        phone.read(chat)
        phone.flush_reads()
        await phone.people.me()
    at_ada = await ada.comes(f"/c/{chat}")
    await at_ada.has_on_screen(texts[-1].strip())
    assert await at_ada.jumps_while_scrolling_up(until=texts[3].strip()) == []


async def test_what_comes_above_moves_nothing(stage: Stage) -> None:
    """At the upper end of what is loaded, where the next begins in the middle of a run."""
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.group("Tea", ben)
    await ben.says(chat, *(f"message {number}" for number in range(400)))
    async with ada.on_phone() as phone:
        phone.read(chat)
        phone.flush_reads()
        await phone.people.me()
    at_ada = await ada.comes(f"/c/{chat}")
    await at_ada.has_on_screen("message 399")
    await at_ada.scrolls_to("message 370")
    await at_ada.device.goes_offline()
    await at_ada.scrolls_to_edge()
    async with at_ada.watches_for_jumps() as jumps:
        await at_ada.device.comes_online()
        await at_ada.has_more_above()
    assert jumps == []


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
async def test_a_long_message_is_read_on_in_its_place(stage: Stage, size: ViewportSize) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    long = "Once upon a time " + "there was more to tell, " * 350 + "happily ever after"
    *_, said = await ben.says(chat, *(f"day {number}" for number in range(30)), "look", long)
    at_ada = await ada.comes(f"/c/{chat}", viewport=size)
    await at_ada.scrolls_to_newest()
    await at_ada.rests_at_newest()
    story = at_ada.messages.filter(has_text="Once upon a time").first
    await expect(story).not_to_contain_text("happily")
    before = await story.bounding_box()
    await at_ada.presses("Read more", story)
    await at_ada.sees(long)
    await ben.says(chat, *(f"line {number}" for number in range(40)))
    below = at_ada.page.get_by_role("button", name=re.compile("40 unread below$"))
    await expect(below).to_be_visible()
    after = await story.bounding_box()
    assert before is not None
    assert after is not None
    assert after["y"] == before["y"]

    # What was unfolded stays so, and what one jumps to unfolds and is read from its beginning.
    await at_ada.jumps_down()
    await at_ada.has_on_screen("line 39")
    await at_ada.scrolls_to("look")
    await at_ada.sees(long)
    await ben.says(chat, "as I said", reply_to=said)
    await at_ada.reloads()
    await at_ada.scrolls_to_newest()
    await at_ada.follows_quote("as I said")
    await at_ada.sees(long)
    await at_ada.has_on_screen("look")


async def test_a_long_message_is_read_on_by_keyboard(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    await ben.says(chat, "hello", "\n".join(f"- {number} eggs" for number in range(60)))
    hands = await Keyboard.at(await ada.device(init=NO_POINTER), f"/c/{chat}")
    await hands.is_on(hands.screen.composer)
    await hands.presses("ArrowUp")
    eggs = hands.screen.messages.last
    await hands.is_on(eggs)
    await expect(eggs).not_to_contain_text("15 eggs")
    await hands.button("Read more", eggs)
    await hands.is_on(eggs)
    await hands.screen.sees("59 eggs")


async def test_a_jump_far_back_and_the_way_forward(stage: Stage) -> None:
    """The history has a hole then, between what was jumped to and the newest."""
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    said = await ben.says(chat, *(f"line {number}" for number in range(500)))
    await ben.says(chat, "back to the start", reply_to=said[10])
    at_ada = await ada.comes(f"/c/{chat}")
    await at_ada.scrolls_to_newest()
    await at_ada.follows_quote("back to the start")
    await at_ada.has_on_screen("line 10")
    await at_ada.scrolls_through("line 11", "line 200")
    await ben.says(chat, "said meanwhile")
    await at_ada.jumps_down()
    await at_ada.has_on_screen("said meanwhile")
