"""The first screen: sign in, or make an account."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Button, Input, Static

from chinwag.cli.account import Form, sign
from chinwag.cli.chat.errors import explained
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.http import SignedIn

_FIELDS = {
    "$.handle": "handle",
    "$.name": "name",
    "$.password": "password",
    "$.invite": "code",
    "$.claim": "code",
}


class Signing(Screen[None]):
    """Fields for one of the two; F2 changes between them."""

    AUTO_FOCUS = ""  # the first field that is empty, not the first that there is
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+j", "next", show=False),  # Enter, typed before the terminal was ours
        Binding("f2", "other", "Sign in / sign up"),
        Binding("escape", "app.quit", "Quit"),
    ]

    class Done(Message):
        """Somebody is signed in."""

        def __init__(self, url: str, signed_in: SignedIn) -> None:
            super().__init__()
            self.url = url
            self.signed_in = signed_in

    def __init__(self, form: Form, *, sign_up: bool = False, reason: str = "") -> None:
        super().__init__()
        self._form = form
        self._up = sign_up or bool(form.claim)
        self._reason = reason

    def compose(self) -> ComposeResult:
        form = self._form
        with VerticalScroll(id="sign", can_focus=False):
            yield Static("chinwag", id="brand")
            yield Static("", id="what")
            yield Static(Content(self._reason), id="reason")
            yield Static("Server", classes="label")
            yield Input(form.url, id="url", compact=True)
            yield Static("Handle", classes="label")
            yield Input(form.handle, placeholder="ann", id="handle", compact=True, max_length=64)
            yield Static("Name", classes="label up")
            yield Input(
                form.name,
                placeholder="what others see",
                id="name",
                classes="up",
                compact=True,
                max_length=64,
            )
            yield Static("Password", classes="label")
            yield Input(password=True, id="password", compact=True, max_length=256)
            yield Static("Invite or claim (link or code), if you have one", classes="label up")
            yield Input(
                form.claim or form.invite, id="code", classes="up", compact=True, max_length=256
            )
            yield Static("", id="trouble")
            with Horizontal(classes="buttons"):
                yield Button("", id="go", variant="primary")
                yield Button("", id="other")

    def on_mount(self) -> None:
        self._arrange()
        empty = [it for it in self.query(Input) if not it.value and it.display]
        (empty[0] if empty else self.query_one("#password", Input)).focus()

    def action_other(self) -> None:
        self._up = not self._up
        self._arrange()

    async def action_next(self) -> None:
        if isinstance(self.focused, Input):
            await self.focused.action_submit()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "other":
            self.action_other()
        else:
            self._submit()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        fields = [it for it in self.query(Input) if it.display]
        later = fields[fields.index(event.input) + 1 :]
        if empty := next((it for it in later if not it.value and it.id != "code"), None):
            empty.focus()
        else:
            self._submit()

    def _arrange(self) -> None:
        for it in self.query(".up"):
            it.display = self._up
        self.query_one("#reason").display = bool(self._reason)
        self.query_one("#what", Static).update(
            "Make an account on this server" if self._up else "Sign in to your account"
        )
        self.query_one("#go", Button).label = "Sign up" if self._up else "Sign in"
        self.query_one("#other", Button).label = (
            "I have an account" if self._up else "Make an account"
        )
        self._complain("")

    def _submit(self) -> None:
        value = {it.id: it.value for it in self.query(Input)}
        form = Form(
            url=value["url"],
            handle=value["handle"].strip().removeprefix("@").lower(),
            name=value["name"].strip(),
            password=value["password"],
        )
        code = value["code"].strip()
        if code and code == self._form.claim:
            form.claim = code
        elif code:
            form.invite = code
        for field in ("handle", "name", "password") if self._up else ("handle", "password"):
            if not getattr(form, field):
                self._complain(f"A {field} is needed.", field)
                return
        self._complain("")
        self.query_one("#go", Button).disabled = True
        self._sign(form)

    @work(exclusive=True)
    async def _sign(self, form: Form) -> None:
        try:
            url, signed_in = await sign(form, up=self._up)
        except (ChinwagError, OSError, ValueError) as error:
            field = _FIELDS.get(getattr(error, "field", ""), "")
            self._complain(explained(error), field)
        else:
            self.post_message(self.Done(url, signed_in))
        finally:
            self.query_one("#go", Button).disabled = False

    def _complain(self, text: str, field: str = "") -> None:
        trouble = self.query_one("#trouble", Static)
        trouble.update(Content(text))
        trouble.display = bool(text)
        if field:
            self.query_one(f"#{field}", Input).focus()
