"""The page opens."""

from web.stage import Stage


async def test_the_page_opens(stage: Stage) -> None:
    ada = await stage.person("Ada")
    screen = await ada.comes()
    assert await screen.page.title() == "chinwag"
    print(await screen.page.locator("body").aria_snapshot())


async def test_own(own: Stage) -> None:
    ada = await own.person("Ada")
    screen = await ada.comes()
    assert await screen.page.title() == "chinwagg"
