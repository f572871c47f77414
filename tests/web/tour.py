"""Every screen there is, and how one gets there."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from web.screen import Screen


async def _nothing(screen: Screen) -> None:
    """There already."""


@dataclass(frozen=True)
class Stop:
    """A screen: its address, and what has to be done there to see it."""

    name: str
    path: str
    then: Callable[[Screen], Awaitable[None]] = _nothing

    async def visit(self, screen: Screen) -> None:
        """Go there, and wait until it has come to rest."""
        await screen.goes_to(self.path)
        await screen.rests()
        await self.then(screen)
        await screen.rests()


def screens(direct: str, group: str, code: str) -> Iterator[Stop]:
    """Those of somebody who is signed in. ``code`` invites into a group."""
    yield Stop("list", "/")
    yield Stop("list-menu", "/", lambda it: it.presses("More"))
    yield Stop("search", "/", lambda it: it.searches("a"))
    yield Stop("direct", f"/c/{direct}")
    yield Stop("group", f"/c/{group}")
    yield Stop("message-menu", f"/c/{group}", lambda it: it.opens_menu_of_last())
    yield Stop("message-info", f"/c/{group}", lambda it: it.opens_info_of_own())
    yield Stop("emoji", f"/c/{direct}", lambda it: it.presses("Emoji"))
    yield Stop("contact-info", f"/c/{direct}/info")
    yield Stop("group-info", f"/c/{group}/info")
    yield Stop("new", "/new")
    yield Stop("new-group", "/new/group")
    yield Stop("settings", "/settings")
    for section in ("profile", "privacy", "devices", "appearance", "notifications", "keyboard"):
        yield Stop(f"settings-{section}", f"/settings/{section}")
    yield Stop("join", f"/join/{code}")
    yield Stop("nowhere", "/c/no-such-chat")


def outside() -> Iterator[Stop]:
    """Those of nobody in particular."""
    yield Stop("sign-in", "/sign-in")
    yield Stop("sign-up", "/sign-up")
    yield Stop("invite", "/invite/abcdefgh12345678")
    yield Stop("claim", "/claim/abcdefgh12345678")
