"""Message info: who received and read an own message, and when."""

import time

from chinwag.cli.chat.desk import Desk
from chinwag.cli.chat.sheet import GAP, Row, Sheet, fact, heading
from chinwag.cli.chat.timeline import Bubble, failure_words
from chinwag.cli.names import called
from chinwag.cli.text import one_line
from chinwag.cli.words import moment
from chinwag.protocol.results import MessageInfo, Person
from chinwag.sdk import Update


class Info(Sheet):
    """Of the own message at ``row``."""

    def __init__(self, desk: Desk, chat: str, row: Bubble) -> None:
        super().__init__(desk)
        self._chat = chat
        self._row = row
        self._info: MessageInfo | None = None

    def heading(self) -> str:
        return "Message info"

    def subtitle(self) -> str:
        return f"“{one_line(self._row.text, 120)}”\nsent {_when(self._row.at)}"

    def rows(self) -> list[Row]:
        if self._info is None:
            return [fact("…")]
        people = self._info.people
        rows: list[Row] = []
        for name, found in (
            ("Not delivered", [it for it in people if it.failed and not it.delivered_at]),
            ("Read", [it for it in people if it.read_at]),
            ("Delivered", [it for it in people if it.delivered_at and not it.read_at]),
            (
                "On its way",
                [it for it in people if not it.delivered_at and not it.failed],
            ),
        ):
            if found:
                rows += [GAP, heading(name)] if rows else [heading(name)]
                rows += [self._person(it) for it in found]
        return rows or [fact("Nobody else is here.")]

    async def load(self) -> None:
        self._info = await self.desk.tried(self.desk.client.info(self._chat, self._row.seq))

    def note(self, update: Update) -> None:
        self._load()

    def _person(self, person: Person) -> Row:
        said: list[str] = []
        if person.read_at:
            said.append(f"read {_when(person.read_at)}")
        if person.delivered_at:
            said.append(f"delivered {_when(person.delivered_at)}")
        if person.failed and not person.delivered_at:
            said.append(f"{failure_words(person.failed)}, {_when(person.failed_at)}")
        if person.left:
            said.append("no longer here")
        return fact(called(self.desk.state, person.user), " · ".join(said))


def _when(at: int) -> str:
    return moment(at, time.time_ns() // 1_000_000)
