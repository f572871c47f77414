"""Narrow and wide, light and dark, left and right."""

import re

from playwright.async_api import ViewportSize, expect

from web.stage import PHONE, Stage


async def test_on_a_phone_one_column_at_a_time_and_back_leads_back(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    await ben.says(chat, "hello")
    at_ada = await ada.comes(viewport=PHONE, has_touch=True, is_mobile=True)
    await at_ada.opens("Ben")
    await at_ada.sees("hello")
    await at_ada.does_not_show_list()
    await at_ada.opens_details("Ben")
    await at_ada.goes_back()
    await at_ada.sees("hello")
    await at_ada.goes_back()
    await at_ada.sees_unread("Ben", 0)
    await at_ada.opens("Ben")
    await at_ada.presses("Back")
    await at_ada.sees_unread("Ben", 0)
    assert await at_ada.overflow() == []


async def test_pages_that_lead_to_a_chat_are_not_on_the_way_back(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    lake = await ben.group("Lake")
    async with ben.on_phone() as phone:
        link = await phone.groups.invite_link(lake)
    at_ada = await ada.comes(viewport=PHONE, has_touch=True, is_mobile=True)
    await at_ada.finds(ben.handle, "Ben")
    await at_ada.goes_back()
    await expect(at_ada.page).to_have_url(f"{stage.server.url}/")
    await at_ada.presses("New chat")
    await at_ada.presses("New group")
    await at_ada.presses(re.compile("^Next"))
    await at_ada.fills("Name of the group", "Hut")
    await at_ada.presses("Create group")
    await at_ada.is_in("Hut")
    await at_ada.goes_back()
    await expect(at_ada.page).to_have_url(f"{stage.server.url}/")
    await at_ada.presses("New chat")
    await at_ada.page.get_by_role("searchbox").fill(f"{stage.server.url}/join/{link.code}")
    await at_ada.presses("Open the invitation to a group")
    await at_ada.presses("Join group")
    await at_ada.is_in("Lake")
    await at_ada.goes_back()
    await expect(at_ada.page).to_have_url(f"{stage.server.url}/")
    await at_ada.sees_unread("Hut", 0)


async def test_dark_is_dark_and_light_is_light(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    await ben.says(chat, "hello")
    light = await ada.comes(f"/c/{chat}", color_scheme="light")
    await light.sees("hello")
    dark = await ada.comes(f"/c/{chat}", color_scheme="dark")
    await dark.sees("hello")
    assert await light.lightness() > 0.85
    assert await dark.lightness() < 0.2


async def test_arabic_runs_from_right_to_left(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    await ada.says(chat, "from me")
    await ben.says(chat, "from ben")
    at_ada = await ada.comes(f"/c/{chat}", locale="ar")
    await at_ada.sees("from me", "from ben")
    assert await at_ada.page.evaluate("document.documentElement.dir") == "rtl"
    mine, theirs = await at_ada.box("from me"), await at_ada.box("from ben")
    assert mine["x"] < theirs["x"]
    english = await ada.comes(f"/c/{chat}")
    await english.sees("from me", "from ben")
    mine, theirs = await english.box("from me"), await english.box("from ben")
    assert mine["x"] > theirs["x"]


async def test_what_a_button_does_is_not_cut_off_by_a_long_name(stage: Stage) -> None:
    ada, ben = await stage.person("Ada"), await stage.person("Wolfeschlegelstein" * 3)
    at_ada = await ada.comes(f"/c/{await ada.direct(ben)}/info", viewport=PHONE, locale="de")
    row = at_ada.page.get_by_role("button", name=re.compile("blockieren$"))
    await expect(row).to_be_visible()
    cut = "it => [...it.querySelectorAll('*')].some((each) => each.scrollWidth > each.clientWidth)"
    assert not await row.evaluate(cut)


async def test_a_keyboard_over_a_phone_on_its_side_leaves_room_to_send(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    above_the_keyboard: ViewportSize = {"width": 667, "height": 180}
    at_ada = await ada.comes(f"/c/{await ada.direct(ben)}", viewport=above_the_keyboard)
    await at_ada.composer.fill("\n".join(f"line {number}" for number in range(12)))
    for name in ("Back", "Send"):
        button = at_ada.page.get_by_role("button", name=name, exact=True)
        await expect(button).to_be_in_viewport(ratio=1)
