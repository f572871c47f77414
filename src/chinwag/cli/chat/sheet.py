"""A sheet over the conversation: a title, and rows that one walks with the arrow keys and does
something with by Enter. Group info, contact info, settings and message info are sheets.
"""

from typing import ClassVar, NamedTuple

from rich.cells import cell_len
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from chinwag.cli.chat.desk import Desk
from chinwag.sdk import Update

COLUMN = 20


class Row(NamedTuple):
    """A row. Without ``key`` nothing can be done with it."""

    text: Content
    key: str = ""


def heading(text: str) -> Row:
    """The name of a part."""
    return Row(Content.styled(text, "$c-muted bold"))


def action(key: str, text: str, value: str = "", *, grave: bool = False) -> Row:
    """Something to do, or to change from ``value``."""
    return Row(_line(text, value, "$c-error" if grave else "$c-text"), key)


def fact(text: str, value: str = "") -> Row:
    """Something to read."""
    return Row(_line(text, value, "$c-text"))


def _line(text: str, value: str, style: str) -> Content:
    said = Content.styled(text, style)
    pad = " " * max(2, COLUMN - cell_len(text))
    return said + Content.styled(pad + value, "$c-muted") if value else said


GAP = Row(Content(""))


class Sheet(ModalScreen[None]):
    """See the module. Sub-classes say what there is (`title`, `subtitle`, `rows`), what to fetch
    first (`load`), and what a key does (`chosen`).
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q", "close", "Close")]

    def __init__(self, desk: Desk) -> None:
        super().__init__(classes="dialog")
        self.desk = desk
        self._shown: list[Row] = []
        self._due = False
        self._first = ""

    # --- to be said by each ------------------------------------------------------------------

    def heading(self) -> str:
        """The sheet's name."""
        return ""

    def subtitle(self) -> str:
        """A line or more below it."""
        return ""

    def rows(self) -> list[Row]:
        """What there is now."""
        return []

    async def load(self) -> None:
        """Ask the server for what is needed."""

    async def chosen(self, key: str) -> None:
        """Do what the row says."""

    # --- inside ------------------------------------------------------------------------------

    def compose(self) -> ComposeResult:
        with Vertical(classes="card"):
            yield Static("", classes="title")
            yield Static("", classes="sub")
            yield OptionList(markup=False)

    def on_mount(self) -> None:
        self.show()
        self.query_one(OptionList).focus()
        self._load()

    def note(self, update: Update) -> None:
        """Something is different."""
        if not self._due:
            self._due = True
            self.set_timer(0.05, self.show)

    def show(self) -> None:
        """Draw what there is now; the cursor stays on its row."""
        self._due = False
        if not self.is_attached:
            return
        self.query_one(".title", Static).update(Content(self.heading()))
        sub = self.query_one(".sub", Static)
        said = self.subtitle()
        sub.update(Content(said))
        sub.display = bool(said)
        rows = self.rows()
        if rows == self._shown:
            return
        self._shown = rows
        options = self.query_one(OptionList)
        at = options.highlighted
        key = options.get_option_at_index(at).id if at is not None else None
        options.clear_options()
        options.add_options(
            Option(row.text, id=row.key or None, disabled=not row.key) for row in rows
        )
        keys = [row.key for row in rows]
        if key and key in keys and key != self._first:
            options.highlighted = keys.index(key)
        elif any(keys):
            self._first = next(filter(None, keys))  # until the person has moved it
            options.highlighted = keys.index(self._first)

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        await self.load()
        self.show()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option.id:
            self._choose(event.option.id)

    @work(exclusive=True, group="choose")
    async def _choose(self, key: str) -> None:
        await self.chosen(key)
        self.show()

    def action_close(self) -> None:
        self.dismiss(None)
