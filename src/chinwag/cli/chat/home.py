"""The main screen: the list of chats on the left, the open one on the right; one at a time where
it is narrow.
"""

import time
from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from chinwag.cli.chat import presence
from chinwag.cli.chat.chat_list import ChatList
from chinwag.cli.chat.chat_menu import chat_menu
from chinwag.cli.chat.composer import Composer
from chinwag.cli.chat.conversation import Conversation
from chinwag.cli.chat.desk import Desk
from chinwag.cli.chat.message_menu import message_menu
from chinwag.cli.chat.talk import Talk
from chinwag.cli.names import user_name
from chinwag.sdk import ChatGone, PresenceChanged, Update

NARROW = 76
WELCOME = """\
No chats yet.

Ctrl+N begins one with somebody.
Ctrl+G makes a group.
F1 shows all keys."""
REFRESH_SECONDS = 0.03


class Home(Screen[None]):
    """See the module."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+f", "find", "Find a chat", priority=True),
        Binding("ctrl+n", "app.new_chat", "New chat", priority=True),
        Binding("ctrl+g", "app.new_group", "New group", priority=True),
        Binding("ctrl+o,f2", "menu", "Chat menu", priority=True),
        Binding("f3", "info", "Info", priority=True),
        Binding("f4", "app.settings", "Settings", priority=True),
        Binding("ctrl+up,alt+up,f7", "next(-1)", "Chat before", priority=True),
        Binding("ctrl+down,alt+down,f8", "next(1)", "Chat after", priority=True),
        Binding("escape", "back", "Back"),
        Binding("question_mark", "app.help", "Help", show=False),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._due = False
        self._watched: tuple[str | None, tuple[str, ...]] = (None, ())
        self.list = ChatList(desk.drafts.get)
        self.talk = Talk(desk)

    def compose(self) -> ComposeResult:
        with Horizontal():
            with Vertical(id="list"):
                yield Static("", id="me")
                yield Static("", classes="headline")
                yield Input(placeholder="Find a chat", id="find", compact=True)
                yield self.list
                yield Static("", id="welcome")
            yield self.talk

    def on_mount(self) -> None:
        self._narrow(self.app.size.width)
        self._refresh_list()
        self.list.focus()
        self.set_interval(20, self._tick)

    def on_resize(self, event: events.Resize) -> None:
        self._narrow(event.size.width)

    # --- what changes ------------------------------------------------------------------------

    def note(self, update: Update) -> None:
        """Something is different."""
        self.talk.note(update)
        match update:
            case ChatGone(chat=chat) if self.talk.chat and self.talk.chat.id == chat:
                self._close()
            case PresenceChanged():
                pass
            case _:
                self._soon()

    def _soon(self) -> None:
        """Draw the list after the changes that come together."""
        if not self._due:
            self._due = True
            self.set_timer(REFRESH_SECONDS, self._refresh_list)

    def _tick(self) -> None:
        self.talk.refresh_head()
        self._refresh_list()

    def _refresh_list(self) -> None:
        self._due = False
        desk = self.desk
        self.list.show(desk.client, self.query_one("#find", Input).value.strip())
        account = desk.state.account
        me = account.user if account else desk.state.users.get(desk.state.user)
        name = Content.styled(user_name(me) if me else "chinwag", "bold")
        quiet = presence.connection(desk.client) or (f"@{me.handle}" if me else "")
        self.query_one("#me", Static).update(
            Content("\n").join([name, Content.styled(quiet, "$c-muted")])
        )
        empty = not self.list.chats and not self.list.others
        welcome = self.query_one("#welcome", Static)
        welcome.display = empty
        self.list.display = not empty
        if empty:
            welcome.update(WELCOME if desk.client.caught_up else "")
        self._watch()

    def _watch(self) -> None:
        """Presence of whoever is on screen."""
        talk = self.talk.chat
        visible = self.list.visible_chats() if self.query_one("#list").display else []
        users = dict.fromkeys(it.peer for it in [*([talk] if talk else []), *visible] if it.peer)
        wanted = (talk.id if talk else None, tuple(users)[:200])
        if wanted != self._watched:
            self._watched = wanted
            self.desk.client.watch(wanted[0], wanted[1])

    # --- opening and closing -----------------------------------------------------------------

    def open(self, chat_id: str) -> None:
        """Open a chat."""
        chat = self.desk.chat(chat_id)
        if chat is None:
            return
        if chat.mine.archived != self.list.archived and not self.query_one("#find", Input).value:
            self.list.archived = chat.mine.archived
        if self.talk.chat is not chat:
            self.list.open_chat = chat.id
            self.talk.open(chat)
        self.add_class("talking")
        self.list.reveal(chat.id)
        self.list.cursor = chat.id
        self._stop_finding()
        self._refresh_list()
        target = self.talk.composer if self.talk.composer.display else self.talk.conversation
        target.focus()

    def _close(self) -> None:
        self.talk.close()
        self.list.open_chat = None
        self.remove_class("talking")
        self._refresh_list()
        self.list.focus()

    def look(self) -> None:
        """Somebody looks again."""
        self.talk.look()

    def leave(self) -> None:
        """Keep what is being written."""
        self.talk.writing.keep_draft()

    def on_screen_resume(self) -> None:
        self.talk.look()

    @property
    def narrow(self) -> bool:
        """Whether there is room for one column only."""
        return self.has_class("narrow-screen")

    def _narrow(self, width: int) -> None:
        self.set_class(width < NARROW, "narrow-screen")
        self.query_one("#list").styles.width = (
            "1fr" if width < NARROW else max(28, min(40, width * 36 // 100))
        )

    # --- events ------------------------------------------------------------------------------

    @on(ChatList.Opened)
    def _opened(self, event: ChatList.Opened) -> None:
        self.open(event.chat)

    @on(ChatList.MenuWanted)
    def _menu_wanted(self, event: ChatList.MenuWanted) -> None:
        self._menu(event.chat)

    @on(ChatList.ArchiveToggled)
    def _archive_toggled(self) -> None:
        self.list.archived = not self.list.archived
        self.list.cursor = None
        self._refresh_list()

    @on(ChatList.Scrolled)
    def _scrolled(self) -> None:
        self._soon()

    @on(Input.Changed, "#find")
    def _finding(self) -> None:
        self._refresh_list()

    @on(Input.Submitted, "#find")
    def _found(self) -> None:
        if self.list.chats:
            self.open(self.list.chats[0].id)

    @on(Conversation.Left)
    def _to_composer(self) -> None:
        if self.talk.composer.display:
            self.talk.composer.focus()
        else:
            self.list.focus()

    @on(Composer.Key)
    def _composer_key(self, event: Composer.Key) -> None:
        conversation = self.talk.conversation
        match event.name:
            case "up":
                conversation.focus()
            case "pageup" | "pagedown":
                conversation.page(-1 if event.name == "pageup" else 1)
            case "end":
                self.talk.action_newest()
            case "escape":
                self.action_back()

    @on(Conversation.Act)
    def _act(self, event: Conversation.Act) -> None:
        self._do(event.name, event)

    @work(exclusive=True, group="act")
    async def _do(self, name: str, event: Conversation.Act) -> None:
        chat = self.talk.chat
        if chat is not None:
            await message_menu(self.desk, self.talk, chat, event.row, name)

    # --- keys --------------------------------------------------------------------------------

    def action_find(self) -> None:
        find = self.query_one("#find", Input)
        find.add_class("open")
        if self.narrow and self.has_class("talking"):
            self._close()
        find.focus()

    def action_menu(self) -> None:
        chat = self.list.cursor if self.list.has_focus else self.list.open_chat
        if chat := chat or self.list.cursor:
            self._menu(chat)

    def action_info(self) -> None:
        chat = self.list.cursor if self.list.has_focus else self.list.open_chat
        if chat := chat or self.list.cursor:
            self._info(chat)

    def action_next(self, by: int) -> None:
        if chat := self.list.neighbour(by):
            self.open(chat)

    def action_back(self) -> None:
        """One step back: the search, the answer, the place in the log, the chat."""
        if self._stop_finding():
            self._refresh_list()
            self.list.focus()
        elif self.talk.writing.cancel_reply():
            pass
        elif self.talk.chat and not self.talk.conversation.at_bottom:
            self.talk.action_newest()
        elif (self.talk.chat and self.narrow) or (self.talk.chat and self.list.has_focus):
            self._close()
        else:
            self.list.focus()

    def _stop_finding(self) -> bool:
        find = self.query_one("#find", Input)
        had = find.has_class("open")
        find.remove_class("open")
        find.value = ""
        return had

    @work(exclusive=True, group="menu")
    async def _menu(self, chat: str) -> None:
        if held := self.desk.chat(chat):
            await chat_menu(self.desk, held)
            self._refresh_list()

    @work(exclusive=True, group="menu")
    async def _info(self, chat: str) -> None:
        if held := self.desk.chat(chat):
            await chat_menu(self.desk, held, "info")


def now() -> int:
    """This moment on the wire."""
    return time.time_ns() // 1_000_000
