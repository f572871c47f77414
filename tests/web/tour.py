"""Every screen there is, and how one gets there."""

import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from playwright.async_api import expect

from web.screen import Screen
from web.sharing import looks_at_first, photo

_PHOTO = photo()


async def _nothing(screen: Screen) -> None:
    """There already."""


@dataclass(frozen=True)
class Stop:
    """A screen: its address, and what has to be done there to see it."""

    name: str
    path: str
    then: Callable[[Screen], Awaitable[None]] = _nothing
    popup: bool = False
    """There is a menu or a dialog in front."""

    async def visit(self, screen: Screen) -> None:
        """Go there, and wait until it has come to rest."""
        await screen.goes_to(self.path)
        await screen.rests()
        await self.then(screen)
        await screen.rests()


def _tab(name: str) -> Callable[[Screen], Awaitable[None]]:
    async def choose(screen: Screen) -> None:
        await screen.page.get_by_role("tab", name=name, exact=True).click()

    return choose


async def _forward(screen: Screen) -> None:
    await looks_at_first(screen)
    await screen.presses("Forward", screen.page.get_by_role("dialog"))
    await screen.page.get_by_role("dialog", name="Forward to").get_by_role("checkbox").first.check()


def _send(name: str) -> Callable[[Screen], Awaitable[None]]:
    async def choose(screen: Screen) -> None:
        await screen.presses("Attach")
        await _picks(screen, "Photos and videos", name)
        await expect(screen.offered.get_by_role("button", name="Send", exact=True)).to_be_enabled()

    return choose


def _refused(name: str) -> Callable[[Screen], Awaitable[None]]:
    async def wait(screen: Screen) -> None:
        await screen.presses("Attach")
        await _picks(screen, "Photos and videos", name, _PHOTO[:900])
        await screen.sends_files()
        await screen.page.get_by_role("button", name="Send as document").wait_for()

    return wait


def _crop(name: str) -> Callable[[Screen], Awaitable[None]]:
    async def choose(screen: Screen) -> None:
        await screen.presses("Change the picture")
        await _picks(screen, "Choose a picture", name)
        await screen.page.get_by_role("slider", name="Zoom").wait_for()

    return choose


async def _picks(screen: Screen, entry: str, name: str, content: bytes = _PHOTO) -> None:
    async with screen.page.expect_file_chooser() as chooser:
        await screen.chooses(entry)
    await (await chooser.value).set_files(
        {"name": name, "mimeType": "image/jpeg", "buffer": content}
    )


async def _records(screen: Screen) -> None:
    await screen.page.get_by_role("button", name="Record a voice message").press("Enter")
    recorder = screen.page.get_by_role("group", name="Voice message")
    await expect(recorder.get_by_role("timer")).to_have_text("0:01")  # there is something to hear
    await screen.presses("Stop and listen")
    await recorder.get_by_role("slider").wait_for()


SECTIONS = (
    "profile",
    "privacy",
    "alerts",
    "storage",
    "appearance",
    "language",
    "keyboard",
    "devices",
    "password",
    "bots",
    "about",
)
_GROUP_VIEWS = ("add", "link", "settings", "requests")


def screens(direct: str, group: str, code: str, name: str = "a.jpg") -> Iterator[Stop]:
    """Those of somebody who is signed in, and an admin of the group, in which a photo was shared.
    ``code`` invites into another one; ``name`` is that of an own file.
    """
    yield Stop("list", "/")
    yield Stop("list-menu", "/", lambda it: it.opens_list_menu(), popup=True)
    yield Stop("row-menu", "/", lambda it: it.opens_row_menu(), popup=True)
    yield Stop("search", "/", lambda it: it.searches("an"))
    yield Stop("direct", f"/c/{direct}")
    yield Stop("group", f"/c/{group}")
    yield Stop("message-menu", f"/c/{group}", lambda it: it.opens_menu_of_last(), popup=True)
    yield Stop("message-info", f"/c/{group}", lambda it: it.opens_info_of_own())
    yield Stop("emoji", f"/c/{direct}", lambda it: it.opens_emoji(), popup=True)
    yield Stop("mentioning", f"/c/{group}", lambda it: it.types("@"))
    yield Stop("contact-info", f"/c/{direct}/info")
    yield Stop(
        "block", f"/c/{direct}/info", lambda it: it.presses(re.compile("^Block")), popup=True
    )
    yield Stop("group-info", f"/c/{group}/info")
    for view in _GROUP_VIEWS:
        yield Stop(f"group-{view}", f"/c/{group}/info?view={view}")
    yield Stop("gallery", f"/c/{group}/gallery")
    for tab in ("Voice", "Documents", "Links"):
        yield Stop(f"gallery-{tab}", f"/c/{group}/gallery", _tab(tab))
    yield Stop("viewer", f"/c/{group}", looks_at_first, popup=True)
    yield Stop("forward", f"/c/{group}", _forward, popup=True)
    yield Stop("send", f"/c/{group}", _send(name), popup=True)
    yield Stop("record", f"/c/{direct}", _records)
    yield Stop("refused", f"/c/{direct}", _refused(name))
    yield Stop("new", "/new")
    yield Stop("new-group", "/new/group")
    yield Stop("new-group-name", "/new/group", lambda it: it.presses(re.compile("^Next")))
    yield Stop("settings", "/settings")
    for section in SECTIONS:
        yield Stop(f"settings-{section}", f"/settings/{section}")
    yield Stop("crop", "/settings/profile", _crop(name), popup=True)
    yield Stop("shortcuts", "/", lambda it: it.page.keyboard.press("?"), popup=True)
    yield Stop("join", f"/join/{code}")
    yield Stop("nowhere", "/c/no-such-chat")


def outside() -> Iterator[Stop]:
    """Those of nobody in particular."""
    yield Stop("sign-in", "/sign-in")
    yield Stop("sign-up", "/sign-up")
    yield Stop("invite", "/invite/abcdefgh12345678")
    yield Stop("claim", "/claim/abcdefgh12345678")
    yield Stop("join-outside", "/join/abcdefgh12345678")
