"""All keys, on one page."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

KEYS = (
    (
        "Everywhere",
        (
            ("F1", "this page"),
            ("Ctrl+P", "all commands, by name"),
            ("Ctrl+F", "find a chat"),
            ("Ctrl+N", "new chat"),
            ("Ctrl+G", "new group"),
            ("Ctrl+O, F2", "chat menu: pin, mute, archive, mark as unread"),
            ("F3", "about the person or group"),
            ("F4", "settings"),
            ("Ctrl+↑ Ctrl+↓, F7 F8", "chat before, chat after"),
            ("Tab, Shift+Tab", "from part to part"),
            ("Esc", "one step back"),
            ("Ctrl+C, Ctrl+Q", "quit; Ctrl+C copies if something is selected"),
        ),
    ),
    (
        "Writing",
        (
            ("Enter", "send"),
            ("Shift+Enter, Alt+Enter, Ctrl+J", "new line"),
            ("@, then Tab", "mention somebody in a group"),
            ("↑ with nothing written", "to the messages"),
            ("PgUp, PgDn", "scroll the messages"),
            ("Ctrl+End", "newest message"),
            ("/send PATH caption", "send a file; or drop it here. Tab completes the path"),
            ("/save WHERE", "save the newest file; WHERE may be left out"),
            ("*bold* _italic_ ~strike~ `code`", "light formatting"),
        ),
    ),
    (
        "Messages",
        (
            ("↑ ↓", "from message to message"),
            ("r", "reply"),
            ("c", "copy"),
            ("i", "who read it, or about the sender"),
            ("g", "go to what it answers"),
            ("s", "save the file; again: stop that"),
            ("t, d", "try again or discard one that failed"),
            ("Enter", "menu"),
            ("Home, End", "oldest here, newest"),
        ),
    ),
    (
        "Chats",
        (
            ("↑ ↓, Enter", "pick and open"),
            ("Space", "menu"),
        ),
    ),
    (
        "Beside a message",
        (
            ("◷", "still on this machine"),
            ("✓", "the server has it"),
            ("✓✓", "it arrived; in blue: it was read"),
            ("!", "it failed, and why"),
        ),
    ),
)


class Help(ModalScreen[None]):
    """See the module."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f1,enter,question_mark", "close", "Close")
    ]

    def __init__(self) -> None:
        super().__init__(classes="dialog")

    def compose(self) -> ComposeResult:
        with Vertical(classes="card"):
            yield Static("Keys", classes="title")
            with VerticalScroll(classes="scrolls"):
                yield Static(page(), id="helptext")

    def action_close(self) -> None:
        self.dismiss(None)


def page() -> Content:
    """The page."""
    lines: list[Content] = []
    for name, keys in KEYS:
        lines += [Content(""), Content.styled(name, "$c-muted bold")] if lines else [
            Content.styled(name, "$c-muted bold")]  # fmt: skip
        for key, text in keys:
            pad = " " * max(2, 24 - len(key))
            if len(key) > 22:
                lines += [Content.styled(key, "$c-accent"), Content(f"{' ' * 24}{text}")]
            else:
                lines.append(Content.assemble((key, "$c-accent"), pad, text))
    return Content("\n").join(lines)
