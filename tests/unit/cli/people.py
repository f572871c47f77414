"""A real server in a process of its own, people on it, and terminal clients driven by a pilot."""

import asyncio
import itertools
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from textual import events
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

import chinwag
from chinwag.cli.account import Form
from chinwag.cli.chat.app import ChatApp
from chinwag.cli.chat.desk import Desk
from chinwag.cli.chat.home import Home
from chinwag.cli.chat.timeline import Bubble
from chinwag.cli.profiles import Profile
from chinwag.protocol.http import SignedIn, SignUp
from chinwag.sdk import ChatState, Client, accounts
from engines.ports import free_port

SOURCE = str(Path(chinwag.__file__).parents[1])
PASSWORD = "lodestar-kiln-7"
BOUND = 20.0
_numbers = itertools.count(int(time.time()) % 100_000)


class Server:
    """`chinwag serve` on a free port; it can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        flags = {
            "port": str(self.port),
            "data": str(self._folder),
            "sign-up": "open",
            "sign-ups-burst": "1000",
            "look-ups-burst": "1000",
            "log-level": "warning",
        }
        command = [sys.executable, "-m", "chinwag", "serve"]
        command += [part for name, value in flags.items() for part in (f"--{name}", value)]
        with (self._folder.parent / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, env=os.environ | {"PYTHONPATH": SOURCE}
            )
        try:
            self._await_ready(self._process)
        except BaseException:
            self.stop()  # or it would go on for ever: its fixture ends here
            raise

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(BOUND)
            self._process = None

    def _await_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + BOUND
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}/api/server", timeout=2):
                    return
            except OSError:
                assert process.poll() is None, "the server ended"
                assert time.monotonic() < deadline, "the server did not start"
                time.sleep(0.05)


def handle(name: str) -> str:
    """A handle that nobody has on the shared server."""
    return f"{name}{next(_numbers)}.{os.getpid()}"


async def sign_up(url: str, name: str) -> SignedIn:
    form = SignUp(handle=handle(name.lower()), name=name, password=PASSWORD, device="a test")
    return await accounts.sign_up(url, form)


async def until(condition: Callable[[], object], what: str = "") -> None:
    """Wait for a condition, for a bounded time."""
    deadline = time.monotonic() + BOUND
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for: {what or condition}"
        await asyncio.sleep(0.01)


def burst(app: ChatApp, *keys: str) -> None:
    """See `Window.burst`."""
    for key in keys:
        app.post_message(events.Key(key, key if len(key) == 1 else None))


class Window:
    """A terminal client that is looked at and typed into."""

    def __init__(self, app: ChatApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def home(self) -> Home:
        return next(it for it in self.app.screen_stack if isinstance(it, Home))

    @property
    def desk(self) -> Desk:
        assert self.app.desk is not None
        return self.app.desk

    @property
    def client(self) -> Client:
        return self.desk.client

    @property
    def chat(self) -> ChatState:
        """The open chat."""
        assert self.home.talk.chat is not None
        return self.home.talk.chat

    async def online(self) -> None:
        await until(lambda: self.app.desk and self.client.caught_up, "online")
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        await self.pilot.press(*text)

    def burst(self, *keys: str) -> None:
        """Keys that come all at once, as over a slow link: nothing happens in between."""
        burst(self.app, *keys)

    async def look(self, front: bool) -> None:
        """The terminal gains or loses the focus."""
        self.app.post_message(events.AppFocus() if front else events.AppBlur())
        await until(lambda: self.app.attention.here == front)
        await self.pilot.pause()

    async def open(self, chat: str) -> None:
        await until(lambda: chat in self.client.state.chats, "the chat")
        self.home.open(chat)
        await self.pilot.pause()

    async def mark(self, key: str) -> None:
        """Go to a message with the keyboard."""
        conversation = self.home.talk.conversation
        conversation.focus()
        await until(lambda: conversation.has_focus)
        conversation.mark(key)

    def bubbles(self) -> list[Bubble]:
        rows = self.home.talk.conversation.rows
        return [it for it in rows if isinstance(it, Bubble)]

    def texts(self) -> list[str]:
        return [it.text for it in self.bubbles()]

    def row_texts(self) -> list[str]:
        """All rows in words: days, dividers, service lines and messages."""
        return [it.text for it in self.home.talk.conversation.rows]

    def screen(self) -> str:
        """What stands on the screen, as text."""
        width, height = self.app.size
        lines = self.app.screen._compositor.render_strips()[:height]
        return "\n".join(strip.text[:width] for strip in lines)

    async def sees(self, text: str) -> None:
        await until(lambda: text in self.screen(), f"{text!r} on\n{self.screen()}")

    async def pick(self, text: str) -> None:
        """Choose the line of the sheet or menu on top that begins with ``text``."""
        await until(lambda: self._line(text) is not None, f"{text!r} on\n{self.screen()}")
        options = self.app.screen.query_one(OptionList)
        options.focus()
        options.highlighted = self._line(text)
        await self.pilot.press("enter")
        await self.pilot.pause()

    def _line(self, text: str) -> int | None:
        found = self.app.screen.query(OptionList)
        if not found:
            return None
        options = found.first(OptionList)
        for at in range(options.option_count):
            option = options.get_option_at_index(at)
            if str(option.prompt).strip().startswith(text) and not option.disabled:
                return at
        return None

    def static(self, selector: str) -> str:
        return str(self.app.screen.query_one(selector, Static).content)


@asynccontextmanager
async def running(
    place: Profile, form: Form | None = None, *, size: tuple[int, int] = (100, 30)
) -> AsyncIterator[Window]:
    app = ChatApp(place, form or Form(url=""))
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        yield Window(app, pilot)
        await app.action_quit()


@asynccontextmanager
async def window(
    url: str, name: str, *, size: tuple[int, int] = (100, 30)
) -> AsyncIterator[Window]:
    """The terminal client of a new account, online."""
    place = Profile(name.lower())
    place.keep(url, await sign_up(url, name))
    async with running(place, size=size) as opened:
        await opened.online()
        yield opened


@asynccontextmanager
async def two(
    url: str, *, size: tuple[int, int] = (100, 30)
) -> AsyncIterator[tuple[Window, Window, str]]:
    """Ann's and Bob's, and the id of their chat."""
    async with window(url, "Ann", size=size) as ann, window(url, "Bob") as bob:
        yield ann, bob, await direct(ann, bob)


async def direct(one: Window, other: Window) -> str:
    """Their chat."""
    head = await one.client.open_direct(other.client.user)
    await until(lambda: head.chat in one.client.state.chats)
    return head.chat
