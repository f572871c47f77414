"""Finding people, and what there is to know about one."""

import asyncio
import time
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from chinwag.cli.chat import presence
from chinwag.cli.chat.desk import Desk
from chinwag.cli.chat.dialogs import Confirm
from chinwag.cli.chat.errors import explained
from chinwag.cli.chat.sheet import GAP, Row, Sheet, action, fact, heading
from chinwag.cli.names import called, contacts, matches, title, user_name
from chinwag.cli.text import one_line
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.results import User
from chinwag.sdk import SdkError

FIND_AFTER = 0.25


class FindPeople(ModalScreen[list[str] | None]):
    """Pick one person, or (``many``) several; the answer is their ids."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Close"),
        Binding("up", "cursor(-1)", show=False, priority=True),
        Binding("down", "cursor(1)", show=False, priority=True),
        Binding("ctrl+s", "done", "Done", priority=True),
    ]

    def __init__(
        self, desk: Desk, heading: str, *, many: bool = False, without: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(classes="dialog")
        self._desk = desk
        self._heading = heading
        self._many = many
        self._without = without
        self._found: tuple[User, ...] = ()
        self._users: list[User] = []
        self._picked: dict[str, User] = {}

    def compose(self) -> ComposeResult:
        with Vertical(classes="card narrow"):
            yield Static(Content(self._heading), classes="title")
            yield Input(placeholder="Name, or somebody's whole handle", id="who")
            yield Static("", classes="sub")
            yield OptionList(markup=False)
            if self._many:
                with Horizontal(classes="buttons"):
                    yield Button("Cancel", id="cancel")
                    yield Button("Done (Ctrl+S)", id="ok", variant="primary")

    def on_mount(self) -> None:
        self._show()

    @on(Input.Changed, "#who")
    def _typed(self, event: Input.Changed) -> None:
        self._found = ()
        self._say("")
        self._show()
        query = event.value.strip().removeprefix("@")
        if len(query) >= 2:
            self._ask(query)

    @work(exclusive=True, group="find")
    async def _ask(self, query: str) -> None:
        await asyncio.sleep(FIND_AFTER)
        try:
            self._found = await self._desk.client.people.find(query)
        except (ChinwagError, SdkError) as error:
            self._say(explained(error))
            return
        self._show()
        if not self._users:
            self._say("Nobody of that name or handle. Handles must be whole.")

    def _say(self, text: str) -> None:
        sub = self.query_one(".sub", Static)
        sub.update(Content(text))
        sub.display = bool(text)

    def _show(self) -> None:
        query = self.query_one("#who", Input).value.strip().removeprefix("@")
        known = [it for it in contacts(self._desk.state) if not query or matches(it, query)]
        users = {it.id: it for it in [*self._picked.values(), *self._found, *known]}
        me = self._desk.state.user
        self._users = [
            it
            for it in users.values()
            if it.id not in self._without and it.id != me and not it.gone
        ][:200]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(Option(self._line(it), id=it.id) for it in self._users)
        if self._users:
            options.highlighted = min(len(self._picked), len(self._users) - 1) if query else 0

    def _line(self, user: User) -> Content:
        tick = ("✓ " if user.id in self._picked else "  ") if self._many else ""
        kind = "  bot" if user.kind == "bot" else ""
        return Content.assemble(
            (tick, "$c-accent bold"),
            (user_name(user), "$c-text"),
            (f"  @{user.handle}{kind}", "$c-muted"),
        )

    @on(Input.Submitted, "#who")
    def _enter(self) -> None:
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            self._pick(options.get_option_at_index(options.highlighted).id or "")

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self._pick(event.option.id or "")

    def _pick(self, user: str) -> None:
        if not self._many:
            self.dismiss([user])
            return
        if self._picked.pop(user, None) is None:
            self._picked[user] = next(it for it in self._users if it.id == user)
        who = self.query_one("#who", Input)
        if who.value:
            who.value = ""
        else:
            self._show()
        who.focus()

    def action_cursor(self, by: int) -> None:
        options = self.query_one(OptionList)
        if by < 0:
            options.action_cursor_up()
        else:
            options.action_cursor_down()

    def action_done(self) -> None:
        self.dismiss(list(self._picked) if self._many else None)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "ok":
            self.action_done()
        else:
            self.dismiss(None)

    def action_cancel(self) -> None:
        self.dismiss(None)


class Contact(Sheet):
    """One person."""

    def __init__(self, desk: Desk, user: str) -> None:
        super().__init__(desk)
        self._user = user

    def heading(self) -> str:
        return called(self.desk.state, self._user)

    def subtitle(self) -> str:
        user = self.desk.state.users.get(self._user)
        chat = self.desk.state.direct(self._user)
        said = [f"@{user.handle}" if user and user.handle else ""]
        if chat:
            said.append(presence.about(self.desk.client, chat, time.time_ns() // 1_000_000))
        return " · ".join(it for it in said if it)

    def rows(self) -> list[Row]:
        state = self.desk.state
        user = state.users.get(self._user)
        rows: list[Row] = []
        if user and user.about:
            rows += [fact(one_line(user.about)), GAP]
        rows.append(action("message", "Message"))
        groups = [
            it
            for it in state.chat_list()
            if it.kind == "group" and it.members and self._user in it.members
            and not it.members[self._user].left
        ]  # fmt: skip
        if groups:
            rows += [GAP, heading("Groups in common")]
            rows += [action(f"chat:{it.id}", title(state, it)) for it in groups]
        blocked = state.account is not None and self._user in state.account.blocked
        rows += [GAP, action("block", "Unblock" if blocked else "Block", grave=not blocked)]
        return rows

    async def load(self) -> None:
        if self._user not in self.desk.state.users:
            await self.desk.tried(self.desk.client.people.users([self._user]))

    async def chosen(self, key: str) -> None:
        desk = self.desk
        if key == "message":
            head = await desk.tried(desk.client.open_direct(self._user))
            if head:
                self.dismiss(None)
                await desk.go(head.chat)
        elif key.startswith("chat:"):
            self.dismiss(None)
            await desk.go(key.removeprefix("chat:"))
        elif key == "block":
            await self._block()

    async def _block(self) -> None:
        desk, account = self.desk, self.desk.state.account
        if account and self._user in account.blocked:
            await desk.tried(desk.client.people.unblock(self._user))
            return
        name = called(desk.state, self._user)
        question = Confirm(
            f"Block {name}?",
            "They can no longer reach you, nor see when you are online. They are told nothing.",
            "Block",
        )
        if await self.app.push_screen_wait(question):
            await desk.tried(desk.client.people.block(self._user))
