"""A small world to try the rules in: the real store, rosters, log, delivery and sessions, and
people whose screens keep what they are shown."""

import asyncio
import contextlib
import itertools
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest

from chinwag.protocol import commands, events, pushes, results
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.frames import decode_push, decode_server
from chinwag.server.adapters.local_broker import LocalBroker
from chinwag.server.adapters.local_meters import LocalMeters
from chinwag.server.adapters.local_registry import LocalRegistry
from chinwag.server.adapters.sqlite.store import SqliteStore
from chinwag.server.delivery.alerts import Alerts
from chinwag.server.delivery.away import Away
from chinwag.server.delivery.delivery import Delivery
from chinwag.server.ports.store import Batch, Committed, Reader, Store, Tx
from chinwag.server.services import loading
from chinwag.server.services.actions import Actions, GroupLimits
from chinwag.server.services.chats import Chats
from chinwag.server.services.groups import Groups
from chinwag.server.services.invites import Invites
from chinwag.server.services.join_requests import JoinRequests
from chinwag.server.services.log import Log
from chinwag.server.services.membership import Membership
from chinwag.server.services.messages import Messages
from chinwag.server.services.profiles import Profiles
from chinwag.server.services.receipts import Receipts
from chinwag.server.services.roster import Roster
from chinwag.server.sessions.session import Session
from chinwag.server.sessions.sessions import Sessions

T = TypeVar("T")
_body = msgspec.json.Decoder(events.Body).decode
_numbers = itertools.count(1)
TABLES = ("accounts", "blocks", "chats", "members", "events", "invites", "join_requests")


def new_client_id() -> str:
    return f"client-{next(_numbers):08}"


class Screen:
    """A socket's writing end that keeps what was written."""

    def __init__(self) -> None:
        self.pushes: list[pushes.Push] = []
        self.closed: int | None = None

    def send(self, frame: bytes) -> None:
        header = {126: 4, 127: 10}.get(frame[1], 2)
        decoded = decode_server(frame[header:])
        assert decoded.push is not None
        self.pushes.append(decode_push(decoded.push))

    def close(self, code: int, reason: str = "") -> None:
        self.closed = code

    def seqs(self, chat: str) -> list[int]:
        return [event.seq for event in self.events(chat)]

    def events(self, chat: str) -> list[events.Event]:
        found = [push.event for push in self.pushes if isinstance(push, pushes.Event)]
        return [event for event in found if event.chat == chat]

    def of(self, kind: type[T]) -> list[T]:
        return [push for push in self.pushes if isinstance(push, kind)]


class Person(Session):
    """Somebody with one device."""

    def __init__(self, user: str) -> None:
        self.screen = Screen()
        super().__init__(user, f"{user}-phone", self.screen)


class World:
    """Everything wired as the server does it."""

    def __init__(
        self,
        path: Path,
        limits: GroupLimits | None = None,
        wrap: Callable[[Store], Store] = lambda store: store,
    ) -> None:
        self.store: Any = wrap(SqliteStore(path))
        self.sessions = Sessions(LocalRegistry())
        self.profiles = Profiles(self.store, self.sessions)
        self.chats = Chats(self.store, self.sessions, self.profiles)
        self.delivery = Delivery(self.sessions)
        self.alerts = Alerts(
            self.store,
            LocalBroker(self.store),
            LocalRegistry(),
            Away(self.sessions, 10.0),
            shown=set(),
        )
        self.log = Log(self.store, self.chats, self.delivery, self.alerts)
        self.messages = Messages(self.store, self.chats, self.log)
        self.receipts = Receipts(self.chats, self.log, self.delivery)
        self.actions = Actions(self.store, self.chats, self.delivery, LocalMeters(), limits)
        self.groups = Groups(self.actions)
        self.membership = Membership(self.actions)
        self.invites = Invites(self.actions)
        self.requests = JoinRequests(self.actions, self.profiles)
        self._handlers: dict[type, Callable[[Session, Any], Awaitable[Any]]] = {
            commands.CreateGroup: self.groups.create_group,
            commands.ChangeGroup: self.groups.change_group,
            commands.AddMembers: self.membership.add_members,
            commands.RemoveMember: self.membership.remove_member,
            commands.Leave: self.membership.leave,
            commands.SetRole: self.membership.set_role,
            commands.InviteLink: self.invites.invite_link,
            commands.ResetInviteLink: self.invites.reset_invite_link,
            commands.RevokeInviteLink: self.invites.revoke_invite_link,
            commands.InvitePrivately: self.invites.invite_privately,
            commands.PreviewInvite: self.invites.preview_invite,
            commands.Join: self.invites.join,
            commands.JoinRequests: self.requests.join_requests,
            commands.DecideRequest: self.requests.decide_request,
            commands.Chat: self.chats.chat,
            commands.Members: self.chats.members,
            commands.History: self.messages.history,
            commands.OpenDirect: self.chats.open_direct,
        }

    async def __aenter__(self) -> "World":
        await self.store.open(self.log.committed)
        self._pump = asyncio.create_task(self.log.run(self.messages.judge))
        return self

    async def __aexit__(self, *error: object) -> None:
        self._pump.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._pump
        await self.store.close()

    # --- doing -------------------------------------------------------------------------------

    async def do(self, who: Session, command: Any) -> Any:
        return await self._handlers[type(command)](who, command)

    async def people(self, names: str, **columns: Any) -> list[Person]:
        return [await self.person(name, **columns) for name in names.split()]

    async def person(self, name: str, **columns: Any) -> Person:
        values = {"id": name, "handle": name, "name": name.title(), **columns}
        marks = ", ".join(f"${n + 1}" for n in range(len(values)))
        await self.sql(
            f"INSERT INTO accounts ({', '.join(values)}) VALUES ({marks})", *values.values()
        )
        person = Person(name)
        await self.sessions.enter(person)
        return person

    async def group(self, creator: Session, *others: Session, **fields: Any) -> str:
        command = commands.CreateGroup(
            new_client_id(), fields.pop("title", "Tea"), tuple(o.user for o in others), **fields
        )
        placed = await self.do(creator, command)
        assert not placed.refused
        return str(placed.chat)

    async def add(self, who: Session, chat: str, *others: Session) -> results.Placed:
        users = tuple(other.user for other in others)
        placed: results.Placed = await self.do(
            who, commands.AddMembers(chat, new_client_id(), users)
        )
        return placed

    async def remove(self, who: Session, chat: str, other: Session) -> results.Placed:
        placed: results.Placed = await self.do(
            who, commands.RemoveMember(chat, new_client_id(), other.user)
        )
        return placed

    async def leave(self, who: Session, chat: str) -> results.Placed:
        placed: results.Placed = await self.do(who, commands.Leave(chat, new_client_id()))
        return placed

    async def set_role(self, who: Session, chat: str, other: Session, role: Any) -> results.Placed:
        placed: results.Placed = await self.do(
            who, commands.SetRole(chat, new_client_id(), other.user, role)
        )
        return placed

    async def change(self, who: Session, chat: str, **fields: Any) -> results.Placed:
        if settings := fields.pop("settings", None):
            fields["settings"] = events.Settings(**settings)
        placed: results.Placed = await self.do(
            who, commands.ChangeGroup(chat, new_client_id(), **fields)
        )
        return placed

    async def link(self, who: Session, chat: str) -> str:
        link = await self.do(who, commands.InviteLink(chat))
        return str(link.code)

    async def join(self, who: Session, code: str) -> results.Placed:
        placed: results.Placed = await self.do(who, commands.Join(code, new_client_id()))
        return placed

    async def decide(
        self, who: Session, chat: str, other: Session, *, accept: bool = True
    ) -> results.Placed:
        placed: results.Placed = await self.do(
            who, commands.DecideRequest(chat, new_client_id(), other.user, accept)
        )
        return placed

    async def invite(self, who: Session, chat: str, other: Session) -> results.Placed:
        placed: results.Placed = await self.do(
            who, commands.InvitePrivately(chat, new_client_id(), other.user)
        )
        return placed

    async def say(
        self, who: Session, chat: str, text: str = "hello", *, client_id: str = ""
    ) -> results.Accepted:
        roster = await self.chats.roster(chat)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        command = commands.Send(chat, client_id or new_client_id(), events.Message(text))
        self.messages.send(who, command, roster, answer.set_result)
        accepted = await answer
        if isinstance(accepted, ChinwagError):
            raise accepted
        assert isinstance(accepted, results.Accepted)
        return accepted

    async def later(self) -> None:
        """All that happened so far is a minute old."""
        minute = 60_000
        await self.sql("UPDATE members SET since = since - $1", minute)
        await self.sql("UPDATE events SET at = at - $1", minute)
        at = "'$.farewell.at'"
        await self.sql(
            f"UPDATE events SET answer = json_set(answer, {at}, json_extract(answer, {at}) - $1)"
            f" WHERE json_extract(answer, {at}) > 0",
            minute,
        )
        for roster in list(self.chats.rosters):
            self.chats.rosters.drop(roster.id)

    # --- looking -----------------------------------------------------------------------------

    async def sql(self, sql: str, *args: Any) -> list[Any]:
        async def work(tx: Tx) -> list[Any]:
            if sql.startswith("SELECT"):
                return await tx.fetch(sql, *args)
            await tx.execute(sql, *args)
            return []

        return await self.store.transact(work)  # type: ignore[no-any-return]

    async def dump(self) -> dict[str, list[Any]]:
        """All that is stored."""
        return {
            table: sorted(await self.sql(f"SELECT * FROM {table}"), key=repr) for table in TABLES
        }

    async def roster(self, chat: str) -> Roster:
        """The roster as the database has it."""
        found = await self.store.read(lambda reader: loading.load(reader, chat))
        assert isinstance(found, Roster)
        return found

    async def members(self, chat: str) -> dict[str, str]:
        """Present members and their roles."""
        roster = await self.roster(chat)
        return {user: roster.seats[user].role for user in roster.active}

    async def lines(self, chat: str) -> list[tuple[str, events.Body]]:
        """Sender and body of every event, in order; checks that seqs are dense."""
        rows = await self.sql(
            "SELECT seq, sender, body FROM events WHERE chat = $1 ORDER BY seq", chat
        )
        assert [row[0] for row in rows] == list(range(1, len(rows) + 1))
        assert (await self.roster(chat)).last == len(rows)
        return [(row[1], _body(row[2])) for row in rows]

    async def last(self, chat: str) -> tuple[str, events.Body]:
        return (await self.lines(chat))[-1]

    async def visible(self, who: Session, chat: str) -> list[int]:
        """Every seq that the pages of the history show somebody."""
        seen: list[int] = []
        after = 0
        while True:
            page = await self.do(who, commands.History(chat, after=after, limit=2))
            seen += [event.seq for event in page.events]
            if not page.newer or not page.events:
                return seen
            after = page.events[-1].seq


@contextlib.contextmanager
def refused(code: str) -> Iterator[None]:
    """The block is refused with this code."""
    with pytest.raises(ChinwagError) as caught:
        yield
    assert caught.value.kind.code == code


class CutError(Exception):
    """The power went."""


class CuttingStore:
    """A store whose transactions break off at the n-th statement."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.left: int | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def open(self, committed: Committed) -> None:
        await self._store.open(committed)

    async def append(self, batch: Batch) -> None:
        await self._store.append(batch)

    async def read(self, work: Callable[[Reader], Awaitable[T]]) -> T:
        return await self._store.read(work)

    async def transact(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        return await self._store.transact(lambda tx: work(_CuttingTx(tx, self)))  # type: ignore[arg-type]


class _CuttingTx:
    def __init__(self, tx: Tx, store: CuttingStore) -> None:
        self._tx = tx
        self._store = store
        self.now = tx.now
        self.change = tx.change

    def _step(self) -> None:
        if self._store.left is not None:
            if self._store.left == 0:
                raise CutError
            self._store.left -= 1

    async def fetch(self, sql: str, *args: Any) -> Any:
        self._step()
        return await self._tx.fetch(sql, *args)

    async def execute(self, sql: str, *args: Any) -> int:
        self._step()
        return await self._tx.execute(sql, *args)

    async def append(self, entry: Any, *, bump: bool = True) -> Any:
        self._step()
        return await self._tx.append(entry, bump=bump)
