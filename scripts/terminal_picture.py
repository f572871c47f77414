"""Draw the README's picture of the terminal client: `python scripts/terminal_picture.py`.

It runs a throw-away demo server and two clients, lets them talk, and writes what one of them shows
as SVG. Options: `--out FILE`, `--size 100x30`, `--theme light`, `--narrow`.
"""

import argparse
import asyncio
import contextlib
import os
import re
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from chinwag.cli.account import Form, sign
from chinwag.cli.chat.app import ChatApp
from chinwag.cli.chat.home import Home
from chinwag.cli.profiles import Profile
from chinwag.protocol.http import SignedIn
from chinwag.sdk import Client

ROOT = Path(__file__).parent.parent
PASSWORD = "tea and biscuits"


async def main() -> None:
    """Do it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "docs/images/terminal.svg")
    parser.add_argument("--size", default="104x30")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark")
    parser.add_argument("--keys", default="", help="keys to press at the end, with spaces between")
    args = parser.parse_args()
    width, height = (int(it) for it in args.size.split("x"))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_DATA_HOME"] = folder
        port = _free_port()
        url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "chinwag", "serve", "--demo", "--port", str(port)]
        quiet = asyncio.subprocess.DEVNULL
        server = await asyncio.create_subprocess_exec(*command, stdout=quiet, stderr=quiet)
        try:
            profile = Profile()
            profile.keep(*await _signed_in(url, "ada"))
            async with Client(url, token=(await _signed_in(url, "ben"))[1].token) as ben:
                app = ChatApp(profile, Form(url=""))
                async with app.run_test(size=(width, height)) as pilot:
                    await _talk(app, pilot, ben, args.theme, args.keys.split())
                    args.out.parent.mkdir(parents=True, exist_ok=True)
                    args.out.write_text(_alone(app.export_screenshot(title="chinwag chat")))
        finally:
            with contextlib.suppress(ProcessLookupError):
                server.terminate()
            await server.wait()


async def _talk(app: ChatApp, pilot: Pilot[None], ben: Client, theme: str, keys: list[str]) -> None:
    app.theme = f"chinwag-{theme}"
    await _until(lambda: app.desk is not None and app.desk.client.caught_up)
    await ben.wait_online()
    assert app.desk is not None
    client = app.desk.client
    home = app.screen
    assert isinstance(home, Home)
    group = next(it for it in client.state.chat_list() if it.kind == "group")
    chat = next(it for it in client.state.chat_list() if it.peer == ben.user)
    wanted = "@ada will you bring the *big* pan?"
    await (await ben.send(group.id, wanted, mentions=[client.user])).accepted()
    ben.foreground = True
    ben.watch(chat.id)
    home.open(chat.id)
    await pilot.pause()
    last = chat.last
    await (await ben.send(chat.id, "Train is booked, 10:10 🚆")).accepted()
    await _until(lambda: chat.last > last)
    await pilot.press("up", "r", *"Wonderful! I bring the *good* biscuits", "enter")
    await _until(lambda: chat.last > last + 1)
    ben.read(chat.id)
    ben.flush_reads()
    await _until(lambda: chat.ticks.read == chat.last)
    ben.typing(chat.id)
    await _until(lambda: bool(client.typing_in(chat.id)))
    for key in keys:
        await pilot.press(key)
        await asyncio.sleep(0.4)
    await asyncio.sleep(0.5)
    await pilot.pause()


def _alone(svg: str) -> str:
    """The picture without fonts from elsewhere."""
    svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code", "DejaVu Sans Mono")


async def _signed_in(url: str, handle: str) -> tuple[str, SignedIn]:
    for _ in range(100):
        try:
            return await sign(Form(url, handle, password=PASSWORD), up=False)
        except OSError:
            await asyncio.sleep(0.1)
    raise SystemExit("the demo server did not start")


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - conditions of two clients
            await asyncio.sleep(0.02)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    asyncio.run(main())
