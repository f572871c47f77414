"""Code in every text that a user can set, shown on every screen: none of it runs, and the policy
has nothing to stop (a stopped attempt is a complaint, and fails the story).
"""

import pytest

from chinwag.protocol.events import Settings
from web import hostile, tour
from web.sharing import photo
from web.stage import Someone, Stage

_ADDRESSES = "(links) => links.map((link) => link.getAttribute('href') ?? '')"
"""All at one moment: a list that is still filling loses a link while they are asked one by one."""


@pytest.mark.parametrize("half", range(2))
@pytest.mark.parametrize("part", range(3))
async def test_nothing_runs(stage: Stage, part: int, half: int) -> None:
    """A third of the texts at a time, so that each stands on screen at least once everywhere; and
    half of the screens, so that there is time enough on a busy machine.
    """
    texts = hostile.TEXTS[part::3]
    people = [await stage.person(text[:64]) for text in texts]
    ada = people[0]
    chats = await _fill(ada, people, texts)
    at_ada = await ada.comes(init=hostile.TRAP)
    for screen in list(tour.screens(**chats, name=texts[0]))[half::2]:
        await screen.visit(at_ada)
        assert await at_ada.page.evaluate("window.__xss") == 0, screen.name
    for chat in (chats["direct"], chats["group"]):
        await at_ada.goes_to(f"/c/{chat}")
        await at_ada.sees(texts[-1])
        for address in await at_ada.page.get_by_role("link").evaluate_all(_ADDRESSES):
            assert address.startswith(("/", "https://", "http://", "mailto:")), address
        assert await at_ada.page.evaluate("window.__xss") == 0


async def _fill(ada: Someone, people: list[Someone], texts: tuple[str, ...]) -> dict[str, str]:
    """A direct chat and a group whose every text is one of these."""
    group = await ada.group(texts[0][:100], *people[1:], description="\n".join(texts)[:2048])
    async with ada.on_phone() as phone:
        seen = await phone.send_file(group, photo(), kind="photo", name="a.jpg", caption=texts[0])
        await seen.accepted()
    for person, text in zip(people, texts, strict=True):
        async with person.on_phone() as phone:
            await phone.people.set_profile(about=text[:140])
            await (await phone.send(group, text)).accepted()
            device = next(it for it in await phone.devices.list() if it.this)
            await phone.devices.rename(device.id, text[:64])
    direct = await people[1].direct(ada)
    async with people[1].on_phone() as phone:
        for text in texts:
            await phone.send_file(direct, b"<svg/>", kind="document", name=text[:255])
        await (await phone.send(direct, texts[0])).accepted()
    await people[1].says(direct, *texts[1:])
    async with people[1].on_phone() as phone:
        own = await phone.groups.create(texts[1][:100])
        await phone.groups.invite(own.chat, ada.id)
        await phone.groups.change(own.chat, settings=Settings(approval=True))
    async with ada.on_phone() as phone:
        for text in texts[:3]:
            await phone.groups.change(group, title=text[:100])
        link = await phone.groups.invite_link(group)
    return {"direct": direct, "group": group, "code": link.code}
