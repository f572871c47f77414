"""``kill -9`` while groups are made and changed: each change is whole or not there (S21)."""

import asyncio
import random

from chinwag.protocol.results import Placed
from chinwag.sdk import ChinwagError, Client, SdkError
from faults import checker
from faults.conftest import Serve
from faults.histories import History
from faults.people import Person, agree, company, hurry, settled

KILLS = 3
# What others did meanwhile makes some changes void: somebody left, or is there already.
EXPECTED = {"not_found", "not_a_member", "not_allowed", "last_admin", "rate_limited"}


class Changes:
    """Makes groups and changes them at random until told to stop; notes what was answered."""

    def __init__(self, people: list[Person], stop: asyncio.Event) -> None:
        self.people = people
        self.stop = stop
        self.groups: list[str] = []
        self.placed: list[tuple[str, int]] = []
        self.errors: set[str] = set()
        self._made = asyncio.Condition()
        self._random = random.Random(21)

    async def more(self, number: int) -> None:
        """Wait until so many more changes were made."""
        goal = len(self.placed) + number
        async with asyncio.timeout(30), self._made:
            await self._made.wait_for(lambda: len(self.placed) >= goal)

    async def go(self, person: Person) -> None:
        """One person's changes, one after another."""
        while not self.stop.is_set():
            try:
                placed = await self._one(person.client)
            except ChinwagError as error:
                self.errors.add(error.kind.code)
            except SdkError:
                continue
            else:
                if placed.seq:
                    async with self._made:
                        self.placed.append((placed.chat, placed.seq))
                        self._made.notify_all()

    async def _one(self, client: Client) -> Placed:
        pick, others = self._random, [it.user for it in self.people if it.client is not client]
        if len(self.groups) < 4 or pick.random() < 0.05:
            placed = await client.groups.create("group", pick.sample(others, 3))
            self.groups.append(placed.chat)
            return placed
        chat, other = pick.choice(self.groups), pick.choice(others)
        match pick.randrange(6):
            case 0:
                return await client.groups.add(chat, other)
            case 1:
                return await client.groups.remove(chat, other)
            case 2:
                return await client.groups.promote(chat, other)
            case 3:
                return await client.groups.demote(chat, other)
            case 4:
                return await client.groups.leave(chat)
            case _:
                return await client.groups.change(chat, title=f"title {pick.random()}")


async def test_kills_while_groups_change(serve: Serve, history: History) -> None:
    server = await serve()
    async with company(server, ["ann", "ben", "cat", "dan", "eve"], history) as people:
        stop = asyncio.Event()
        changes = Changes(people, stop)
        work = [asyncio.create_task(changes.go(person)) for person in people]
        for _ in range(KILLS):
            await changes.more(60)
            await server.kill()
            checker.check(checker.look_at_wreck(server.database), history, healed=False)
            await server.start()
            hurry(people)
        stop.set()
        await asyncio.gather(*work)
        database = await settled(server, people)
        checker.check(database, history)
        # What was answered is in the log.
        assert {*changes.placed} <= {(row.chat, row.seq) for row in database.rows}
        assert len({*changes.placed}) == len(changes.placed)
        assert changes.errors <= EXPECTED
        agree(database, people)
    assert await server.stop() == 0
    assert server.complaints() == []
