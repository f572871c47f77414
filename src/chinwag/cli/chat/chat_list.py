"""The list of chats: two lines each, newest activity first, pinned on top. Only the rows on screen
are drawn, so that ten thousand chats cost what ten do.
"""

import time
from collections.abc import Callable
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from chinwag.cli import words
from chinwag.cli.chat import presence
from chinwag.cli.chat.bubbles import TICKS, tick_colour
from chinwag.cli.chat.drafts import Draft
from chinwag.cli.chat.ink import Content, fit, ink
from chinwag.cli.chat.theme import DARK, PALETTES, Palette
from chinwag.cli.names import called, title
from chinwag.cli.service import first_name, preview, waiting_preview
from chinwag.cli.text import one_line
from chinwag.protocol.events import Message as Text
from chinwag.sdk import ChatState, Client, Tick, tick

PINNED, MUTED = "⚲", "⊘"


class ChatList(ScrollView, can_focus=True):
    """Rows of chats; the cursor moves with the arrow keys, Enter opens."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Chat before", show=False),
        Binding("down,j", "move(1)", "Chat after", show=False),
        Binding("pageup", "move(-5)", "Page up", show=False),
        Binding("pagedown", "move(5)", "Page down", show=False),
        Binding("home", "edge(0)", "First chat", show=False),
        Binding("end", "edge(-1)", "Last chat", show=False),
        Binding("enter,right,l", "open", "Open"),
        Binding("space,m", "menu", "Menu"),
    ]

    class Opened(Message):
        """A chat is to be opened."""

        def __init__(self, chat: str) -> None:
            super().__init__()
            self.chat = chat

    class MenuWanted(Message):
        """What can be done with a chat is to be shown."""

        def __init__(self, chat: str) -> None:
            super().__init__()
            self.chat = chat

    class ArchiveToggled(Message):
        """The archived chats are to be shown, or the others again."""

    class Scrolled(Message):
        """Other chats are on screen."""

    def __init__(self, draft: Callable[[str], Draft]) -> None:
        super().__init__(id="chats")
        self._client: Client | None = None
        self._draft = draft
        self._chats: list[ChatState] = []
        self.others = 0
        self.open_chat: str | None = None
        self.cursor: str | None = None
        self.archived = False

    # --- what is shown -----------------------------------------------------------------------

    def show(self, client: Client, wanted: str = "") -> None:
        """Show the client's chats, or those whose name has ``wanted`` in it."""
        self._client = client
        every = [it for it in client.state.chat_list() if self._begun(it)]
        if wanted:
            found = wanted.casefold()
            self._chats = [it for it in every if found in title(client.state, it).casefold()]
            self.others = 0
        else:
            self._chats = [it for it in every if it.mine.archived == self.archived]
            self.others = len(every) - len(self._chats)
            if self.archived and not self._chats:
                self.archived = False
                self.show(client)
                return
        if self.cursor is None or self._place(self.cursor) is None:
            self.cursor = self._chats[0].id if self._chats else None
        self.virtual_size = Size(self.size.width, len(self._chats) * self._tall + self._footer)
        self.refresh()

    def _begun(self, chat: ChatState) -> bool:
        """Whether there is something to see: a chat that somebody only opened is none yet."""
        return bool(
            chat.kind != "direct"
            or chat.count
            or chat.id == self.open_chat
            or self._draft(chat.id).text
            or (self._client and self._client.outbox.of(chat.id))
        )

    @property
    def chats(self) -> list[ChatState]:
        """The chats in the list, from the top."""
        return self._chats

    def visible_chats(self) -> list[ChatState]:
        """Those on screen."""
        first = self.scroll_offset.y // self._tall
        return self._chats[first : first + self.size.height // self._tall + 2]

    @property
    def _tall(self) -> int:
        """Lines a chat: with one to breathe where there is room."""
        return 3 if self.app.size.height >= 24 else 2

    @property
    def _footer(self) -> int:
        return 2 if self.others or self.archived else 0

    def _place(self, chat: str) -> int | None:
        return next((at for at, it in enumerate(self._chats) if it.id == chat), None)

    # --- events ------------------------------------------------------------------------------

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.Scrolled())

    def on_resize(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._chats) * self._tall + self._footer)

    def on_click(self, event: events.Click) -> None:
        at = (self.scroll_offset.y + event.y) // self._tall
        if at < len(self._chats):
            self.cursor = self._chats[at].id
            self.post_message(
                self.Opened(self.cursor) if event.button == 1 else self.MenuWanted(self.cursor)
            )
        elif self._footer:
            self.post_message(self.ArchiveToggled())

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def action_move(self, by: int) -> None:
        at = self._place(self.cursor) if self.cursor else None
        if at is None:
            at = -1
        if at + by >= len(self._chats) and self._footer and at == len(self._chats) - 1:
            self.post_message(self.ArchiveToggled())
            return
        self._go(at + by)

    def action_edge(self, at: int) -> None:
        self._go(at % len(self._chats) if self._chats else 0)

    def action_open(self) -> None:
        if self.cursor:
            self.post_message(self.Opened(self.cursor))

    def action_menu(self) -> None:
        if self.cursor:
            self.post_message(self.MenuWanted(self.cursor))

    def neighbour(self, by: int) -> str | None:
        """The chat before or after the open one."""
        at = self._place(self.open_chat) if self.open_chat else None
        if not self._chats:
            return None
        at = 0 if at is None else max(0, min(at + by, len(self._chats) - 1))
        return self._chats[at].id

    def reveal(self, chat: str) -> None:
        """Put the cursor on a chat."""
        if (at := self._place(chat)) is not None:
            self._go(at)

    def _go(self, at: int) -> None:
        if not self._chats:
            return
        at = max(0, min(at, len(self._chats) - 1))
        self.cursor = self._chats[at].id
        top = at * self._tall
        y = self.scroll_offset.y
        if top < y:
            self.scroll_to(y=top, animate=False, force=True)
        elif top + self._tall > y + self.size.height:
            self.scroll_to(y=top + self._tall - self.size.height, animate=False, force=True)
        self.refresh()

    # --- drawing -----------------------------------------------------------------------------

    def render_line(self, y: int) -> Strip:
        palette = PALETTES.get(self.app.theme, DARK)
        line = self.scroll_offset.y + y
        at, part = divmod(line, self._tall)
        width = self.size.width
        blank = ink(palette.text, palette.surface)
        if at < len(self._chats) and self._client:
            return self._row(self._chats[at], part, width, palette)
        if self._footer and line == len(self._chats) * self._tall:
            said = "← All chats" if self.archived else f"  Archived ({self.others})"
            style = ink(palette.muted, palette.surface)
            return Strip([Segment(f"  {said}", style)]).adjust_cell_length(width, style)
        return Strip.blank(width, blank)

    def _row(self, chat: ChatState, part: int, width: int, palette: Palette) -> Strip:
        opened, cursor = chat.id == self.open_chat, chat.id == self.cursor and self.has_focus
        ground = palette.raised if opened or cursor else palette.surface
        bar = ink(palette.accent if cursor else palette.line if opened else ground, ground)
        base = ink(palette.text, ground)
        room = width - 4
        if part == 2:
            if not (opened or cursor):
                hairline = ink(palette.line, palette.surface)
                return Strip(
                    [Segment("  ", hairline), Segment("─" * max(0, width - 4), hairline)]
                ).adjust_cell_length(width, hairline)
            edge = ink(ground, palette.surface)
            return Strip([Segment("▀" * width, edge)])
        left, right = (
            self._upper(chat, ground, palette) if part == 0 else self._lower(chat, ground, palette)
        )
        fixed = sum(cell_len(text) for text, _ in right)
        body = _cut(left, max(4, room - fixed - (1 if right else 0)))
        used = sum(cell_len(text) for text, _ in body)
        return Strip(
            [
                Segment("▌" if cursor or opened else " ", bar),
                Segment(" ", base),
                *(Segment(text, style) for text, style in body),
                Segment(" " * max(0, room - used - fixed), base),
                *(Segment(text, style) for text, style in right),
                Segment("  ", base),
            ]
        ).adjust_cell_length(width, base)

    def _upper(self, chat: ChatState, ground: str, palette: Palette) -> tuple[Content, Content]:
        assert self._client is not None
        name = title(self._client.state, chat)
        unread = chat.unread or chat.mine.unread
        left = [(name, ink(palette.text, ground, frozenset({"bold"})))]
        at = words.listed(chat.at, time.time_ns() // 1_000_000) if chat.at else ""
        muted = chat.mine.muted_until > time.time() * 1000
        fresh = palette.unread if unread and not muted else palette.muted
        return left, [(at, ink(fresh, ground))]

    def _lower(self, chat: ChatState, ground: str, palette: Palette) -> tuple[Content, Content]:
        assert self._client is not None
        muted = chat.mine.muted_until > time.time() * 1000
        right: Content = []
        dim = ink(palette.muted, ground)
        if chat.mine.pinned_at:
            right.append((f" {PINNED}", dim))
        if muted:
            right.append((f" {MUTED}", dim))
        if chat.mine.mentioned > chat.mine.read:
            right.append((" @", ink(palette.unread, ground, frozenset({"bold"}))))
        if chat.unread:
            colours = (palette.ground, palette.muted) if muted else (
                palette.on_unread, palette.unread)  # fmt: skip
            number = str(chat.unread) if chat.unread < 1000 else "999+"
            right += [(" ", dim), (f" {number} ", ink(*colours, frozenset({"bold"})))]
        elif chat.mine.unread:
            right.append((" ●", ink(palette.muted if muted else palette.unread, ground)))
        return self._last(chat, ground, palette), right

    def _last(self, chat: ChatState, ground: str, palette: Palette) -> Content:
        client = self._client
        assert client is not None
        state = client.state
        dim = ink(palette.muted, ground)
        for doing in presence.DOINGS:
            if users := client.typing_in(chat.id, doing):
                who = f"{first_name(called(state, users[0]))} is " if chat.kind == "group" else ""
                return [(f"{who}{doing}…", ink(palette.accent, ground, frozenset({"italic"})))]
        draft = self._draft(chat.id).text.strip()
        if draft and chat.id != self.open_chat:
            return [("Draft: ", ink(palette.unread, ground)), (one_line(draft, 120), dim)]
        if waiting := client.outbox.of(chat.id):
            mark = Tick.FAILED if waiting[-1].failed else Tick.CLOCK
            return [
                (f"{TICKS[mark]} ", ink(tick_colour(mark, palette, palette.muted), ground)),
                (waiting_preview(waiting[-1]), dim),
            ]
        for seq in range(chat.last, max(0, chat.last - 20), -1):
            event = chat.log.get(seq)
            said = preview(event, chat, lambda it: called(state, it)) if event else ""
            if event is None or not said:
                continue
            fresh = ink(palette.text, ground) if chat.unread else dim
            if isinstance(event.body, Text) and event.sender == state.user and chat.kind != "self":
                mark = tick(chat, seq)
                colour = tick_colour(mark, palette, palette.muted)
                return [(f"{TICKS[mark]} ", ink(colour, ground)), (said, dim)]
            return [(said, fresh)]
        return [("No messages yet", dim)]


def _cut(content: Content, width: int) -> Content:
    """``content`` on at most ``width`` cells."""
    cut: Content = []
    for text, style in content:
        if width <= 0:
            break
        fitted = fit(text, width)
        cut.append((fitted, style))
        width -= cell_len(fitted)
    return cut
