"""A message that does not arrive: why stands below it, and it can be tried again."""

import asyncio

import pytest
from playwright.async_api import expect

from flows.raw import Raw
from web.stage import Someone, Stage

QUICK = {"ack_timeout": 0.2, "retry_backoff": 0.1, "retry_factor": 1.5, "retry_limit": 3}
_PATIENT = 30
impatient = pytest.mark.parametrize("own", [QUICK], indirect=True)


async def _deaf(person: Someone) -> Raw:
    """A device of theirs that acknowledges nothing."""
    return await Raw.open(person.stage.server.url, person.token)


@impatient
async def test_below_the_message_in_its_menu_and_its_info(own: Stage) -> None:
    ada, ben = await own.people("Ada", "Ben")
    chat = await ada.direct(ben)
    at_ada = await ada.comes(f"/c/{chat}")
    again = at_ada.page.get_by_role("button", name="Try again")
    for way in ("below", "menu", "info"):
        text = f"hello {way}"
        async with await _deaf(ben) as deaf:
            await at_ada.writes(text)
            await at_ada.sees_tick(text, "failed", within=_PATIENT)
            assert await asyncio.wait_for(deaf.close_code(), _PATIENT) == 4010
        if way == "menu":
            await at_ada.opens_menu_of(at_ada.message(text))
            await at_ada.chooses("Try again")
        elif way == "info":
            await at_ada.opens_menu_of(at_ada.message(text))
            await at_ada.chooses("Message info")
            panel = at_ada.page.get_by_role("region", name="Message info")
            await expect(panel).to_contain_text("Could not reach")
            await panel.get_by_role("button", name="Try again").click()
            await expect(panel).not_to_contain_text("Could not reach")
        else:
            await again.click()
        await at_ada.sees_tick(text, "sent")
        await expect(again).to_have_count(0)
    await ben.comes(f"/c/{chat}")
    await at_ada.sees_tick("hello below", "read")


@impatient
async def test_what_fails_again_says_so_again(own: Stage) -> None:
    ada, ben = await own.people("Ada", "Ben")
    chat = await ada.direct(ben)
    at_ada = await ada.comes(f"/c/{chat}")
    async with await _deaf(ben) as deaf:
        await at_ada.writes("hello")
        await at_ada.sees_tick("hello", "failed", within=_PATIENT)
        assert await asyncio.wait_for(deaf.close_code(), _PATIENT) == 4010
    async with await _deaf(ben) as deaf:
        await at_ada.page.get_by_role("button", name="Try again").click()
        await at_ada.sees_tick("hello", "sent")
        await at_ada.sees_tick("hello", "failed", within=_PATIENT)
        assert await asyncio.wait_for(deaf.close_code(), _PATIENT) == 4010
    at_ben = await ben.comes(f"/c/{chat}")
    await at_ben.sees("hello")
    await at_ada.sees_tick("hello", "read")
