"""Any interleaving of appends, repeats, marks and transactions against a model of the log.

What is submitted together is committed in groups as they come about; the outcome must be as if
everything had been done one after the other.
"""

import asyncio
import tempfile
from collections.abc import Awaitable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from chinwag.server.adapters.sqlite.store import SqliteStore
from chinwag.server.ports.store import Entry, Mark, Outcome, Tx
from contracts.opened import Opened, mark, message

CHATS, USERS = ("a", "b"), ("ann", "bob", "eve")  # eve is in no chat


@dataclass
class Seat:
    delivered: int = 0
    read: int = 0
    shown: int = 0
    receipts: set[tuple[int, int]] = field(default_factory=set)


@dataclass
class Chat:
    version: int = 1
    log: list[Entry] = field(default_factory=list)
    seats: dict[str, Seat] = field(default_factory=lambda: {"ann": Seat(), "bob": Seat()})

    def read_count(self, user: str) -> int:
        read = self.seats[user].read
        return sum(e.counted and (e.seq <= read or e.sender == user) for e in self.log)


class Model:
    """The rules of the store's contract, as plainly as they can be put."""

    def __init__(self) -> None:
        self.chats = {name: Chat() for name in CHATS}

    def place(self, entry: Entry) -> tuple[Outcome, int, int]:
        """What must become of an entry: outcome, seq and count."""
        for chat in self.chats.values():
            for known in chat.log:
                if entry.client_id and (known.sender, known.client_id) == (
                    entry.sender,
                    entry.client_id,
                ):
                    if (known.chat, known.digest) == (entry.chat, entry.digest):
                        return Outcome.REPEAT, known.seq, known.count
                    return Outcome.REUSED, 0, 0
        chat = self.chats[entry.chat]
        if entry.version and entry.version != chat.version:
            return Outcome.STALE, 0, 0
        chat.log.append(entry)
        return Outcome.APPENDED, len(chat.log), sum(e.counted for e in chat.log)

    def raise_marks(self, chat: str, user: str, marks: list[Mark], before: int) -> None:
        """One member's marks in one batch: the highest counts."""
        seat = self.chats[chat].seats.get(user)
        if seat is None:
            return
        read = max(min(each.read, before) for each in marks)
        delivered = max(read, *(min(each.delivered, before) for each in marks))
        shown = max((min(each.read, before) for each in marks if each.shown), default=0)
        if delivered > seat.delivered:
            seat.delivered = delivered
            seat.receipts.add((0, delivered))
        seat.read = max(seat.read, read)
        if shown > seat.shown:
            seat.shown = shown
            seat.receipts.add((1, shown))


class Refused(Exception):
    """A rule's refusal."""


entries = st.builds(
    lambda chat, user, n, text, hidden, off: (chat, user, n, text, hidden, off),
    st.sampled_from(CHATS),
    st.sampled_from(USERS),
    st.one_of(st.none(), st.integers(0, 6)),
    st.sampled_from(["x", "y"]),
    st.booleans(),
    st.sampled_from([None, None, 0, 0, 1]),  # the version it was judged by: none, right, wrong
)
marks = st.builds(
    lambda chat, user, delivered, read, shown: (chat, user, delivered, read, shown),
    st.sampled_from(CHATS),
    st.sampled_from(USERS),
    st.integers(0, 30),
    st.integers(0, 30),
    st.booleans(),
)


class Log(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        path = Path(self._folder.name) / "x.db"
        self._runner = asyncio.Runner()
        self.opened = Opened(lambda: SqliteStore(path))
        self.model = Model()
        self._run(self.opened.open())
        for chat in CHATS:
            self._run(self.opened.chat(chat, "ann", "bob"))

    def _run(self, work: Any) -> Any:
        return self._runner.run(work)

    def _entry(self, drawn: tuple[Any, ...]) -> Entry:
        chat, user, n, text, hidden, off = drawn
        version = 0 if off is None else self.model.chats[chat].version + off
        client_id = None if n is None else f"id-{n}"
        return message(chat, user, client_id, text, hidden=hidden, version=version)

    @rule(batches=st.lists(st.lists(entries, max_size=5), min_size=1, max_size=4))
    def append(self, batches: list[list[tuple[Any, ...]]]) -> None:
        made = [[self._entry(drawn) for drawn in batch] for batch in batches]
        self._run(_together([self.opened.append(*batch) for batch in made]))
        for batch in made:
            for entry in batch:
                self._judge(entry)

    @rule(
        before=st.lists(entries, max_size=3),
        inside=st.lists(entries, min_size=1, max_size=3),
        after=st.lists(entries, max_size=3),
        fails=st.booleans(),
        bump=st.booleans(),
    )
    def transact(
        self,
        before: list[tuple[Any, ...]],
        inside: list[tuple[Any, ...]],
        after: list[tuple[Any, ...]],
        fails: bool,
        bump: bool,
    ) -> None:
        """A transaction between two batches, that may give up at its end."""
        first, last = [self._entry(e) for e in before], [self._entry(e) for e in after]
        own = [self._entry((*drawn[:5], None)) for drawn in inside]

        async def work(tx: Tx) -> None:
            for entry in own:
                await tx.append(entry, bump=bump)
            if fails:
                raise Refused

        results = self._run(
            _together(
                [
                    self.opened.append(*first),
                    self.opened.store.transact(work),
                    self.opened.append(*last),
                ]
            )
        )
        assert isinstance(results[1], Refused) == fails
        for entry in first:
            self._judge(entry)
        if not fails:
            for entry in own:
                entry.version = 0  # not judged by: the store has set it
                if self._judge(entry):
                    self.model.chats[entry.chat].version += bump
        for entry in last:
            self._judge(entry)

    @rule(
        sent=st.lists(entries, max_size=4),
        batches=st.lists(st.lists(marks, max_size=4), min_size=1, max_size=3),
    )
    def raise_marks(
        self, sent: list[tuple[Any, ...]], batches: list[list[tuple[Any, ...]]]
    ) -> None:
        """Marks, the first of them in a batch with entries: those they cannot reach yet."""
        made = [self._entry(drawn) for drawn in sent]
        for batch in batches:
            raised = [mark(c, u, d, r, shown=shown) for c, u, d, r, shown in batch]
            for chat, user in {(each.chat, each.user) for each in raised}:
                its = [each for each in raised if (each.chat, each.user) == (chat, user)]
                self.model.raise_marks(chat, user, its, len(self.model.chats[chat].log))
            self._run(self.opened.append(*made, marks=tuple(raised)))
            for entry in made:
                self._judge(entry)
            made = []

    @rule()
    def restart(self) -> None:
        self._run(self.opened.reopen())

    def _judge(self, entry: Entry) -> bool:
        outcome, seq, count = self.model.place(entry)
        assert entry.outcome is outcome
        if outcome in (Outcome.APPENDED, Outcome.REPEAT):
            assert (entry.seq, entry.count) == (seq, count)
        return outcome is Outcome.APPENDED

    @invariant()
    def the_store_is_as_the_model(self) -> None:
        self._run(self._compare())

    async def _compare(self) -> None:
        opened = self.opened
        for name, chat in self.model.chats.items():
            expected = [(e.seq, e.sender, e.client_id, e.body.decode(), e.count) for e in chat.log]
            assert await opened.log(name) == expected
            row = await opened.one("SELECT last, count, version FROM chats WHERE id = $1", name)
            assert row == (len(chat.log), sum(e.counted for e in chat.log), chat.version)
            for user, seat in chat.seats.items():
                stored = await opened.seat(name, user)
                marked = (stored["delivered"], stored["read"], stored["shown"])
                assert marked == (seat.delivered, seat.read, seat.shown)
                assert stored["read_count"] == chat.read_count(user)
                assert set(await opened.receipts(name, user)) == seat.receipts

    @invariant()
    def what_was_reported_is_the_log(self) -> None:
        reported = [
            entry
            for batch in self.opened.batches
            for entry in batch.entries
            if entry.outcome is Outcome.APPENDED
        ]
        for name, chat in self.model.chats.items():
            assert [entry for entry in reported if entry.chat == name] == chat.log

    def teardown(self) -> None:
        self._run(self.opened.store.close())
        self._runner.close()
        self._folder.cleanup()


async def _together(works: list[Awaitable[Any]]) -> list[Any]:
    return await asyncio.gather(*works, return_exceptions=True)


TestLog = Log.TestCase
TestLog.settings = settings(max_examples=40, stateful_step_count=20)
