"""Group actions, and deletions: one transaction each, judged by what stands in it, and one answer
for ever.

A rule locks the chat that it judges before it reads the roster, so what it sees is the truth until
it is done. A repeat is looked for before anything is judged: who left a group and asks again,
because the answer was lost, is told the same and not that he is no member.
"""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import msgspec
from msgspec import Struct

from chinwag.protocol import commands, errors, limits, pushes
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.events import Body
from chinwag.protocol.frames import encode
from chinwag.protocol.results import Placed
from chinwag.protocol.scalars import Id
from chinwag.server.delivery.delivery import Delivery
from chinwag.server.delivery.locks import lock_accounts, lock_chats
from chinwag.server.ports.meters import Meters, Rate
from chinwag.server.ports.store import Entry, Outcome, Reader, Store, Tx
from chinwag.server.services import loading
from chinwag.server.services.chats import Chats
from chinwag.server.services.farewells import Farewell, farewell_to
from chinwag.server.services.limits import Limit
from chinwag.server.services.roster import Roster
from chinwag.server.sessions.session import Session

Command = (
    commands.CreateGroup
    | commands.AddMembers
    | commands.RemoveMember
    | commands.Leave
    | commands.SetRole
    | commands.ChangeGroup
    | commands.InvitePrivately
    | commands.Join
    | commands.DecideRequest
    | commands.Delete
)

_FIRST = "SELECT chat, seq, at, digest, answer FROM events WHERE sender = $1 AND client_id = $2"
_WAITING = (
    "SELECT count(*) FROM join_requests r JOIN accounts a ON a.id = r.account"
    " WHERE r.chat = $1 AND a.status = 'active'"
)


_DAY = 24 * 3600
# Everything else: what an admin tidying up does by hand; each is a line for every member.
_ACT = Rate(300, 2)
# Fifty new groups a day.
_CREATE = Rate(50, _DAY / 50)
# People named in additions: two full groups at once, then another full one in nine hours.
_ADD = Rate(2_048, 30)
# A hundred private invitations a day: each is a message to somebody who would not be added.
_INVITE = Rate(100, _DAY / 100)


@dataclass(frozen=True, slots=True)
class GroupLimits:
    """What bounds groups: members, people who wait for approval, open private invitations, each
    a group; and rates, each an account.
    """

    members: int = limits.GROUP_MEMBERS
    waiting: int = 1_024
    invited: int = 1_024
    act: Rate = _ACT
    create: Rate = _CREATE
    add: Rate = _ADD
    invite: Rate = _INVITE


class _Extras(Struct, omit_defaults=True):
    """What an answer holds besides the event's place: stored with the event."""

    refused: tuple[Id, ...] = ()
    pending: tuple[Id, ...] = ()
    farewell: Farewell | None = None


_extras = msgspec.json.Decoder(_Extras).decode


def digest_of(command: Command) -> bytes:
    """What makes two commands the same: their type and every field."""
    return hashlib.blake2b(encode(command), digest_size=16).digest()


async def first_answer(reader: Reader, sender: str, client_id: str, digest: bytes) -> Placed | None:
    """The answer that this client id got the first time; None if there was no first time.

    Raises:
        ChinwagError: client_id_reused, when it was something else.
    """
    rows = await reader.fetch(_FIRST, sender, client_id)
    if not rows:
        return None
    chat, seq, at, first_digest, answer = rows[0]
    if bytes(first_digest) != digest:
        raise ChinwagError(errors.CLIENT_ID_REUSED)
    return _placed(chat, seq, at, answer)


def placed(entry: Entry) -> Placed:
    """The answer to the command whose event this is."""
    return _placed(entry.chat, entry.seq, entry.at, entry.answer)


def _placed(chat: str, seq: int, at: int, answer: str | bytes | None) -> Placed:
    extras = _extras(answer) if answer else _Extras()
    return Placed(chat, seq, at, extras.refused, extras.pending)


class Action:
    """One command inside its transaction: what it appended, and whom to tell."""

    def __init__(self, tx: Tx, chats: Chats, user: str, command: Command) -> None:
        self.tx = tx
        self.user = user
        self.command = command
        self.notices: list[tuple[list[str], pushes.Requests]] = []
        self._chats = chats
        self._before: dict[str, Roster] = {}
        self._entries: list[Entry] = []
        self._queues: set[str] = set()

    async def enter(self, chat: str) -> Roster:
        """The roster of a group of which the caller is a member now.

        Raises:
            ChinwagError: not_found, not_a_member; not_allowed, when it is no group.
        """
        await lock_chats(self.tx, chat)
        roster = self._before[chat] = await enter_group(self.tx, self._chats, chat, self.user)
        return roster

    async def look(self, chat: str) -> Roster:
        """The same of any chat.

        Raises:
            ChinwagError: not_found, not_a_member.
        """
        await lock_chats(self.tx, chat)
        roster = self._before[chat] = await self._chats.enter(self.tx, chat, self.user)
        return roster

    def entry(
        self, chat: str, body: Body, *, refused: Sequence[str] = (), pending: Sequence[str] = ()
    ) -> Entry:
        """The command's own event, not yet in the log: its place there is the answer for ever."""
        extras = _Extras(tuple(refused), tuple(pending))
        return Entry(
            chat,
            self.user,
            _kind(body),
            encode(body),
            client_id=self.command.client_id,
            digest=digest_of(self.command),
            answer=encode(extras) if refused or pending else None,
        )

    async def place(
        self, chat: str, body: Body, *, refused: Sequence[str] = (), pending: Sequence[str] = ()
    ) -> Placed:
        """Append the command's own event."""
        entry = self.entry(chat, body, refused=refused, pending=pending)
        return placed(await self.append(entry))

    async def part(self, roster: Roster, body: Body, user: str) -> Placed:
        """Append the command's own event, which ends a member's stay."""
        entry = self.entry(roster.id, body)
        entry.answer = encode(_Extras(farewell=farewell_to(roster, user, self.tx.now)))
        return placed(await self.append(entry))

    async def follow(self, chat: str, body: Body) -> Entry:
        """Append what follows from the command by the server's own doing, without a sender."""
        return await self.append(Entry(chat, "", _kind(body), encode(body)))

    async def append(self, entry: Entry, *, bump: bool = True) -> Entry:
        """Append an event as it is."""
        await self.tx.append(entry, bump=bump)
        if entry.outcome is not Outcome.APPENDED:
            raise ChinwagError(errors.CLIENT_ID_REUSED)
        return self.appended(entry)

    def appended(self, entry: Entry) -> Entry:
        """An event was appended: it gets its roster when the action is done."""
        self._entries.append(entry)
        return entry

    def queue_changed(self, chat: str) -> None:
        """Others wait for approval than did before: admins are told."""
        self._queues.add(chat)

    async def settle(self) -> None:
        """Everything is written: load what the commit needs to bring rosters up to date."""
        chats = dict.fromkeys([entry.chat for entry in self._entries] + sorted(self._queues))
        for chat in chats:
            roster = await loading.load(self.tx, chat)
            assert roster is not None
            if chat in self._before:
                roster.follow(self._before[chat])
            for entry in self._entries:
                if entry.chat == chat:
                    entry.context = roster
            if chat in self._queues:
                rows = await self.tx.fetch(_WAITING, chat)
                self.notices.append((roster.admins(), pushes.Requests(chat, rows[0][0])))


Rule = Callable[[Action], Awaitable[Placed]]
"""Judges a command and carries it out, inside its transaction."""


class Actions:
    """Runs group actions."""

    def __init__(
        self,
        store: Store,
        chats: Chats,
        delivery: Delivery,
        meters: Meters,
        group_limits: GroupLimits | None = None,
    ) -> None:
        self.store = store
        self.chats = chats
        self.limits = group_limits or GroupLimits()
        self._delivery = delivery
        self.meters = meters
        self._acted = Limit(meters, "group_actions", self.limits.act)

    async def run(
        self,
        session: Session,
        command: Command,
        rule: Rule,
        *,
        limit: Limit | None = None,
        cost: int = 1,
        beside: Sequence[str] = (),
    ) -> Placed:
        """Carry a command out, unless it has been before. A repeat costs nothing; the first time
        takes ``cost`` from ``limit``, else from the one for group actions in general. ``beside``
        oneself, the rule judges by these accounts.

        Raises:
            ChinwagError: client_id_reused, rate_limited, and whatever the rule refuses with.
        """
        user, digest = session.user, digest_of(command)
        limit = self._acted if limit is None else limit
        seconds = await limit.wait(user, cost)
        if seconds:
            # Only a repeat may pass; it is looked for where it holds up no writer.
            first = await self.store.read(
                lambda reader: first_answer(reader, user, command.client_id, digest)
            )
            if first is None:
                raise ChinwagError(errors.RATE_LIMITED, retry_after=int(seconds * 1000) + 1)
            return first

        async def work(tx: Tx) -> tuple[Placed, Action | None]:
            # Also so that the same command by way of two nodes is carried out once.
            await lock_accounts(tx, user, *beside)
            first = await first_answer(tx, user, command.client_id, digest)
            if first is not None:
                return first, None
            action = Action(tx, self.chats, user, command)
            answer = await rule(action)
            await action.settle()
            return answer, action

        answer, action = await self.store.transact(work)
        if action is None:
            await limit.give_back(user, cost)
            return answer
        for admins, notice in action.notices:
            self._delivery.tell(admins, notice)
        return answer


async def enter_group(reader: Reader, chats: Chats, chat: str, user: str) -> Roster:
    """The roster of a group of which ``user`` is a member now.

    Raises:
        ChinwagError: not_found, not_a_member; not_allowed, when it is no group.
    """
    roster = await chats.enter(reader, chat, user)
    if roster.kind != "group":
        raise ChinwagError(errors.NOT_ALLOWED)
    return roster


def require_admin(roster: Roster, user: str) -> None:
    """Refuse (``not_allowed``) who is no admin."""
    if not is_admin(roster, user):
        raise ChinwagError(errors.NOT_ALLOWED)


def is_admin(roster: Roster, user: str) -> bool:
    """Whether somebody is a member now, and an admin."""
    seat = roster.seats.get(user)
    return seat is not None and seat.active and seat.role == "admin"


def may_add(roster: Roster, user: str) -> bool:
    """Whether somebody is a member now who may add others."""
    seat = roster.seats.get(user)
    if seat is None or not seat.active:
        return False
    return roster.add_members == "everyone" or seat.role == "admin"


def require_may_add(roster: Roster, user: str) -> None:
    """Refuse (``not_allowed``) who may not add others."""
    if not may_add(roster, user):
        raise ChinwagError(errors.NOT_ALLOWED)


def _kind(body: Body) -> str:
    return str(body.__struct_config__.tag)
