"""One's own account: profile, privacy, devices, password, and the look."""

import time

import msgspec
from msgspec import UNSET

from chinwag.cli import words
from chinwag.cli.chat.desk import Desk
from chinwag.cli.chat.dialogs import Ask, Choice, Confirm, Menu
from chinwag.cli.chat.sheet import GAP, Row, Sheet, action, fact, heading
from chinwag.cli.chat.theme import DARK, LIGHT
from chinwag.cli.files import size_words
from chinwag.cli.names import called, user_name
from chinwag.cli.text import one_line
from chinwag.protocol import limits
from chinwag.protocol.commands import SetPrivacy
from chinwag.protocol.results import Account, Device, Storage

_AUDIENCES = (
    ("last_seen", "Last seen"),
    ("online", "Online"),
    ("groups", "Add me to groups"),
)
_WHO = {"everyone": "everyone", "contacts": "my contacts", "nobody": "nobody"}
_PROFILE = {
    "name": ("Name", limits.NAME_CHARS),
    "handle": ("Handle", limits.HANDLE_CHARS),
    "about": ("About", limits.ABOUT_CHARS),
}


class Settings(Sheet):
    """See the module."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._devices: tuple[Device, ...] = ()
        self._storage: Storage | None = None

    @property
    def account(self) -> Account | None:
        """Oneself, once known."""
        return self.desk.state.account

    def heading(self) -> str:
        return "Settings"

    def rows(self) -> list[Row]:
        rows: list[Row] = []
        if account := self.account:
            user = account.user
            rows += [
                heading("Profile"),
                action("profile:name", "Name", user_name(user)),
                action("profile:handle", "Handle", f"@{user.handle}"),
                action("profile:about", "About", one_line(user.about) or "nothing yet"),
                GAP,
                heading("Privacy"),
            ]
            rows += [
                action(f"who:{name}", text, _WHO[getattr(account.privacy, name)])
                for name, text in _AUDIENCES
            ]
            receipts = "on" if account.privacy.receipts else "off: you do not see others' either"
            rows.append(action("receipts", "Read receipts", receipts))
            blocked = words.count(len(account.blocked), "person", "people")
            rows.append(action("blocked", "Blocked", blocked) if account.blocked else fact(
                "Blocked", "nobody"))  # fmt: skip
        if self._storage is not None:
            rows += [GAP, heading("Files"), fact("On the server", _used(self._storage))]
        rows += [GAP, heading("Devices"), *(self._device(it) for it in self._devices)]
        light = self.app.theme == LIGHT.name
        return [
            *rows,
            GAP,
            action("theme", "Colours", "light" if light else "dark"),
            action("password", "Change password"),
            action("out", "Sign out", grave=True),
        ]

    async def load(self) -> None:
        client = self.desk.client
        if self.account is None:
            await self.desk.tried(client.people.me())
            self.show()
        self._devices = await self.desk.tried(client.devices.list()) or ()
        self._storage = await self.desk.tried(client.files.storage())

    def _device(self, device: Device) -> Row:
        now = time.time_ns() // 1_000_000
        name = one_line(device.name)
        if device.this:
            return fact(name, "this one")
        state = "online" if device.online else f"last used {words.moment(device.used_at, now)}"
        return action(f"device:{device.id}", name, state)

    # --- doing -------------------------------------------------------------------------------

    async def chosen(self, key: str) -> None:
        kind, _, rest = key.partition(":")
        match kind:
            case "profile":
                await self._profile(rest)
            case "who":
                await self._who(rest)
            case "receipts" if self.account:
                wanted = not self.account.privacy.receipts
                await self.desk.tried(self.desk.client.people.set_privacy(receipts=wanted))
            case "blocked":
                await self._blocked()
            case "device":
                await self._sign_out_device(rest)
            case "theme":
                self.app.theme = DARK.name if self.app.theme == LIGHT.name else LIGHT.name
            case "password":
                await self._password()
            case "out":
                await self._out()

    async def _profile(self, field: str) -> None:
        if self.account is None:
            return
        name, limit = _PROFILE[field]
        old = getattr(self.account.user, field)
        value = await self.app.push_screen_wait(
            Ask(name, value=old, limit=limit, empty=field == "about")
        )
        if value is not None and value != old:
            fields = dict.fromkeys(_PROFILE, UNSET) | {field: value}
            await self.desk.tried(self.desk.client.people.set_profile(**fields))

    async def _who(self, field: str) -> None:
        choices = [Choice(key, text.capitalize()) for key, text in _WHO.items()]
        name = dict(_AUDIENCES)[field]
        who = await self.app.push_screen_wait(Menu(f"{name}: who?", choices))
        if who:
            change = msgspec.convert({"type": "set_privacy", field: who}, SetPrivacy)
            await self.desk.tried(self.desk.client.call(change))

    async def _blocked(self) -> None:
        account = self.account
        if account is None:
            return
        choices = [Choice(it, called(self.desk.state, it)) for it in account.blocked]
        user = await self.app.push_screen_wait(Menu("Unblock whom?", choices))
        if user:
            await self.desk.tried(self.desk.client.people.unblock(user))

    async def _sign_out_device(self, device: str) -> None:
        name = next((one_line(it.name) for it in self._devices if it.id == device), "this device")
        question = Confirm(f"Sign out “{name}”?", "It has to sign in again.", "Sign out")
        if await self.app.push_screen_wait(question):
            devices = await self.desk.tried(self.desk.client.devices.remove(device))
            self._devices = self._devices if devices is None else devices

    async def _password(self) -> None:
        old = await self.app.push_screen_wait(Ask("Present password", secret=True, verb="Next"))
        if not old:
            return
        hint = f"at least {limits.PASSWORD_CHARS_MIN} characters"
        new = await self.app.push_screen_wait(Ask("New password", hint=hint, secret=True))
        if not new:
            return
        if len(new) < limits.PASSWORD_CHARS_MIN:
            self.desk.say(f"A password has {hint}.", trouble=True)
            return
        again = await self.app.push_screen_wait(Ask("New password, again", secret=True))
        if again != new:
            self.desk.say("The two were not the same. Nothing was changed.", trouble=True)
            return
        if await self.desk.tried(self._change(old, new)):
            self.desk.say("Changed. Your other devices have to sign in again.")

    async def _change(self, old: str, new: str) -> bool:
        await self.desk.client.people.change_password(old, new)
        return True

    async def _out(self) -> None:
        waiting = len(self.desk.client.outbox)
        text = "Your messages stay on this machine for the next time."
        if waiting:
            text = f"{words.count(waiting, 'message')} not sent yet. {text}"
        if await self.app.push_screen_wait(Confirm("Sign out?", text, "Sign out")):
            self.dismiss(None)
            await self.app.run_action("sign_out")


def _used(storage: Storage) -> str:
    quota = f" of {size_words(storage.quota)}" if storage.quota else ""
    return f"{words.count(storage.count, 'file')}, {size_words(storage.used)}{quota}"
