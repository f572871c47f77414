"""Below the messages: what is answered, whom one may mention, the composer or why there is none."""

from pathlib import Path

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
from chinwag.cli.chat.slash import SaveFile, command, hint
from chinwag.cli.chat.timeline import View, quote
from chinwag.cli.names import matches
from chinwag.cli.text import one_line
from chinwag.protocol import limits
from chinwag.protocol.results import User
from chinwag.sdk import ChatState, SdkError


class Writing(Vertical):
    """Writes into one chat at a time."""

    class Queued(Message):
        """A message is on its way."""

    class SaveWanted(Message):
        """The newest file of the chat is to be saved, where it says."""

        def __init__(self, where: Path | None) -> None:
            super().__init__()
            self.where = where

    def __init__(self, desk: Desk) -> None:
        super().__init__(id="writing")
        self._desk = desk
        self._chat: ChatState | None = None
        self.composer = Composer()
        self.composer.mentionable = self._mentionable

    def compose(self) -> ComposeResult:
        yield Static("", id="reply")
        yield Static("", id="suggest")
        yield Static("", id="hint")
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
        asked = command(event.text)
        if isinstance(asked, SaveFile):
            self.post_message(self.SaveWanted(asked.where))
            return
        said = event.text if asked is None else asked.caption
        handles = {it.handle: it.id for it in self._members()}
        named = [user for handle, user in handles.items() if mentioned(said, handle)]
        mentions = named[: limits.MENTIONS]
        client = self._desk.client
        try:
            if asked is None:
                await client.send(event.chat, said, reply_to=event.reply_to, mentions=mentions)
            else:
                await client.send_file(
                    event.chat, asked.path, caption=said, reply_to=event.reply_to, mentions=mentions
                )
        except OSError as error:
            self._not_sent(event, f"{one_line(str(asked and asked.path))}: {error.strerror}")
            return
        except SdkError as error:
            self._not_sent(event, explained(error))
            return
        self.show()
        self.keep_draft()
        self.post_message(self.Queued())

    def _not_sent(self, event: Composer.Sent, why: str) -> None:
        self._desk.say(why, trouble=True)
        if self.composer.chat == event.chat and not self.composer.text:
            self.composer.fill(event.text)

    @on(Composer.Changed)
    def _hint(self) -> None:
        """What a line that begins with a stroke will do."""
        said = hint(self.composer.text)
        line = self.query_one("#hint", Static)
        line.display = bool(said)
        line.update(Content(said))

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
