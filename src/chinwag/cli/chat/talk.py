"""The right side: the open chat's name and presence, its messages, and where one writes."""

import time
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from chinwag.cli import words
from chinwag.cli.chat import presence
from chinwag.cli.chat.composer import Composer
from chinwag.cli.chat.conversation import Conversation
from chinwag.cli.chat.desk import Desk
from chinwag.cli.chat.saving import Saving
from chinwag.cli.chat.theme import hues
from chinwag.cli.chat.timeline import Bubble, View, quoted, rows
from chinwag.cli.chat.window import Window
from chinwag.cli.chat.writing import Writing
from chinwag.cli.names import title
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.events import Message
from chinwag.protocol.files import File
from chinwag.sdk import (
    AccountChanged,
    ChatChanged,
    ChatState,
    OutboxChanged,
    PresenceChanged,
    SdkError,
    StatusChanged,
    TypingChanged,
    Update,
    UserChanged,
)

# So many entries of a chat are enough to begin with.
SCREENFUL = 40
NOTHING = "Pick a chat, or Ctrl+N to begin one.\n\nF1 shows all keys."


class Talk(Vertical):
    """One open chat at a time, or none."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+end", "newest", "Newest message"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(id="talk")
        self._desk = desk
        self.chat: ChatState | None = None
        self._window: Window | None = None
        self._divider: tuple[int, int] | None = None
        self._asked: set[int] = set()
        self._loading = False
        self.conversation = Conversation()
        self.writing = Writing(desk)
        self.saving = Saving(desk)

    @property
    def composer(self) -> Composer:
        """Where one writes."""
        return self.writing.composer

    def compose(self) -> ComposeResult:
        yield Static("", id="head")
        yield Static("", id="headline", classes="headline")
        yield self.conversation
        yield Static(NOTHING, id="nothing")
        yield Static("", id="jump")
        yield self.saving
        yield self.writing

    def on_mount(self) -> None:
        self._appear()

    # --- opening -----------------------------------------------------------------------------

    def open(self, chat: ChatState) -> None:
        """Show a chat, at its first unread message or at its end."""
        desk = self._desk
        self.chat = chat
        self._window = window = Window(desk.client, chat)
        self._divider = (chat.mine.read, chat.unread) if chat.unread else None
        first = chat.mine.read + 1 if chat.unread else 0
        self._asked.clear()
        self.conversation.marked = None
        self.writing.open(chat)
        self._appear()
        window.take_held(first)
        self._place_rows()
        self._complete(chat.id, first)

    def close(self) -> None:
        """Show none."""
        self.chat = self._window = self._divider = None
        self.writing.open(None)
        self._appear()

    @work(exclusive=True, group="open")
    async def _complete(self, chat: str, first: int) -> None:
        """Fetch what this device does not have of what is to be seen first."""
        window = self._window
        if window is None or self.chat is None:
            return
        if self.chat.mine.unread and self._desk.client.status == "online":
            self._quietly_arrange(chat)
        if self.chat.kind == "group" and self.chat.present and self.chat.members is None:
            self._load_members(chat)
        missing = first and window.first > first
        if not window.older or (len(window.events) >= SCREENFUL and not missing):
            return
        try:
            await window.newest(first)
        except (ChinwagError, SdkError):
            window.take_held()
        if window is self._window:
            self._place_rows()

    @work(exclusive=True, group="members")
    async def _load_members(self, chat: str) -> None:
        try:
            await self._desk.client.groups.members(chat)
        except (ChinwagError, SdkError):
            return
        self.refresh_head()

    @work(exclusive=True, group="unmark")
    async def _quietly_arrange(self, chat: str) -> None:
        try:
            await self._desk.client.arrange(chat, unread=False)
        except (ChinwagError, SdkError):
            return

    def _place_rows(self) -> None:
        """Draw the messages from scratch: at the first unread one, or at the end."""
        self.refresh_rows(follow=True, at="unread" if self._divider else "")

    def _appear(self) -> None:
        """Show the parts that there is something for."""
        there = self.chat is not None
        for name in ("head", "headline", "messages", "writing"):
            self.query_one(f"#{name}").display = there
        self.query_one("#nothing").display = not there
        self.refresh_head()
        self._refresh_jump()

    # --- what changes ------------------------------------------------------------------------

    def note(self, update: Update) -> None:
        """Something is different."""
        chat = self.chat
        if chat is None:
            return
        match update:
            case ChatChanged(chat=id, what=what) if id == chat.id:
                self.refresh_rows()
                if what in ("group", "mine", "members"):
                    self.refresh_head()
                    self.writing.show()
            case OutboxChanged(chat=id) if id == chat.id:
                self.refresh_rows()
            case TypingChanged(chat=id) if id == chat.id:
                self.refresh_head()
            case PresenceChanged(user=user) if user == chat.peer:
                self.refresh_head()
            case AccountChanged():
                self.writing.show()
            case UserChanged():
                self.refresh_rows()
                self.refresh_head()
            case StatusChanged():
                self.refresh_head()
                if update.status == "online":
                    self._complete(chat.id, 0)

    def refresh_rows(self, *, follow: bool = False, at: str = "") -> None:
        """Draw what is different among the messages."""
        chat, window = self.chat, self._window
        if chat is None or window is None:
            return
        at_bottom = self.conversation.at_bottom
        grown = window.grow()
        window.forget_deleted()
        if grown and self._unseen() and not self._divider:
            self._divider = (chat.mine.read, chat.unread)
        self._fetch_quoted(window)
        view = self._view(chat, window)
        self.conversation.show(rows(view), follow=follow or (grown and at_bottom), at=at)
        self._refresh_jump()

    def refresh_head(self) -> None:
        """Draw name and presence anew."""
        chat, client = self.chat, self._desk.client
        if chat is None:
            return
        name = Content.styled(title(self._desk.state, chat), "bold")
        said = presence.typing(client, chat)
        if offline := presence.connection(client):
            line = Content.styled(offline, "$c-muted italic")
        elif said:
            line = Content.styled(said, "$c-accent italic")
        else:
            said = presence.about(client, chat, _now())
            line = Content.styled(said, "$c-online" if said == "online" else "$c-muted")
        self.query_one("#head", Static).update(Content("\n").join([name, line]))

    def _view(self, chat: ChatState, window: Window) -> View:
        client = self._desk.client
        waiting = client.outbox.of(chat.id) if not window.newer else []
        people = chat.members or {it.sender for it in window.events}
        return View(
            state=client.state,
            chat=chat,
            events=window.events,
            waiting=waiting,
            divider=self._divider,
            now=_now(),
            hues=hues(people),
            transfers=client.files.transfers,
        )

    def _unseen(self) -> bool:
        """Whether something came while nobody looked."""
        return bool(self.chat and self.chat.unread and not self.seeing)

    @property
    def seeing(self) -> bool:
        """Whether a person has this conversation before their eyes."""
        return (
            self._desk.attention.here
            and self.app.screen is self.screen  # no sheet above it
            and self.chat is not None
            and self.is_on_screen
        )

    def _fetch_quoted(self, window: Window) -> None:
        chat = self.chat
        assert chat is not None
        wanted = {it for it in quoted(window.events) if chat.log.get(it) is None} - self._asked
        if wanted:
            self._asked |= wanted
            self._load_quoted(chat.id, sorted(wanted)[-20:])

    @work(group="quoted")
    async def _load_quoted(self, chat: str, seqs: list[int]) -> None:
        for seq in seqs:
            try:
                await self._desk.client.history(chat, before=seq + 1, limit=1)
            except (ChinwagError, SdkError):
                return
        if self.chat is not None and self.chat.id == chat:
            self.refresh_rows()

    # --- reading -----------------------------------------------------------------------------

    def look(self) -> None:
        """Somebody looks again: what is on screen is read."""
        self.conversation.look()

    @on(Conversation.Seen)
    def _seen(self, event: Conversation.Seen) -> None:
        chat, window = self.chat, self._window
        self._refresh_jump()
        if chat is None or window is None or not self.seeing:
            return
        whole = event.bottom and window.complete
        self._desk.client.read(chat.id, chat.last if whole else event.seq)

    @on(Conversation.Edge)
    def _edge(self, event: Conversation.Edge) -> None:
        window = self._window
        if window is None or self._loading:
            return
        if (event.older and window.older) or (not event.older and window.newer):
            self._loading = True
            self._more(older=event.older)

    @work(group="more")
    async def _more(self, *, older: bool) -> None:
        window = self._window
        try:
            if window is not None:
                await (window.more_older() if older else window.more_newer())
        except (ChinwagError, SdkError):
            return
        finally:
            self._loading = False
        if window is self._window:
            self.refresh_rows()

    # --- the end, and other places -----------------------------------------------------------

    def _refresh_jump(self) -> None:
        jump = self.query_one("#jump", Static)
        chat, window = self.chat, self._window
        away = chat is not None and (
            not self.conversation.at_bottom or (window is not None and window.newer)
        )
        jump.display = bool(away and self.conversation.size.height)
        if not jump.display or chat is None:
            return
        below = chat.unread
        jump.update(f" ↓ {words.count(below, 'new message')} " if below else " ↓ newest ")
        jump.set_class(bool(below), "new")
        width = len(str(jump.content)) + 2
        region = self.conversation.region
        top = self.conversation.virtual_region.bottom - 1
        jump.styles.offset = (max(0, region.width - width - 2), top)

    def on_click(self, event: object) -> None:
        if getattr(event, "widget", None) is self.query_one("#jump"):
            self.action_newest()

    @on(Conversation.NewestWanted)
    def action_newest(self) -> None:
        """To the end of the conversation."""
        if self._window is not None and self._window.newer:
            self._go_newest()
        else:
            self.conversation.to_bottom()

    @work(exclusive=True, group="open")
    async def _go_newest(self) -> None:
        if self._window is not None and await self._desk.tried(self._reload()):
            self.refresh_rows(follow=True)

    async def _reload(self) -> bool:
        assert self._window is not None
        await self._window.newest()
        return True

    @work(exclusive=True, group="open")
    async def go_to(self, seq: int) -> None:
        """Show a message, wherever it is."""
        window = self._window
        if window is None:
            return
        if not window.first <= seq <= window.last:
            await self._desk.tried(window.around(seq))
            self.refresh_rows()
        rows = self.conversation.rows
        key = next((it.key for it in rows if isinstance(it, Bubble) and it.seq == seq), "")
        if self.conversation.scroll_to_row(key):
            self.conversation.flash(key)
        self.refresh_rows()

    def file_at(self, seq: int) -> File | None:
        """The file of a message on the sheet."""
        events = self._window.events if self._window else ()
        body = next((it.body for it in events if it.seq == seq), None)
        return body.file if isinstance(body, Message) else None

    @on(Writing.SaveWanted)
    def _save_newest(self, event: Writing.SaveWanted) -> None:
        files = [it.seq for it in self.conversation.rows if isinstance(it, Bubble) and it.file]
        if file := next((it for seq in reversed(files) if (it := self.file_at(seq))), None):
            self.saving.toggle(file, event.where)
        else:
            self._desk.say("There is no file here.", trouble=True)

    @on(Writing.Queued)
    def _queued(self) -> None:
        if self._window is not None and self._window.newer:
            self._go_newest()
        self.refresh_rows(follow=True)


def _now() -> int:
    return time.time_ns() // 1_000_000
