"""A small world for property tests: people with several devices, bad lines, and what the server's
database says of it all.
"""

import asyncio
import contextlib
import json
import sqlite3
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from chinwag.protocol.events import Settings
from chinwag.protocol.results import Mine
from chinwag.sdk import ChatState, ChinwagError, Client
from flows.cast import PATIENCE, Person, eventually, sign_up
from flows.proxy import Proxy
from flows.raw import Raw
from flows.servers import Server


@dataclass(frozen=True)
class Step:
    """Something that somebody does; numbers choose among what there is."""

    what: str
    who: int
    device: int
    other: int
    chat: int
    number: int


@dataclass
class Dweller:
    """One person: two SDK clients, the second behind the bad line, and a spy that keeps every
    push. ``spare`` is a token that is used at the end, for a device that begins anew.
    """

    person: Person
    devices: list[Client]
    spy: Raw
    spare: str

    @property
    def id(self) -> str:
        return self.person.id


@dataclass
class World:
    """See the module."""

    server: Server
    proxy: Proxy
    dwellers: list[Dweller]
    said: int = 0
    groups: list[str] = field(default_factory=list)

    async def close(self) -> None:
        """All go."""
        for dweller in self.dwellers:
            await dweller.spy.close()
            await dweller.person.close()

    async def play(self, steps: list[Step]) -> None:
        """Do these at the same time."""
        await asyncio.gather(*(self._do(step) for step in steps))

    # --- steps -------------------------------------------------------------------------------

    async def _do(self, step: Step) -> None:
        one = self.dwellers[step.who % len(self.dwellers)]
        other = self.dwellers[step.other % len(self.dwellers)]
        client = one.devices[step.device % 2]
        if step.what in ("cut", "lossy", "clean"):
            self._line(step)
            return
        with contextlib.suppress(ChinwagError):  # many things are not allowed, and stay undone
            if step.what in ("direct", "block", "unblock"):
                await self._among_people(step.what, client, other)
            elif step.what == "group":
                made = await client.groups.create(f"Group {step.number}", [other.id])
                self.groups.append(made.chat)
            elif step.what in ("send", "read", "arrange"):
                await self._in_chat(step, client)
            elif self.groups:
                chat = self.groups[step.chat % len(self.groups)]
                await self._in_group(step, chat, client, other)

    def _line(self, step: Step) -> None:
        if step.what == "cut":
            self.proxy.cut()
            for dweller in self.dwellers:
                dweller.devices[1].reconnect_now()
        elif step.what == "lossy":
            turns = iter(range(1_000_000_000))
            every = 2 + step.number % 3
            self.proxy.lose = lambda frame: (
                b'"push":{"type":"event"' in frame and next(turns) % every == 0
            )
        else:
            self.proxy.lose = lambda frame: False

    async def _among_people(self, what: str, client: Client, other: Dweller) -> None:
        if what == "direct":
            await client.open_direct(other.id)
        elif other.id != client.user:
            block = client.people.block if what == "block" else client.people.unblock
            await block(other.id)

    async def _in_chat(self, step: Step, client: Client) -> None:
        chats = sorted(client.state.chats)
        if not chats:
            return
        chat = chats[step.chat % len(chats)]
        if step.what == "send":
            self.said += 1
            others = sorted(client.state.chats[chat].members or ())
            named = [others[step.number % len(others)]] if others and step.number % 2 else []
            sending = await client.send(chat, f"message {self.said}", mentions=named)
            try:
                await asyncio.wait_for(sending.accepted(), PATIENCE)
            except ChinwagError:
                client.outbox.discard(sending.client_id)
        elif step.what == "read":
            last = client.state.chats[chat].last
            client.read(chat, max(1, last - step.number % 3))
            client.flush_reads()
        else:
            await client.arrange(
                chat, pinned=bool(step.number & 1), unread=bool(step.number & 2), muted_until=0
            )

    async def _in_group(self, step: Step, chat: str, client: Client, other: Dweller) -> None:
        groups = client.groups
        match step.what:
            case "add":
                await groups.add(chat, other.id)
            case "remove":
                await groups.remove(chat, other.id)
            case "leave":
                await groups.leave(chat)
            case "promote":
                await groups.promote(chat, other.id)
            case "demote":
                await groups.demote(chat, other.id)
            case "rename":
                await groups.change(chat, title=f"Title {step.number % 3}")
            case "switch":
                history = ("joined", "all")[step.number % 2]
                send = ("everyone", "admins")[step.number // 2 % 2]
                await groups.change(chat, settings=Settings(history=history, send=send))
            case "join":
                link = await groups.invite_link(chat)
                await other.devices[0].groups.join(link.code)
            case "members":
                await groups.members(chat)


async def populated(server: Server, proxy: Proxy, number: int) -> World:
    """A world of so many people who are all online."""

    async def dweller() -> Dweller:
        person = await sign_up(server.url)
        laptop, spy, spare = await asyncio.gather(*(person.more(online=False) for _ in range(3)))
        behind = Client(proxy.url, token=laptop.token)
        person.clients.append(behind)
        behind.start()
        await behind.wait_online()
        raw = await Raw.open(server.url, spy.token, polite=True)
        return Dweller(person, [person.phone, behind], raw, spare.token)

    return World(server, proxy, list(await asyncio.gather(*(dweller() for _ in range(number)))))


# --- what a device knows ---------------------------------------------------------------------


def picture(client: Client) -> dict[str, dict[str, Any]]:
    """All that a device shows, without what differs by how it came to know it."""
    return {name: _picture(chat) for name, chat in client.state.chats.items()}


def _picture(chat: ChatState) -> dict[str, Any]:
    mine = chat.mine
    own = Mine(
        chat=mine.chat,
        version=0,
        stays=mine.stays,
        role=mine.role,
        read=mine.read,
        read_count=mine.read_count,
        mentioned=mine.mentioned,
        muted_until=mine.muted_until,
        pinned_at=mine.pinned_at,
        archived=mine.archived,
        unread=mine.unread,
    )
    stay = mine.stays[-1][0]
    return {
        "kind": chat.kind,
        "peer": chat.peer,
        "last": chat.last,
        "count": chat.count,
        "unread": chat.unread,
        "present": chat.present,
        "group": chat.group,
        "mine": own,
        "ticks": chat.ticks,
        "failures": chat.failures,
        "newest": list(chat.log.between(max(stay, chat.last - 10), chat.last)),
    }


# --- what the database says ------------------------------------------------------------------


@dataclass
class Truth:
    """The log and the seats of every chat, as stored."""

    events: dict[str, list[dict[str, Any]]]
    chats: dict[str, dict[str, Any]]
    members: list[dict[str, Any]]


def truth(server: Server) -> Truth:
    """Read beside the running server."""
    with contextlib.closing(sqlite3.connect(server.data / "chinwag.db")) as database:
        database.row_factory = sqlite3.Row
        events: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in database.execute("SELECT * FROM events ORDER BY chat, seq"):
            events[row["chat"]].append({**dict(row), "body": json.loads(row["body"])})
        chats = {row["id"]: dict(row) for row in database.execute("SELECT * FROM chats")}
        members = [dict(row) for row in database.execute("SELECT * FROM members")]
    return Truth(events, chats, members)


Stay = list[int]
"""[from, to): ``to`` is 0 while it lasts."""


def stays_by_log(events: list[dict[str, Any]]) -> dict[str, list[Stay]]:
    """Who was in a chat from where to where: a replay of its log."""
    stays: dict[str, list[Stay]] = defaultdict(list)
    everything = False

    def enter(users: list[str], seq: int) -> None:
        for user in users:
            if everything:
                stays[user].clear()
            stays[user].append([1 if everything else seq, 0])

    for event in events:
        body, seq = event["body"], event["seq"]
        match body["kind"]:
            case "created" | "added":
                enter(body.get("members") or body["users"], seq)
            case "joined":
                enter([event["sender"]], seq)
            case "left":
                stays[event["sender"]][-1][1] = seq + 1
            case "removed":
                stays[body["user"]][-1][1] = seq + 1
            case "changed":
                history = body.get("settings", {}).get("history")
                everything = history == "all" if history else everything
    return stays


def sees(stays: list[Stay], seq: int) -> bool:
    """Whether a place lies within any of the stays."""
    return any(first <= seq and (end == 0 or seq < end) for first, end in stays)


async def until_equal(one: Client, other: Client, which: str) -> None:
    """Wait until two devices show the same."""

    def same() -> bool:
        left, right = picture(one), picture(other)
        assert left == right, f"{which}: {_difference(left, right)}"
        return True

    await eventually(same, within=2 * PATIENCE)


def _difference(left: dict[str, Any], right: dict[str, Any]) -> str:
    found = []
    for chat in sorted({*left, *right}):
        one, other = left.get(chat, {}), right.get(chat, {})
        found += [
            f"{chat} {key}: {one.get(key)} != {other.get(key)}"
            for key in sorted({*one, *other})
            if one.get(key) != other.get(key)
        ]
    return "\n".join(found)
