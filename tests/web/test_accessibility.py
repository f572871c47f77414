"""axe-core finds nothing, on any screen: light and dark, wide and narrow."""

import pytest

from web import axe, tour
from web.screen import Screen
from web.sharing import photo, voice
from web.stage import DESKTOP, PHONE, Stage


async def _look(screen: Screen, stop: tour.Stop) -> list[str]:
    """What is wrong with the screen, in each of its looks. Dark differs by its colours alone."""
    page, found = screen.page, []
    found += await axe.violations(page, popup=stop.popup)
    await page.emulate_media(color_scheme="dark")
    await screen.rests()
    found += [f"dark: {it}" for it in await axe.violations(page, "color-contrast")]
    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size(PHONE)
    await screen.rests()
    found += [f"phone: {it}" for it in await axe.violations(page, popup=stop.popup)]
    await page.set_viewport_size(DESKTOP)
    return [f"{stop.name}: {it}" for it in found]


# So many that each has time enough on a busy machine: a screen takes seconds, there are dozens.
_PARTS = 6


@pytest.mark.parametrize("part", range(_PARTS))
async def test_no_screen_has_a_violation(stage: Stage, part: int) -> None:
    ada, ben, cleo = await stage.people("Ada", "Ben", "Cleo")
    direct = await ada.direct(ben)
    await ben.says(direct, "Which *train*?", "The `10:10`, see https://example.org")
    [regretted] = await ben.says(direct, "Never mind")
    async with ben.on_phone() as phone:
        await phone.delete(direct, regretted)
    group = await ada.group("Lake", ben, cleo, description="A weekend")
    await cleo.says(group, f"@{ada.handle} hello", mentions=[ada.id])
    said = await ada.says(group, "Hello all")
    await ben.says(group, "👋", reply_to=said[0])
    async with cleo.on_phone() as phone:
        await phone.send_file(group, photo(), kind="photo", name="a.jpg", caption="Look")
        await phone.send_file(group, voice(), kind="voice", name="v.ogg")
        last = await phone.send_file(group, b"1,2", kind="document", name="figures.csv")
        await last.accepted()
        code = (await phone.groups.invite_link((await phone.groups.create("Books")).chat)).code
    at_ada = await ada.comes()
    found = []
    for stop in list(tour.screens(direct, group, code))[part::_PARTS]:
        await stop.visit(at_ada)
        found += await _look(at_ada, stop)
    nobody = await (await stage.device()).tab()
    for stop in list(tour.outside())[part::_PARTS]:
        await stop.visit(nobody)
        found += await _look(nobody, stop)
    assert not found, "\n".join(found)
