"""Who is blocked is told nothing."""

from web.stage import Stage


async def test_one_tick_for_ever(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    at_ada, at_ben = await ada.comes(f"/c/{chat}"), await ben.comes(f"/c/{chat}")
    await at_ben.writes("hello")
    await at_ben.sees_tick("hello", "read")
    await at_ben.sees_line("online")
    await at_ada.blocks("Ben")
    await at_ben.writes("are you there?")
    await at_ben.sees_tick("are you there?", "sent")
    # Something after it has gone all the way, so the tick above is the last word.
    async with ada.on_phone() as phone:
        await phone.people.unblock(ben.id)
    await at_ben.writes("and now?")
    await at_ben.sees_tick("and now?", "read")
    await at_ben.sees_tick("are you there?", "sent")
    await at_ada.sees("hello", "and now?")
    await at_ada.sees_not("are you there?")
