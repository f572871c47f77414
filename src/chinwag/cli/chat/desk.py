"""What the screens of one signed-in account share."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from textual.app import App

from chinwag.cli.chat.attention import Attention
from chinwag.cli.chat.drafts import Drafts
from chinwag.cli.chat.errors import explained
from chinwag.protocol.errors import ChinwagError
from chinwag.sdk import ChatState, Client, SdkError, State, Update

T = TypeVar("T")


class Live(Protocol):
    """A screen that follows what changes."""

    def note(self, update: Update) -> None:
        """Something is different."""


@dataclass
class Desk:
    """The client, and what this program keeps beside it. ``go``: open a chat, closing what
    stands over the conversation. ``leaving``: the person is signing out.
    """

    app: App[None]
    client: Client
    drafts: Drafts
    attention: Attention
    go: Callable[[str], Awaitable[None]]
    leaving: bool = False

    @property
    def state(self) -> State:
        """All that is known."""
        return self.client.state

    def chat(self, chat: str | None) -> ChatState | None:
        """The chat, if it is there."""
        return self.state.chats.get(chat) if chat else None

    def say(self, text: str, *, trouble: bool = False) -> None:
        """A short notice in the corner."""
        self.app.notify(text, severity="error" if trouble else "information", markup=False)

    async def tried(self, doing: Awaitable[T]) -> T | None:
        """The result of something asked of the server; None, and words, if it went wrong."""
        if self.client.status != "online":
            self.say("Waiting for the network…")
        try:
            return await doing
        except (ChinwagError, SdkError, OSError) as error:
            self.say(explained(error), trouble=True)
            return None

    async def settled(self) -> None:
        """Let what was absorbed reach the screens."""
        await asyncio.sleep(0)
