"""The open conversation: a long sheet of drawn rows that keeps its place while it grows, a mark on
one message, and word of what has been on screen.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from chinwag.cli.chat.bubbles import Block, Box, Pen, draw, gap
from chinwag.cli.chat.ink import ink
from chinwag.cli.chat.theme import DARK, PALETTES
from chinwag.cli.chat.timeline import Bubble, Row


class Conversation(ScrollView, can_focus=True):
    """Rows, newest at the bottom. Arrow keys move the mark from message to message."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "mark(-1)", "Message before", show=False),
        Binding("down,j", "mark(1)", "Message after", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "top", "Oldest here", show=False),
        Binding("end,G", "newest", "Newest", show=False),
        Binding("r", "act('reply')", "Reply"),
        Binding("c,y", "act('copy')", "Copy"),
        Binding("i", "act('info')", "Info"),
        Binding("g", "act('quoted')", "Go to what it answers"),
        Binding("t", "act('retry')", "Try again"),
        Binding("s", "act('save')", "Save the file"),
        Binding("d,delete", "act('discard')", "Discard"),
        Binding("enter,space", "act('menu')", "Menu"),
        Binding("escape", "leave", "Back to writing"),
    ]

    class Seen(Message):
        """The person can see everything up to ``seq``; ``bottom``: the very end is on screen."""

        def __init__(self, seq: int, *, bottom: bool) -> None:
            super().__init__()
            self.seq = seq
            self.bottom = bottom

    class Edge(Message):
        """The view is near an end of what is here."""

        def __init__(self, *, older: bool) -> None:
            super().__init__()
            self.older = older

    class Act(Message):
        """Something is to be done with the marked message."""

        def __init__(self, name: str, row: Bubble) -> None:
            super().__init__()
            self.name = name
            self.row = row

    class NewestWanted(Message):
        """The person wants to see the end."""

    class Left(Message):
        """The person is done here and wants to write."""

    def __init__(self) -> None:
        super().__init__(id="messages")
        self._rows: Sequence[Row] = ()
        self._blocks: list[Block] = []
        self._starts: list[int] = []
        self._drawn: dict[tuple[Row, bool], Block] = {}
        self._pen = Pen(DARK, 0)
        self._height = 0
        self._wanted = ""
        self._looking = False
        self.marked: str | None = None

    # --- what is shown -----------------------------------------------------------------------

    @property
    def rows(self) -> Sequence[Row]:
        """What is on the sheet."""
        return self._rows

    @property
    def at_bottom(self) -> bool:
        """Whether the end is on screen."""
        return self.scroll_offset.y >= self._furthest

    def show(self, rows: Sequence[Row], *, follow: bool = False, at: str = "") -> None:
        """Replace the rows. What is on screen stays where it is; with ``follow``, or if the end
        was on screen, the end is; with ``at``, that row is in the upper third.
        """
        if rows != self._rows or follow or at:
            anchor = None if follow or self.at_bottom else self.place()
            self._rows = rows
            self._wanted = at or self._wanted
            self._lay(anchor)
        self.look()

    def scroll_to_row(self, key: str) -> bool:
        """Bring a row to the upper third of the screen. False if it is not here."""
        index = self._index(key)
        if index is None:
            return False
        if index < len(self._starts):
            self._move(self._starts[index] - max(2, self._visible // 3))
        else:
            self._wanted = key  # there is no place yet; as soon as there is
        return True

    def place(self) -> tuple[str, int] | None:
        """A row that is on screen, and how many lines from the top it begins."""
        top = self.scroll_offset.y
        for index in range(max(0, self._at(top)), len(self._rows)):
            if self._starts[index] >= top:
                row = self._rows[index]
                if isinstance(row, Bubble) or index == len(self._rows) - 1:
                    return row.key, self._starts[index] - top
        return None

    def mark(self, key: str | None) -> None:
        """Put the mark on a message, and bring it on screen."""
        self.marked = key
        self._lay(self.place() if not self.at_bottom else None)
        index = self._index(key) if key else None
        if index is None or index >= len(self._starts):
            return
        top, bottom = self._starts[index], self._end(index)
        if top < self.scroll_offset.y:
            self._move(top - 1)
        elif bottom > self.scroll_offset.y + self._visible:
            self._move(min(top, bottom + 1 - self._visible))

    def to_bottom(self) -> None:
        """Show the end."""
        self._move(self._furthest)

    def flash(self, key: str) -> None:
        """Mark a message for a moment."""
        self.mark(key)
        if not self.has_focus:
            self.set_timer(1.5, lambda: self.mark(None) if self.marked == key else None)

    def look(self) -> None:
        """Say what is on screen, once it is."""
        if not self._looking:
            self._looking = True
            self.call_after_refresh(self._look)

    def _look(self) -> None:
        self._looking = False
        if not self._blocks or not self.size.height:
            return
        bottom = self.scroll_offset.y + self._visible
        seen = 0
        for index in range(min(self._at(bottom), len(self._rows) - 1), -1, -1):
            seq = getattr(self._rows[index], "seq", 0)
            if seq and self._end(index) <= bottom:
                seen = seq
                break
        self.post_message(self.Seen(seen, bottom=self.at_bottom))

    # --- events ------------------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        self._lay(None if self.at_bottom or self._was_bottom else self.place())

    def on_focus(self) -> None:
        if self.marked is None or self._index(self.marked) is None:
            self.marked = self._nearest()
        self.mark(self.marked)

    def on_blur(self) -> None:
        self.mark(None)

    def on_click(self, event: events.Click) -> None:
        index = self._at(self.scroll_offset.y + event.y)
        if 0 <= index < len(self._rows) and isinstance(row := self._rows[index], Bubble):
            self.mark(row.key)
            if event.chain == 2:
                self.post_message(self.Act("menu", row))

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) == round(new_value):
            return
        self._was_bottom = self.at_bottom
        self.look()
        if new_value < 2 * self._visible and new_value < old_value:
            self.post_message(self.Edge(older=True))
        elif new_value > self._furthest - self._visible and new_value > old_value:
            self.post_message(self.Edge(older=False))

    def redraw(self) -> None:
        """The theme is another one."""
        self._drawn.clear()
        self._pen = Pen(DARK, 0)
        self._lay(None if self.at_bottom else self.place())

    # --- keys --------------------------------------------------------------------------------

    def action_mark(self, by: int) -> None:
        keys = [row.key for row in self._rows if isinstance(row, Bubble)]
        if not keys:
            return
        if self.marked not in keys:
            self.mark(self._nearest())
            return
        at = keys.index(self.marked) + by
        if at >= len(keys):
            self.action_leave()
            return
        self.mark(keys[max(0, at)])
        if at <= 0:
            self._move(0)
            self.post_message(self.Edge(older=True))

    def action_page(self, by: int) -> None:
        self.page(by)

    def page(self, by: int) -> None:
        """Scroll by a screenful."""
        self._move(self.scroll_offset.y + by * max(1, self._visible - 2))
        self.post_message(self.Edge(older=by < 0))

    def action_top(self) -> None:
        self._move(0)
        self.post_message(self.Edge(older=True))

    def action_newest(self) -> None:
        self.post_message(self.NewestWanted())

    def action_leave(self) -> None:
        self.post_message(self.Left())

    def action_act(self, name: str) -> None:
        for row in self._rows:
            if row.key == self.marked and isinstance(row, Bubble):
                self.post_message(self.Act(name, row))

    # --- layout ------------------------------------------------------------------------------

    _was_bottom = True

    @property
    def _visible(self) -> int:
        return self.size.height

    @property
    def _furthest(self) -> int:
        return max(0, self._height - self._visible)

    def _lay(self, anchor: tuple[str, int] | None) -> None:
        """Draw what is new and put all rows under each other. ``anchor``: a row, and how far its
        first line is from the top of the screen; None: the end stays on screen.
        """
        width = self.scrollable_content_region.width
        if width <= 0:
            self._blocks, self._starts = [], []
            return
        pen = Pen(PALETTES.get(self.app.theme, DARK), width)
        if pen != self._pen:
            self._pen = pen
            self._drawn.clear()
        before, self._drawn = self._drawn, {}
        self._blocks, self._starts = [], []
        line = 1
        box: Box | None = None
        joined = False
        for row in self._rows:
            key = row, row.key == self.marked
            block = before.get(key) or draw(row, pen, marked=key[1])
            self._drawn[key] = block
            joined = isinstance(row, Bubble) and not row.first
            line += 0 if joined else 1
            self._starts.append(line)
            self._blocks.append(block)
            line += len(block.lines)
            box = block.box
        self._height = max(line + 1 if box else line, self._visible)
        lift = self._height - (line + 1 if box else line)
        if lift:
            self._starts = [it + lift for it in self._starts]
        self.virtual_size = Size(width, self._height)
        wanted, self._wanted = self._wanted, ""
        index = self._index(anchor[0]) if anchor else None
        if wanted and self.scroll_to_row(wanted):
            pass
        elif anchor is None:
            self._move(self._furthest)
        elif index is not None:
            self._move(self._starts[index] - anchor[1])
        self._was_bottom = self.at_bottom
        self.refresh()

    def _move(self, line: int) -> None:
        self.scroll_to(
            y=max(0, min(line, self._furthest)), animate=False, force=True, immediate=True
        )

    def _index(self, key: str) -> int | None:
        return next((at for at, row in enumerate(self._rows) if row.key == key), None)

    def _at(self, line: int) -> int:
        """Index of the row that ``line`` belongs to; -1 above the first."""
        return bisect_right(self._starts, line) - 1

    def _end(self, index: int) -> int:
        return self._starts[index] + len(self._blocks[index].lines)

    def _nearest(self) -> str | None:
        """The lowest message on screen."""
        bottom = self.scroll_offset.y + self._visible
        for index in range(min(self._at(bottom), len(self._rows) - 1), -1, -1):
            row = self._rows[index]
            if isinstance(row, Bubble) and self._end(index) <= bottom:
                return row.key
        return None

    def render_line(self, y: int) -> Strip:
        line = self.scroll_offset.y + y
        index = self._at(line)
        pen = self._pen
        if pen.width:
            if index >= 0 and line < self._end(index):
                return self._blocks[index].lines[line - self._starts[index]]
            upper = self._blocks[index].box if index >= 0 and line == self._end(index) else None
            below = index + 1 < len(self._starts) and line == self._starts[index + 1] - 1
            lower = self._blocks[index + 1].box if below else None
            if upper or lower:
                return gap(upper, lower, pen)
        ground = ink(pen.palette.text, pen.palette.ground)
        return Strip.blank(self.size.width, ground)
