"""A group's invite link, to be copied or photographed."""

import time
from typing import ClassVar

import segno
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from chinwag.cli import words
from chinwag.cli.chat.desk import Desk
from chinwag.protocol.results import Link


class InviteCode(ModalScreen[str | None]):
    """The link, its QR code, and what can be done with it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "close", "Close"),
        Binding("c", "copy", "Copy"),
        Binding("n", "answer('reset')", "New link"),
        Binding("x", "answer('revoke')", "No link"),
    ]

    def __init__(self, desk: Desk, link: Link) -> None:
        super().__init__(classes="dialog")
        self._desk = desk
        self._link = link
        self._url = f"{desk.client.url}/join/{link.code}"

    def compose(self) -> ComposeResult:
        with Vertical(classes="card"):
            yield Static("Invite link", classes="title")
            with VerticalScroll(classes="scrolls", can_focus=False):
                yield Static(Content(qr_code(self._url)), id="qr")
            yield Static(Content(self._url), classes="words", id="link")
            yield Static(Content(self._until()), classes="words")
            yield Static("c: copy   n: new link   x: no link   Esc: close", id="keys")

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self._url)
        self._desk.say("Copied")

    def action_answer(self, answer: str) -> None:
        self.dismiss(answer)

    def action_close(self) -> None:
        self.dismiss(None)

    def _until(self) -> str:
        at = words.moment(self._link.expires_at, time.time_ns() // 1_000_000)
        uses = f", for {words.count(self._link.uses, 'more person', 'more people')}"
        return f"Works until {at}{uses if self._link.uses else ''}."


def qr_code(text: str) -> str:
    """A QR code in half blocks, two modules a cell in height; dark on light."""
    matrix = [list(row) for row in segno.make(text, error="l").matrix_iter(border=2)]
    if len(matrix) % 2:
        matrix.append([0] * len(matrix[0]))
    glyphs = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
    return "\n".join(
        "".join(glyphs[bool(upper), bool(lower)] for upper, lower in zip(*pair, strict=True))
        for pair in zip(matrix[::2], matrix[1::2], strict=True)
    )
