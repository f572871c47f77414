"""A group from its making to those who leave it."""

from chinwag.protocol.events import Settings
from web.stage import Stage


async def test_made_by_hand_with_roles_and_only_admins_writing(stage: Stage) -> None:
    ada, ben, cleo = await stage.people("Ada", "Ben", "Cleo")
    for other in (ben, cleo):
        await ada.direct(other)
    at_ada, at_ben, at_cleo = await ada.comes(), await ben.comes(), await cleo.comes()
    await at_ada.makes_group("Lake", "Ben", "Cleo")
    for screen in (at_ben, at_cleo):
        await screen.opens("Lake")
    await at_ada.writes("Welcome all")
    await at_ben.writes("Hello from Ben")
    await at_cleo.sees("Welcome all", "Hello from Ben")
    await at_cleo.writes("Hello from Cleo")
    await at_ada.sees_tick("Welcome all", "read")

    await at_ada.makes_admin("Ben")
    await at_ben.sees_line("Ada made you an admin")
    await at_ben.lets_only_admins_write()
    await at_cleo.cannot_write()
    await at_ada.writes("Quiet please")
    await at_cleo.sees("Quiet please")


async def test_an_invite_link_with_approval(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.group("Lake")
    async with ada.on_phone() as phone:
        await phone.groups.change(chat, settings=Settings(approval=True))
        link = await phone.groups.invite_link(chat)
    at_ada = await ada.comes(f"/c/{chat}")
    at_ben = await ben.comes(f"/join/{link.code}")
    await at_ben.asks_to_join("Lake")
    await at_ada.lets_in("Ben")
    await at_ben.goes_to("/")
    await at_ben.opens("Lake")
    await at_ben.writes("Thanks for letting me in")
    await at_ada.sees("Thanks for letting me in")


async def test_who_is_removed_keeps_the_history_and_gets_nothing(stage: Stage) -> None:
    ada, ben, cleo = await stage.people("Ada", "Ben", "Cleo")
    chat = await ada.group("Lake", ben, cleo)
    at_ada = await ada.comes(f"/c/{chat}")
    at_cleo = await cleo.comes(f"/c/{chat}")
    await at_ada.writes("before")
    await at_cleo.sees("before")
    await at_ada.removes("Cleo")
    await at_cleo.sees_line("Ada removed you")
    await at_cleo.cannot_write()
    await at_ada.goes_to(f"/c/{chat}")
    await at_ada.writes("after")
    async with ben.on_phone():
        await at_ada.sees_tick("after", "delivered")
    await at_cleo.reloads()
    await at_cleo.sees("before")
    await at_cleo.sees_not("after")


async def test_leaving(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.group("Lake", ben)
    at_ada, at_ben = await ada.comes(f"/c/{chat}"), await ben.comes(f"/c/{chat}")
    await at_ben.writes("Bye all")
    await at_ada.sees("Bye all")
    await at_ben.leaves()
    await at_ada.sees_line("Ben left")
    await at_ben.cannot_write()
