"""axe-core finds nothing, on any screen, in either theme, wide or narrow."""

import pytest

from web import axe, tour
from web.stage import DESKTOP, PHONE, Stage

LOOKS = [
    pytest.param("light", DESKTOP, id="light-wide"),
    pytest.param("dark", DESKTOP, id="dark-wide"),
    pytest.param("light", PHONE, id="light-phone"),
    pytest.param("dark", PHONE, id="dark-phone"),
]


@pytest.mark.parametrize(("theme", "size"), LOOKS)
async def test_no_screen_has_a_violation(stage: Stage, theme: str, size: dict[str, int]) -> None:
    ada, ben, cleo = await stage.people("Ada", "Ben", "Cleo")
    direct = await ada.direct(ben)
    await ben.says(direct, "Which *train*?", "The `10:10`, see https://example.org")
    group = await ada.group("Lake", ben, cleo, description="A weekend")
    await cleo.says(group, f"@{ada.handle} hello", mentions=[ada.id])
    said = await ada.says(group, "Hello all")
    await ben.says(group, "👋", reply_to=said[0])
    async with cleo.on_phone() as phone:
        code = (await phone.groups.invite_link((await phone.groups.create("Books")).chat)).code
    look = {"viewport": size, "color_scheme": theme}
    at_ada = await ada.comes(**look)
    found = {}
    for stop in tour.screens(direct, group, code):
        await stop.visit(at_ada)
        found[stop.name] = await axe.violations(at_ada.page)
    nobody = await (await stage.device(**look)).tab()
    for stop in tour.outside():
        await stop.visit(nobody)
        found[stop.name] = await axe.violations(nobody.page)
    assert {name: lines for name, lines in found.items() if lines} == {}
