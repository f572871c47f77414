"""Where one writes: it grows with the text, Enter sends, and it says when somebody types."""

import re
import time
from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import TextArea

from chinwag.cli.chat import slash
from chinwag.protocol import limits
from chinwag.protocol.results import User

TYPING_EVERY = 4.0
_AT = re.compile(r"(?<![\w@])@([\w.]*)$")


class Composer(TextArea):
    """A text area for one message. ``chat`` and ``reply_to``: where it goes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("shift+enter,alt+enter,ctrl+j", "newline", "New line", show=False),
        Binding("ctrl+end", "newest", "Newest message", show=False),
    ]

    class Sent(Message):
        """The person wants this out, to the chat that was open when they said so."""

        def __init__(self, text: str, chat: str, reply_to: int | None) -> None:
            super().__init__()
            self.text = text
            self.chat = chat
            self.reply_to = reply_to

    class Typing(Message):
        """The person began to type, goes on, or ceased."""

        def __init__(self, *, active: bool) -> None:
            super().__init__()
            self.active = active

    class Key(Message):
        """A key that means something to the conversation: up, pageup, pagedown, escape, end."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    class Suggested(Message):
        """People whom the word being typed may mention; empty: none."""

        def __init__(self, users: list[User]) -> None:
            super().__init__()
            self.users = users

    def __init__(self) -> None:
        super().__init__(
            id="composer",
            show_line_numbers=False,
            soft_wrap=True,
            tab_behavior="focus",
            compact=True,
            highlight_cursor_line=False,
            placeholder="Message",
        )
        self._told_at: float | None = None
        self._users: list[User] = []
        self._quiet = False
        self.chat = ""
        self.reply_to: int | None = None
        self.mentionable: Callable[[str], list[User]] = lambda _: []

    def fill(self, text: str) -> None:
        """Put a draft in, without telling anybody that it was typed."""
        self._quiet = True
        self.load_text(text)
        self.move_cursor(self.document.end)
        self.stop_typing()
        self._suggest()

    def stop_typing(self) -> None:
        """Others no longer see that one types."""
        if self._told_at is not None:
            self._told_at = None
            self.post_message(self.Typing(active=False))

    def on_text_area_changed(self) -> None:
        if self._quiet:
            self._quiet = False
            return
        now = time.monotonic()
        if not self.text.strip():
            self.stop_typing()
        elif self._told_at is None or now - self._told_at >= TYPING_EVERY:
            self._told_at = now
            self.post_message(self.Typing(active=True))
        self._suggest()

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.prevent_default().stop()
            self._send()
        elif event.key == "tab" and self._users:
            event.prevent_default().stop()
            self._complete()
        elif event.key == "tab" and self.text.startswith("/send "):
            event.prevent_default().stop()
            self._write(slash.completed(self.text))
        elif event.key in ("pageup", "pagedown", "escape") or self._leaves(event.key):
            event.prevent_default().stop()
            self.post_message(self.Key(event.key))
        else:
            await super()._on_key(event)

    async def _on_paste(self, event: events.Paste) -> None:
        path = slash.dropped(event.text)
        if path is None or self.text.startswith("/"):
            await super()._on_paste(event)
            return
        event.prevent_default().stop()
        self._write(slash.sending(path, self.text.strip()))

    def _write(self, text: str) -> None:
        """Other text, which can be undone."""
        self.replace(text, (0, 0), self.document.end)
        self.move_cursor(self.document.end)

    def action_newline(self) -> None:
        self.insert("\n")

    def action_newest(self) -> None:
        self.post_message(self.Key("end"))

    def _leaves(self, key: str) -> bool:
        """Up on the first line goes to the messages, if nothing is written."""
        return key == "up" and not self.text

    def _send(self) -> None:
        text = self.text.strip()
        if not text:
            return
        if len(text.encode()) > limits.TEXT_BYTES:
            self.notify("That is too long for one message.", severity="warning")
            return
        # Emptied at once: a second Enter must not send it twice.
        self.fill("")
        self.post_message(self.Sent(text, self.chat, self.reply_to))
        self.reply_to = None

    # --- mentions ----------------------------------------------------------------------------

    def _suggest(self) -> None:
        word = self._word()
        users = self.mentionable(word) if word is not None else []
        if users != self._users:
            self._users = users
            self.post_message(self.Suggested(users))

    def _word(self) -> str | None:
        row, column = self.cursor_location
        match = _AT.search(self.document.get_line(row)[:column])
        return match[1] if match else None

    def _complete(self) -> None:
        word = self._word()
        if word is not None:
            row, column = self.cursor_location
            begin = (row, column - len(word) - 1)
            self.replace(f"@{self._users[0].handle} ", begin, (row, column))
