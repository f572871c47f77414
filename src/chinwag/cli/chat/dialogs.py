"""Small questions over the screen: a menu, a line of text, are you sure. Each gives its answer to
whoever awaits it; Esc gives none.
"""

from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

_CLOSE: list[BindingType] = [Binding("escape", "cancel", "Close")]


class Choice(NamedTuple):
    """One line of a menu. ``key`` is what is answered; ``hint`` the key that does the same
    elsewhere; ``grave``: it destroys something.
    """

    key: str
    text: str
    hint: str = ""
    grave: bool = False

    @property
    def line(self) -> Content:
        """As it is shown."""
        text = Content.styled(self.text, "$c-error" if self.grave else "")
        pad = " " * max(2, 38 - len(self.text))
        return text + Content.styled(f"{pad}{self.hint}", "$c-muted") if self.hint else text


class Menu(ModalScreen[str | None]):
    """Pick one; the answer is its key. Letters jump to the line that begins with them."""

    BINDINGS: ClassVar[list[BindingType]] = _CLOSE

    def __init__(self, title: str, choices: list[Choice]) -> None:
        super().__init__(classes="dialog")
        self._title = title
        self._choices = choices

    def compose(self) -> ComposeResult:
        with Vertical(classes="card narrow"):
            yield Static(Content(self._title), classes="title")
            yield OptionList(
                *(Option(it.line, id=it.key) for it in self._choices),
                markup=False,
            )

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(event.option.id)

    def action_cancel(self) -> None:
        self.dismiss(None)


class Ask(ModalScreen[str | None]):
    """A line of text."""

    BINDINGS: ClassVar[list[BindingType]] = _CLOSE

    def __init__(
        self,
        title: str,
        *,
        value: str = "",
        hint: str = "",
        limit: int = 0,
        verb: str = "Save",
        secret: bool = False,
        empty: bool = False,
    ) -> None:
        super().__init__(classes="dialog")
        self._title = title
        self._input = Input(
            value, placeholder=hint, max_length=limit, password=secret, select_on_focus=False
        )
        self._verb = verb
        self._empty = empty

    def compose(self) -> ComposeResult:
        with Vertical(classes="card narrow"):
            yield Static(Content(self._title), classes="title")
            yield self._input
            with Horizontal(classes="buttons"):
                yield Button("Cancel", id="cancel")
                yield Button(self._verb, id="ok", variant="primary")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "ok":
            self._done()
        else:
            self.dismiss(None)

    def on_input_submitted(self) -> None:
        self._done()

    def action_cancel(self) -> None:
        self.dismiss(None)

    def _done(self) -> None:
        value = self._input.value if self._input.password else self._input.value.strip()
        if value or self._empty:
            self.dismiss(value)
        else:
            self._input.focus()


class Confirm(ModalScreen[bool]):
    """Are you sure? The answer is True or False."""

    BINDINGS: ClassVar[list[BindingType]] = _CLOSE

    def __init__(self, title: str, text: str, verb: str, *, grave: bool = True) -> None:
        super().__init__(classes="dialog")
        self._title, self._text, self._verb = title, text, verb
        self._grave = grave

    def compose(self) -> ComposeResult:
        with Vertical(classes="card narrow"):
            yield Static(Content(self._title), classes="title")
            if self._text:
                yield Static(Content(self._text), classes="words")
            with Horizontal(classes="buttons"):
                yield Button("Cancel", id="cancel")
                yield Button(self._verb, id="ok", variant="error" if self._grave else "primary")

    def on_mount(self) -> None:
        self.query_one("#cancel" if self._grave else "#ok", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "ok")

    def action_cancel(self) -> None:
        self.dismiss(False)
