"""Group info: what there is to know and to change about a group."""

import msgspec

from chinwag.cli import words
from chinwag.cli.chat.desk import Desk
from chinwag.cli.chat.dialogs import Ask, Choice, Confirm, Menu
from chinwag.cli.chat.invite import InviteCode
from chinwag.cli.chat.joining import refused
from chinwag.cli.chat.people import Contact, FindPeople
from chinwag.cli.chat.sheet import GAP, Row, Sheet, action, fact, heading
from chinwag.cli.names import called, title
from chinwag.cli.text import plain
from chinwag.protocol import limits
from chinwag.protocol.events import Settings
from chinwag.protocol.results import GroupInfo, Member, RequestList
from chinwag.sdk import ChatChanged, ChatState, Update

_SWITCHES = (
    ("edit_info", "Edit this info"),
    ("send", "Send messages"),
    ("add_members", "Add people"),
)


class Group(Sheet):
    """One group: its members with their roles, its switches, its invite link."""

    def __init__(self, desk: Desk, chat: str) -> None:
        super().__init__(desk)
        self._chat_id = chat
        self._requests: RequestList | None = None

    @property
    def chat(self) -> ChatState:
        """The group's state."""
        return self.desk.state.chats[self._chat_id]

    @property
    def info(self) -> GroupInfo:
        """What is true for all members."""
        return self.chat.group or GroupInfo(title="")

    def heading(self) -> str:
        return title(self.desk.state, self.chat)

    def subtitle(self) -> str:
        number = words.count(len(self._here()) or self.info.members, "member")
        return f"{plain(self.info.description)}\n{number}".strip()

    def rows(self) -> list[Row]:
        if not self.chat.present:
            return [fact("You are no longer a member."), GAP, *self._members()]
        rows: list[Row] = []
        if self._may(self.info.edit_info):
            rows += [
                action("title", "Change name"),
                action("description", "Change description"),
            ]
        if self._may(self.info.add_members):
            rows += [action("add", "Add people"), action("link", "Invite link and QR code")]
        if self._admin and self._requests and self._requests.requests:
            rows += [GAP, heading("Ask to join")]
            rows += [
                action(f"request:{it.user}", called(self.desk.state, it.user))
                for it in self._requests.requests
            ]
        rows += [GAP, heading("Members"), *self._members()]
        rows += [GAP, heading("Who may"), *self._switches()]
        return [*rows, GAP, action("leave", "Leave group", grave=True)]

    async def load(self) -> None:
        await self.desk.tried(self.desk.client.groups.members(self._chat_id))
        if self._admin and self.chat.present:
            self._requests = await self.desk.tried(self.desk.client.groups.requests(self._chat_id))

    def note(self, update: Update) -> None:
        if isinstance(update, ChatChanged) and update.chat == self._chat_id:
            if update.what == "requests" or self.chat.members is None:
                self._load()
            super().note(update)

    # --- rows --------------------------------------------------------------------------------

    @property
    def _admin(self) -> bool:
        return self.chat.mine.role == "admin"

    def _may(self, who: str) -> bool:
        return self.chat.present and (who == "everyone" or self._admin)

    def _here(self) -> list[Member]:
        return [it for it in (self.chat.members or {}).values() if not it.left]

    def _members(self) -> list[Row]:
        state = self.desk.state
        if self.chat.members is None:
            return [fact("…")]
        here = sorted(
            self._here(),
            key=lambda it: (
                it.user != state.user, it.role != "admin", called(state, it.user).casefold(),
            ),
        )  # fmt: skip
        rows = [self._member(it) for it in here]
        past = [it for it in self.chat.members.values() if it.left]
        if past:
            names = [called(state, it.user) for it in past]
            rows += [GAP, heading("Past members")] + [fact(it) for it in names]
        return rows

    def _member(self, member: Member) -> Row:
        name = called(self.desk.state, member.user)
        known = self.desk.state.users.get(member.user)
        about = f"@{known.handle}" if known and known.handle else ""
        role = " · admin" if member.role == "admin" else ""
        if member.user == self.desk.state.user:
            return fact(name, f"{about}{role}")
        return action(f"member:{member.user}", name, f"{about}{role}")

    def _switches(self) -> list[Row]:
        info = self.info
        rows = [
            (name, text, "everyone" if getattr(info, name) == "everyone" else "only admins")
            for name, text in _SWITCHES
        ]
        rows.append(
            (
                "approval",
                "Come in by link",
                "once an admin approves" if info.approval else "at once",
            )
        )
        past = "all of it" if info.history == "all" else "only what comes after joining"
        rows.append(("history", "New members see", past))
        if self._admin:
            return [action(f"switch:{name}", text, value) for name, text, value in rows]
        return [fact(text, value) for _, text, value in rows]

    # --- doing -------------------------------------------------------------------------------

    async def chosen(self, key: str) -> None:
        kind, _, rest = key.partition(":")
        match kind:
            case "title" | "description":
                await self._change(kind)
            case "add":
                await self._add()
            case "link":
                await self._link()
            case "request":
                await self._decide(rest)
            case "member":
                await self._member_menu(rest)
            case "switch":
                await self._switch(rest)
            case "leave":
                await self._leave()

    async def _change(self, what: str) -> None:
        is_title = what == "title"
        value = await self.app.push_screen_wait(
            Ask(
                "Name of the group" if is_title else "Description",
                value=self.info.title if is_title else self.info.description,
                limit=limits.TITLE_CHARS if is_title else limits.DESCRIPTION_CHARS,
                empty=not is_title,
            )
        )
        if value is not None:
            groups = self.desk.client.groups
            change = (
                groups.change(self._chat_id, title=value)
                if is_title
                else groups.change(self._chat_id, description=value)
            )
            await self.desk.tried(change)

    async def _add(self) -> None:
        here = frozenset(it.user for it in self._here())
        picker = FindPeople(self.desk, "Add people", many=True, without=here)
        people = await self.app.push_screen_wait(picker)
        if people:
            placed = await self.desk.tried(self.desk.client.groups.add(self._chat_id, *people))
            if placed:
                await refused(self.desk, placed)

    async def _link(self) -> None:
        link = await self.desk.tried(self.desk.client.groups.invite_link(self._chat_id))
        while link is not None:
            chosen = await self.app.push_screen_wait(InviteCode(self.desk, link))
            if chosen == "reset":
                link = await self.desk.tried(
                    self.desk.client.groups.reset_invite_link(self._chat_id)
                )
                continue
            if chosen == "revoke":
                await self.desk.tried(self.desk.client.groups.revoke_invite_link(self._chat_id))
                self.desk.say("The link no longer works.")
            return

    async def _decide(self, user: str) -> None:
        name = called(self.desk.state, user)
        choices = [Choice("yes", "Let in"), Choice("no", "Turn down", grave=True)]
        chosen = await self.app.push_screen_wait(Menu(f"{name} asks to join", choices))
        if chosen:
            groups = self.desk.client.groups
            await self.desk.tried(groups.decide(self._chat_id, user, accept=chosen == "yes"))
            self._requests = await self.desk.tried(groups.requests(self._chat_id))

    async def _member_menu(self, user: str) -> None:
        member = (self.chat.members or {}).get(user)
        name = called(self.desk.state, user)
        choices = [Choice("info", "About"), Choice("message", "Message")]
        if self._admin and member and self.chat.present:
            promoted = member.role == "admin"
            choices += [
                Choice("role", "Dismiss as admin" if promoted else "Make admin"),
                Choice("remove", "Remove from the group", grave=True),
            ]
        groups = self.desk.client.groups
        match await self.app.push_screen_wait(Menu(name, choices)):
            case "info":
                await self.app.push_screen_wait(Contact(self.desk, user))
            case "message":
                head = await self.desk.tried(self.desk.client.open_direct(user))
                if head:
                    self.dismiss(None)
                    await self.desk.go(head.chat)
            case "role" if member:
                change = groups.demote if member.role == "admin" else groups.promote
                await self.desk.tried(change(self._chat_id, user))
            case "remove":
                question = Confirm(f"Remove {name}?", "They keep what was said so far.", "Remove")
                if await self.app.push_screen_wait(question):
                    await self.desk.tried(groups.remove(self._chat_id, user))

    async def _switch(self, name: str) -> None:
        info = self.info
        if name == "approval":
            settings = Settings(approval=not info.approval)
        elif name == "history":
            settings = Settings(history="joined" if info.history == "all" else "all")
        else:
            other = "admins" if getattr(info, name) == "everyone" else "everyone"
            settings = msgspec.convert({name: other}, Settings)
        await self.desk.tried(self.desk.client.groups.change(self._chat_id, settings=settings))

    async def _leave(self) -> None:
        name = title(self.desk.state, self.chat)
        question = Confirm(
            f"Leave “{name}”?", "You keep what was said so far. Only admins are told.", "Leave"
        )
        if await self.app.push_screen_wait(question):
            await self.desk.tried(self.desk.client.groups.leave(self._chat_id))
