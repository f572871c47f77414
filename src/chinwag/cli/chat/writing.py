"""Below the messages: what is answered, whom one may mention, the composer or why there is none."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from chinwag.cli.chat import presence
from chinwag.cli.chat.composer import Composer
from chinwag.cli.chat.desk import Desk
from chinwag.cli.chat.drafts import Draft
from chinwag.cli.chat.errors import explained
from chinwag.cli.chat.timeline import View, quote
from chinwag.cli.names import matches
from chinwag.protocol import limits
from chinwag.protocol.results import User
from chinwag.sdk import ChatState, SdkError


class Writing(Vertical):
    """Writes into one chat at a time."""

    class Queued(Message):
        """A message is on its way."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(id="writing")
        self._desk = desk
        self._chat: ChatState | None = None
        self.composer = Composer()
        self.composer.mentionable = self._mentionable

    def compose(self) -> ComposeResult:
        yield Static("", id="reply")
        yield Static("", id="suggest")
        yield self.composer
        yield Static("", id="obstacle")

    def open(self, chat: ChatState | None) -> None:
        """Write into ``chat`` from now on, where one left off; what was begun elsewhere is kept."""
        self.keep_draft()
        self._chat = chat
        self.composer.chat = chat.id if chat else ""
        draft = self._desk.drafts.get(self.composer.chat)
        self.composer.reply_to = draft.reply_to
        self.composer.fill(draft.text)
        self.show()

    def keep_draft(self) -> None:
        """Remember what is being written."""
        if self._chat is not None:
            self.composer.stop_typing()
            draft = Draft(self.composer.text, self.composer.reply_to)
            self._desk.drafts.put(self._chat.id, draft)
            self._desk.drafts.save()

    def answer(self, seq: int) -> None:
        """Write an answer to the message at ``seq``."""
        self.composer.reply_to = seq
        self.show()
        self.composer.focus()

    def cancel_reply(self) -> bool:
        """No answer after all; False if there was none."""
        had = self.composer.reply_to is not None
        self.composer.reply_to = None
        self.show()
        return had

    def show(self) -> None:
        """Draw what is different."""
        chat, state = self._chat, self._desk.state
        why = presence.obstacle(state, chat) if chat else ""
        obstacle = self.query_one("#obstacle", Static)
        obstacle.update(Content(why))
        obstacle.display = bool(why)
        self.composer.display = not why
        reply, seq = self.query_one("#reply", Static), self.composer.reply_to
        reply.display = seq is not None and not why
        if chat is not None and seq is not None:
            said = quote(View(state, chat, (), (), None, 0), seq)
            name = Content.styled(said.name or "Message", "$c-accent bold")
            lines = [name + Content.styled("  Esc: no answer", "$c-muted"), Content(said.text)]
            reply.update(Content("\n").join(lines))

    @on(Composer.Sent)
    async def _send(self, event: Composer.Sent) -> None:
        handles = {it.handle: it.id for it in self._members()}
        mentions = [user for handle, user in handles.items() if mentioned(event.text, handle)]
        try:
            await self._desk.client.send(
                event.chat,
                event.text,
                reply_to=event.reply_to,
                mentions=mentions[: limits.MENTIONS],
            )
        except SdkError as error:
            self._desk.say(explained(error), trouble=True)
            if self.composer.chat == event.chat and not self.composer.text:
                self.composer.fill(event.text)
            return
        self.show()
        self.keep_draft()
        self.post_message(self.Queued())

    @on(Composer.Typing)
    def _typing(self, event: Composer.Typing) -> None:
        if self._chat is not None:
            self._desk.client.typing(self._chat.id, event.active)

    @on(Composer.Suggested)
    def _suggested(self, event: Composer.Suggested) -> None:
        suggest = self.query_one("#suggest", Static)
        suggest.display = bool(event.users)
        parts = [
            Content.styled(f"@{it.handle}", "$c-accent bold" if not at else "$c-muted")
            for at, it in enumerate(event.users[:4])
        ]
        suggest.update(Content("  ").join([Content.styled("Tab", "$c-muted"), *parts]))

    def _members(self) -> list[User]:
        chat = self._chat
        if chat is None or chat.kind != "group" or chat.members is None:
            return []
        users = self._desk.state.users
        ids = [it.user for it in chat.members.values() if not it.left]
        return [users[it] for it in ids if it in users and it != chat.me]

    def _mentionable(self, word: str) -> list[User]:
        found = [it for it in self._members() if not word or matches(it, word)]
        return sorted(found, key=lambda it: it.name.casefold())[:8]


def mentioned(text: str, handle: str) -> bool:
    """Whether ``@handle`` stands in the text as a word of its own."""
    at = text.find(f"@{handle}")
    while at >= 0:
        end = at + 1 + len(handle)
        after = text[end : end + 2].rstrip(".")
        if not after[:1].isalnum() and after[:1] not in {"_", "."}:
            return True
        at = text.find(f"@{handle}", end)
    return False
