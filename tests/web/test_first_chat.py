"""Two people, from hello to blue ticks."""

from playwright.async_api import expect

from web.stage import Stage


async def test_a_first_chat(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    at_ada, at_ben = await ada.comes(), await ben.comes()
    await at_ada.finds(ben.handle, "Ben")
    await at_ada.writes("Tea at four?")
    await at_ada.sees_tick("Tea at four?", "delivered")
    await at_ben.sees_unread("Ada", 1)
    await at_ben.sees_in_list("Ada", "Tea at four?")
    await at_ben.opens("Ada")
    await at_ben.sees("Tea at four?")
    await at_ada.sees_tick("Tea at four?", "read")
    await at_ben.sees_unread("Ada", 0)

    await at_ben.types("Yes, and")
    await at_ada.sees_typing()
    await at_ben.writes("Yes, and cake")
    await at_ada.sees("Yes, and cake")
    await at_ada.sees_no_typing()
    await at_ben.sees_tick("Yes, and cake", "read")


async def test_one_tick_while_nobody_is_there(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    at_ada = await ada.comes(f"/c/{await ada.direct(ben)}")
    await at_ada.writes("Are you up?")
    await at_ada.sees_tick("Are you up?", "sent")
    async with ben.on_phone():
        await at_ada.sees_tick("Are you up?", "delivered")


async def test_a_reply_leads_to_what_it_answers(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    await ben.says(chat, "Which train?", *(f"line {number}" for number in range(60)))
    at_ada = await ada.comes()
    await at_ada.opens("Ben")
    await at_ada.scrolls_to("Which train?")
    await at_ada.replies("Which train?", "The one at ten")
    await at_ada.sees("The one at ten")
    await at_ada.follows_quote("The one at ten")
    await at_ada.has_on_screen("Which train?")


async def test_a_menu_stays_when_the_button_is_let_go_late(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    await ben.says(chat, "Which train?")
    at_ada = await ada.comes(f"/c/{chat}")
    await at_ada.opens_menu_of(at_ada.message("Which train?"), held=0.8)
    await at_ada.chooses("Reply")


async def test_messages_can_be_clicked_while_they_are_scrolled(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    await ben.says(chat, *(f"line {number}" for number in range(60)))
    at_ada = await ada.comes(f"/c/{chat}")
    await at_ada.opens_menu_while_scrolling("line 3")
    await at_ada.chooses("Reply")


async def test_a_mention_stands_out(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.group("Lake", ben)
    at_ben = await ben.comes()
    await at_ben.sees_in_list("Lake", "Ada created the group")
    at_ada = await ada.comes(f"/c/{chat}")
    await at_ada.mentions("Ben", "bring the pan")
    await at_ben.sees_mark("Lake", "You are mentioned")
    await at_ben.opens("Lake")
    await at_ben.sees("@Ben bring the pan")


async def test_who_chose_an_emoji_writes_on(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    at_ada = await ada.comes(f"/c/{await ada.direct(ben)}")
    await at_ada.types("Tea ")
    await at_ada.opens_emoji()
    emoji = at_ada.page.get_by_role("gridcell", name="grinning face", exact=True)
    await emoji.click()
    await emoji.click()
    keys = at_ada.page.keyboard
    await keys.type(" at four")
    await keys.press("Enter")
    await at_ada.sees("Tea 😀😀 at four")
    await expect(emoji).to_be_visible()
    await keys.press("Escape")
    await expect(emoji).to_have_count(0)
    await keys.type("bye")
    await keys.press("Enter")
    await at_ada.sees("bye")


async def test_what_is_pasted_among_the_messages_is_written(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    await ben.says(chat, "Which train?")
    at_ada = await ada.comes(f"/c/{chat}")
    await at_ada.types("The one at ten")
    keys = at_ada.page.keyboard
    await keys.press("ControlOrMeta+a")
    await keys.press("ControlOrMeta+x")
    await at_ada.message("Which train?").click()
    await expect(at_ada.composer).not_to_be_focused()
    await keys.press("ControlOrMeta+v")
    await expect(at_ada.composer).to_have_value("The one at ten")
