"""Several tabs of one browser are one device."""

from web.stage import Stage


async def test_two_tabs_share_one_socket_and_know_the_same(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    device = await ada.device()
    sockets = device.count_sockets()
    first = await device.tab(f"/c/{chat}")
    second = await device.tab(f"/c/{chat}")
    await first.writes("from the first")
    await second.sees("from the first")
    await second.writes("from the second")
    await first.sees("from the second")
    await second.sees_tick("from the second", "sent")
    await first.sees_tick("from the second", "sent")
    assert len(sockets) == 1
    assert await first.texts() == await second.texts() == ["from the first", "from the second"]


async def test_the_leading_tab_closes_and_the_other_takes_over(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    device = await ada.device()
    first = await device.tab(f"/c/{chat}")
    await first.writes("first")
    await first.sees_tick("first", "sent")
    second = await device.tab(f"/c/{chat}")
    await second.writes("before")
    await second.sees_tick("before", "sent")
    await first.page.close()
    await second.writes("after")
    await second.sees_tick("after", "sent")
    await ben.says(chat, "an answer")
    await second.sees("an answer")


async def test_written_while_the_leading_tab_goes_is_sent_by_the_next(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    device = await ada.device()
    first = await device.tab(f"/c/{chat}")
    await first.writes("first")
    await first.sees_tick("first", "sent")
    second = await device.tab(f"/c/{chat}")
    await second.sees_tick("first", "sent")
    await device.goes_offline()
    await second.writes("between")
    await first.sees_tick("between", "clock")
    await first.writes("goes with it")
    await second.sees_tick("goes with it", "clock")
    await first.page.close()
    await device.comes_online()
    await second.sees_tick("between", "sent")
    await second.sees_tick("goes with it", "sent")
    assert await second.texts() == ["first", "between", "goes with it"]


async def test_written_in_one_tab_offline_sent_by_the_other(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    device = await ada.device()
    first, second = await device.tab("/"), await device.tab(f"/c/{chat}")
    await second.writes("online")
    await second.sees_tick("online", "sent")
    await device.goes_offline()
    await second.writes("offline")
    await second.sees_tick("offline", "clock")
    await second.page.close()
    await device.comes_online()
    await first.opens("Ben")
    await first.sees_tick("offline", "sent")
    assert await first.texts() == ["online", "offline"]


async def test_unread_is_the_same_in_all_tabs(stage: Stage) -> None:
    ada, ben, cleo = await stage.people("Ada", "Ben", "Cleo")
    chat, other = await ada.direct(ben), await ada.direct(cleo)
    await ben.says(chat, "one", "two")
    await cleo.says(other, "three")
    device = await ada.device()
    first, second = await device.tab("/"), await device.tab("/")
    for tab in (first, second):
        await tab.sees_unread("Ben", 2)
        await tab.sees_unread("Cleo", 1)
    await second.opens("Ben")
    for tab in (first, second):
        await tab.sees_unread("Ben", 0)
        await tab.sees_unread("Cleo", 1)
