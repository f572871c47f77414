"""One person on several devices, and a device that is signed out."""

import pytest

from web.stage import Stage


async def test_read_here_is_read_there(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    await ben.says(chat, "one", "two")
    laptop, desk = await ada.comes(), await ada.comes()
    await desk.sees_unread("Ben", 2)
    await laptop.opens("Ben")
    await desk.sees_unread("Ben", 0)
    await laptop.writes("from the laptop")
    await desk.opens("Ben")
    await desk.sees("from the laptop")
    await desk.sees_tick("from the laptop", "sent")


async def test_a_removed_device_comes_back_to_where_it_was(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    at_ada = await ada.comes(f"/c/{chat}")
    await at_ada.writes("sent before")
    await at_ada.sees_tick("sent before", "sent")
    await at_ada.device.goes_offline()
    await at_ada.writes("not sent yet")
    await at_ada.types("a draft")
    async with ada.on_phone() as phone:
        for device in await phone.devices.list():
            if not device.this:
                await phone.devices.remove(device.id)
    at_ada.device.complaints.expect("401")
    await at_ada.device.comes_online()
    await at_ada.signs_in_again(ada.password)
    await at_ada.sees("sent before", "not sent yet")
    await at_ada.sees_tick("not sent yet", "sent")
    await at_ada.sees_draft("a draft")
    assert await at_ada.texts() == ["sent before", "not sent yet"]


@pytest.mark.parametrize("how", ["garbage", "newer", "empty"])
async def test_a_broken_local_store_heals(stage: Stage, how: str) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    await ben.says(chat, "still there")
    at_ada = await ada.comes(f"/c/{chat}")
    await at_ada.sees("still there")
    await at_ada.breaks_local_store(how)
    await at_ada.goes_to(f"/c/{chat}")
    await at_ada.sees("still there")
    await at_ada.writes("and so am I")
    await at_ada.sees_tick("and so am I", "sent")
