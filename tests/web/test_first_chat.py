"""Two people, from hello to blue ticks."""

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
