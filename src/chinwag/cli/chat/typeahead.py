"""Keys take effect one after another, in the order in which they were typed.

Textual hands a key to whatever has the focus when the key arrives. That may be before the key ahead
of it has moved the focus, changed the chat or opened a dialog: with a slow link, a busy machine or
keys that a script sends, a password would land in the field before, or a message in another chat.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from textual import events
from textual.app import App
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget

Typed = events.Key | events.Paste

_ROUNDS = range(2, 6)
_PATIENCE = 5.0


class TypeAhead:
    """Keeps what is typed until what was typed before has taken effect.

    A key works its way from the focused widget up to the app, through the queue of each; so does
    a token behind it. When the token has come through, and nothing has moved in a whole round, the
    key has done what it does. What takes longer than five seconds is not waited for.
    """

    def __init__(self, app: App[None], deliver: Callable[[Typed], Awaitable[None]]) -> None:
        self._app = app
        self._deliver = deliver
        self._kept: deque[Typed] = deque()
        self._token = 0
        self._timer: asyncio.TimerHandle | None = None

    async def take(self, typed: Typed) -> None:
        """Deliver this now, or when its turn comes."""
        if self._timer is not None:
            self._kept.append(typed)
        else:
            await self._deliver(typed)
            self.hold()

    def hold(self) -> None:
        """Deliver nothing until what is under way has taken effect."""
        self._token += 1
        if self._timer is not None:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(_PATIENCE, self._app.call_later, self._release, self._token)
        self._round(self._token, 1)

    def _round(self, token: int, number: int) -> None:
        focus = self._focus()
        start: Widget | None = focus[1] or focus[0]
        self._pass(token, number, focus, start)

    def _pass(
        self,
        token: int,
        number: int,
        focus: tuple[Screen[object], Widget | None],
        pump: MessagePump | None,
    ) -> None:
        """Send the token through the queue of ``pump`` and of all above it."""
        if token != self._token:
            return
        if pump is None or pump is self._app:
            self._app.call_later(self._came, token, number, focus)
        elif not pump.call_later(self._pass, token, number, focus, pump._parent):
            self._pass(token, number, focus, pump._parent)

    async def _came(
        self, token: int, number: int, focus: tuple[Screen[object], Widget | None]
    ) -> None:
        settled = focus == self._focus() and number >= _ROUNDS.start
        if settled or number >= _ROUNDS.stop:
            await self._release(token)
        elif token == self._token:
            self._round(token, number + 1)

    async def _release(self, token: int) -> None:
        """Deliver what came next."""
        if token != self._token or self._timer is None:
            return
        self._timer.cancel()
        self._timer = None
        if self._kept:
            await self.take(self._kept.popleft())

    def _focus(self) -> tuple[Screen[object], Widget | None]:
        return self._app.screen, self._app.screen.focused
