"""The terminal client as a program: who is signed in, and what is on the screen."""

import asyncio
import contextlib
import time
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from textual import events, on, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from chinwag.cli.account import Form
from chinwag.cli.chat import joining, keys
from chinwag.cli.chat.attention import Attention
from chinwag.cli.chat.conversation import Conversation
from chinwag.cli.chat.desk import Desk
from chinwag.cli.chat.dialogs import Confirm
from chinwag.cli.chat.drafts import Drafts
from chinwag.cli.chat.errors import explained
from chinwag.cli.chat.help import Help
from chinwag.cli.chat.home import Home
from chinwag.cli.chat.interrupts import Interrupts
from chinwag.cli.chat.people import FindPeople
from chinwag.cli.chat.settings import Settings
from chinwag.cli.chat.signing import Signing
from chinwag.cli.chat.theme import DARK, LIGHT, PALETTES, theme
from chinwag.cli.chat.typeahead import TypeAhead
from chinwag.cli.profiles import Account, Profile, private_folder, same_server, write_private
from chinwag.cli.relay import Relay
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.events import Message
from chinwag.sdk import Client, SdkError, SignedOut, StoreError

_LEFT = "You are signed out."


class ChatApp(App[None]):
    """See the module. ``form``: what is known for the first sign-in."""

    TITLE = "chinwag"
    CSS_PATH = Path(__file__).with_name("chat.tcss")
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Help", priority=True),
        Binding("ctrl+q", "quit", "Quit", priority=True),
        Binding("ctrl+c", "interrupt", "Copy or quit", show=False, priority=True),
    ]

    def __init__(self, profile: Profile, form: Form, *, sign_up: bool = False) -> None:
        keys.teach()
        super().__init__()
        self.profile = profile
        self._form = form
        self._sign_up = sign_up
        self.attention = Attention()
        self.desk: Desk | None = None
        self._home: Home | None = None
        self._started_at = time.time_ns() // 1_000_000
        self._interrupts = Interrupts(self)
        self._typeahead = TypeAhead(self, super().on_event)
        for palette in PALETTES.values():
            self.register_theme(theme(palette))

    def on_mount(self) -> None:
        self.theme = self._kept_theme()
        self.theme_changed_signal.subscribe(self, lambda _: self._theme_changed())
        self.set_interval(5, self._watch_attention)
        account = self.profile.account
        elsewhere = bool(
            self._form.url and account and not same_server(account.url, self._form.url)
        )
        if account and account.token and not elsewhere and not self._form.claim:
            self._begin(account)
        else:
            if account and not self._form.handle and not elsewhere:
                self._form.url, self._form.handle = account.url, account.handle
            self.push_screen(Signing(self._form, sign_up=self._sign_up))
        self._typeahead.hold()

    # --- an account's life -------------------------------------------------------------------

    @on(Signing.Done)
    def _signed_in(self, event: Signing.Done) -> None:
        account = self.profile.keep(event.url, event.signed_in)
        self.pop_screen()
        self._begin(account)

    def _begin(self, account: Account) -> None:
        """Open what is kept of the account, and connect."""
        private_folder(self.profile.folder)
        try:
            client = Client(account.url, token=account.token, store=self.profile.store(account))
        except StoreError as error:
            said = (
                "This account is open in another window. Close it there, or use"
                " chinwag chat --profile NAME for another account."
                if "locked" in str(error)
                else explained(error)
            )
            self.exit(return_code=1, message=f"chinwag: {said}")
            return
        drafts = Drafts(self.profile.drafts(account))
        self.desk = Desk(self, client, drafts, self.attention, self.go)
        self._home = Home(self.desk)
        self.push_screen(self._home)
        client.foreground = self.attention.here
        client.start()
        self._follow(self.desk)
        self._serve(client)
        self._ring(client)

    @work(group="follow")
    async def _follow(self, desk: Desk) -> None:
        """Tell the screens what changes, until the session ends."""
        try:
            async for update in desk.client.updates():
                for screen in self.screen_stack:
                    if screen.is_mounted and hasattr(screen, "note"):
                        screen.note(update)
        except SignedOut as error:
            await self._signed_out(desk, error)
        except SdkError as error:
            await self._end(desk)
            self.exit(return_code=1, message=f"chinwag: {explained(error)}")

    @work(group="serve")
    async def _serve(self, client: Client) -> None:
        """Learn who one is, then do the jobs of `chinwag send` and `tail` until the end."""
        async with Relay(client):
            with contextlib.suppress(ChinwagError, SdkError):
                await client.wait_online(float("inf"))
                await client.people.me()
            await asyncio.Event().wait()

    @work(group="ring")
    async def _ring(self, client: Client) -> None:
        """The terminal's bell for new messages that nobody sees arrive."""
        try:
            async for event in client.events(kinds=Message):
                chat = client.state.chats.get(event.chat)
                if chat is None or event.sender == client.user or event.at < self._started_at:
                    continue
                muted = chat.mine.muted_until > time.time() * 1000
                mentioned = isinstance(event.body, Message) and client.user in event.body.mentions
                open_here = self._home and self._home.talk.chat is chat and self.attention.here
                if (mentioned or not muted) and not open_here:
                    self.bell()
        except SdkError:
            return

    async def _signed_out(self, desk: Desk, error: SignedOut) -> None:
        if desk.leaving:
            await self._left(desk, _LEFT)
            return
        account = self.profile.account
        if error.replaced and account and await self._end(desk):
            question = Confirm("Opened elsewhere", explained(error), "Use it here", grave=False)
            if await self.push_screen_wait(question):
                self._begin(account)
            else:
                self.exit()
            return
        await self._left(desk, explained(error))

    async def _left(self, desk: Desk, reason: str) -> None:
        """From the session to the sign-in, once: the answer that one is signed out and the end of
        the connection come in either order.
        """
        if not await self._end(desk):
            return
        account = self.profile.account
        self.profile.signed_out()
        form = Form(account.url, account.handle) if account else self._form
        self.push_screen(Signing(form, reason=reason))

    async def _end(self, desk: Desk) -> bool:
        """Put away what belongs to the session; False if that is done, or being done."""
        if self.desk is not desk:
            return False
        self.desk = None
        if self._home is not None:
            self._home.leave()
            self._home = None
        self.workers.cancel_group(self, "serve")
        while len(self.screen_stack) > 1:
            await self.pop_screen()
        await desk.client.close()
        return True

    async def action_quit(self) -> None:
        if self._home is not None:
            self._home.leave()
        if self.desk is not None:
            await self.desk.client.close()
        self.exit()

    async def action_interrupt(self) -> None:
        writes = self._home is not None and bool(self._home.talk.composer.text.strip())
        if self._interrupts.quits(writes):
            await self.action_quit()

    @work(group="out")
    async def action_sign_out(self) -> None:
        desk = self.desk
        if desk is None:
            return
        if self._home is not None:
            self._home.leave()
        desk.leaving = True
        try:
            await desk.client.sign_out()
        except (ChinwagError, OSError) as error:
            desk.leaving = False
            desk.say(explained(error), trouble=True)
            return
        await self._left(desk, _LEFT)

    # --- attention ---------------------------------------------------------------------------

    def on_app_focus(self) -> None:
        self.attention.told(True)
        self._watch_attention()

    def on_app_blur(self) -> None:
        self.attention.told(False)
        self._watch_attention()

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key | events.MouseDown | events.MouseScrollUp):
            was = self.attention.here
            self.attention.active()
            if not was:
                self._watch_attention()
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self._typeahead.take(event)
        else:
            await super().on_event(event)

    def _watch_attention(self) -> None:
        if self.desk is None:
            return
        here = self.attention.here
        if here != self.desk.client.foreground:
            self.desk.client.foreground = here
            if here and self.desk.client.status == "offline":
                self.desk.client.reconnect_now()
        if here and self._home is not None:
            self._home.look()

    # --- what can be done anywhere -----------------------------------------------------------

    async def go(self, chat: str) -> None:
        """Open a chat, closing what stands over the conversation."""
        if self._home is None:
            return
        while self.screen is not self._home and len(self.screen_stack) > 2:
            await self.pop_screen()
        self._home.open(chat)

    def action_help(self) -> None:
        if isinstance(self.screen, Help):
            self.pop_screen()
        else:
            self.push_screen(Help())

    @work(exclusive=True, group="do")
    async def action_new_chat(self) -> None:
        if self.desk and self._free:
            picked = await self.push_screen_wait(FindPeople(self.desk, "New chat: with whom?"))
            if picked:
                await self._open_direct(picked[0])

    @work(exclusive=True, group="do")
    async def action_notes(self) -> None:
        if self.desk and self.desk.state.user:
            await self._open_direct(self.desk.state.user)

    async def _open_direct(self, user: str) -> None:
        desk = self.desk
        if desk is None:
            return
        if known := desk.state.direct(user):
            await self.go(known.id)
        elif head := await desk.tried(desk.client.open_direct(user)):
            await self.go(head.chat)

    @work(exclusive=True, group="do")
    async def action_new_group(self) -> None:
        if self.desk and self._free:
            await joining.new_group(self.desk)

    @work(exclusive=True, group="do")
    async def action_join(self) -> None:
        if self.desk and self._free:
            await joining.join(self.desk)

    @work(exclusive=True, group="do")
    async def action_settings(self) -> None:
        if self.desk and self._free:
            await self.push_screen_wait(Settings(self.desk))

    @property
    def _free(self) -> bool:
        """Whether nothing stands over the conversation."""
        return self.screen is self._home

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        if self._home is not None and screen is self._home:
            home = self._home
            yield SystemCommand(
                "New chat", "With somebody, by name or handle", self.action_new_chat
            )
            yield SystemCommand("New group", "With several people", self.action_new_group)
            yield SystemCommand("Join a group", "By an invite link or code", self.action_join)
            yield SystemCommand("Notes to self", "A chat with yourself", self.action_notes)
            yield SystemCommand("Find a chat", "By its name", home.action_find)
            yield SystemCommand("Chat menu", "Pin, mute, archive, mark as unread", home.action_menu)
            yield SystemCommand("About this chat", "Person or group", home.action_info)
            yield SystemCommand(
                "Settings", "Profile, privacy, devices, password", self.action_settings
            )
        yield SystemCommand("Keys", "All keys on one page", self.action_help)
        yield SystemCommand("Light or dark", "Change the colours", self.action_colours)
        yield SystemCommand("Quit", "Leave chinwag", self.action_quit)

    # --- the look ----------------------------------------------------------------------------

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return theme(DARK).variables

    def action_colours(self) -> None:
        self.theme = DARK.name if self.theme == LIGHT.name else LIGHT.name

    def _theme_changed(self) -> None:
        for screen in self.screen_stack:
            for conversation in screen.query(Conversation):
                conversation.redraw()
            screen.refresh()
        private_folder(self.profile.folder)
        write_private(self._theme_file, self.theme.encode())

    def _kept_theme(self) -> str:
        try:
            name = self._theme_file.read_text()
        except OSError:
            return DARK.name
        return name if name in PALETTES else DARK.name

    @property
    def _theme_file(self) -> Path:
        return self.profile.folder / "theme"
