"""The people of the stories, and how one waits for what happens to them."""

import asyncio
import inspect
import itertools
import os
import time
from collections.abc import Awaitable, Callable
from typing import Any

from chinwag.protocol.commands import Me
from chinwag.protocol.events import Event, Message
from chinwag.protocol.results import Accepted
from chinwag.sdk import ChatState, ChinwagError, Client

PATIENCE = 10.0
_STEP = 0.01
_numbers = itertools.count(1)


async def eventually(
    condition: Callable[[], Any | Awaitable[Any]], within: float = PATIENCE
) -> Any:
    """Wait until ``condition``, a plain or an async function, gives something true, and return
    that. It may raise LookupError and AssertionError until then.
    """
    until = time.monotonic() + within
    while True:
        trouble: Exception | None = None
        try:
            result = condition()
            if inspect.isawaitable(result):
                result = await result
            if result:
                return result
        except (LookupError, AssertionError) as error:
            trouble = error
        if time.monotonic() > until:
            where = inspect.getsource(condition).strip()
            raise AssertionError(f"not within {within:g} s: {where}") from trouble
        await asyncio.sleep(_STEP)


class Person:
    """Somebody with an account. ``phone`` is their first device, online; ``more`` signs in on
    others. Clients end with the test.
    """

    def __init__(self, phone: Client, handle: str, password: str) -> None:
        self.phone = phone
        self.handle = handle
        self.password = password
        self.url = phone.url
        self.id = phone.user
        self.clients = [phone]

    @property
    def token(self) -> str:
        """The phone's token."""
        return self.phone.token

    async def more(self, *, online: bool = True, **how: Any) -> Client:
        """A further device."""
        client = await Client.sign_in(self.url, self.handle, self.password, **how)
        self.clients.append(client)
        if online:
            client.start()
            await client.wait_online()
        return client

    async def again(self, *, url: str = "", online: bool = True) -> Client:
        """The phone once more, as if its app was started anew with nothing kept."""
        await self.phone.close()
        self.phone = Client(url or self.url, token=self.token)
        self.clients.append(self.phone)
        if online:
            self.phone.start()
            await self.phone.wait_online()
        return self.phone

    async def away(self) -> None:
        """Take the phone offline."""
        await self.phone.close()

    def chat(self, chat: str) -> ChatState:
        """The chat as the phone knows it."""
        return self.phone.state.chats[chat]

    def texts(self, chat: str) -> list[str]:
        """What the phone shows of a chat."""
        return texts(self.phone, chat)

    def log(self, chat: str) -> list[Event]:
        """All that the phone holds of a chat."""
        return log(self.phone, chat)

    async def direct(self, other: "Person") -> str:
        """The one-to-one chat with somebody, known to both of them."""
        chat = (await self.phone.open_direct(other.id)).chat
        if other.phone.caught_up:
            await eventually(lambda: chat in other.phone.state.chats)
        return chat

    async def say(self, chat: str, text: str, **how: Any) -> Accepted:
        """Send, and wait for the first tick."""
        sending = await self.phone.send(chat, text, **how)
        return await asyncio.wait_for(sending.accepted(), PATIENCE)

    async def group(self, title: str, *others: "Person", **how: Any) -> str:
        """A new group, known to all of them."""
        chat = (await self.phone.groups.create(title, [it.id for it in others], **how)).chat
        for person in (self, *others):
            if person.phone.caught_up:
                await eventually(lambda it=person: chat in it.phone.state.chats)
        return chat

    async def close(self) -> None:
        """Close all devices."""
        await asyncio.gather(*(client.close() for client in self.clients))


async def sign_up(url: str, *, online: bool = True, name: str = "", **how: Any) -> Person:
    """A new person with a handle that nobody has."""
    handle = f"p{os.getpid()}.{next(_numbers)}"
    password = f"correct horse {handle}"
    client = await Client.sign_up(url, handle, name or f"Person {handle}", password, **how)
    person = Person(client, handle, password)
    if online:
        client.start()
        await client.wait_online()
    return person


def log(client: Client, chat: str) -> list[Event]:
    """All that a device holds of a chat, in order."""
    held = client.state.chats[chat]
    return list(held.log.between(1, held.last))


def texts(client: Client, chat: str) -> list[str]:
    """What a device shows of a chat."""
    return [it.body.text for it in log(client, chat) if isinstance(it.body, Message)]


async def settled(*people: Person | Client) -> None:
    """Everything that their node had for these people, or that they had for it, in this order, has
    arrived: frames keep their order, and each asks something once more. With several nodes, what
    another one committed may still be on its way: what must come of that is waited for.
    """
    for person in people:
        client = person.phone if isinstance(person, Person) else person
        await client.call(Me())


async def refused(work: Awaitable[Any]) -> str:
    """The code of the error with which the server refuses."""
    try:
        result = await work
    except ChinwagError as error:
        return error.kind.code
    raise AssertionError(f"not refused, but answered: {result}")
