"""The checker finds what it is there to find: a healthy run, and then one thing wrong with it."""

import copy
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from faults import checker
from faults.conftest import Serve
from faults.histories import History, Invoked
from faults.people import company, group_of, settled


async def _healthy(serve: Serve, history: History) -> Path:
    server = await serve()
    async with company(server, ["ann", "ben"], history) as people:
        chat = await group_of(people)
        for number in range(6):
            await (await people[number % 2].send(chat, f"text {number}"))
        checker.check(await settled(server, people), history)
    await server.stop()
    return server.database


_MORE = (
    "INSERT INTO events (chat, seq, kind, sender, at, count, body)"
    " SELECT chat, seq + 1, 'changed', sender, at, count, '{}' FROM events WHERE seq = 7"
)
BROKEN_DATABASES = [
    ("S1: ", "UPDATE events SET client_id = 'other' WHERE seq = 4"),
    ("S2: ", "UPDATE events SET body = replace(body, 'text 2', 'text two') WHERE seq = 4"),
    ("S2: nobody sent", "UPDATE events SET client_id = 'send-of-nobody' WHERE seq = 4"),
    ("S5: ", "DELETE FROM events WHERE seq = 4"),
    ("S5: ", "UPDATE chats SET last = last + 1"),
    ("S5: .* has count", "UPDATE events SET count = count + 1 WHERE seq = 5"),
    ("S8: ", _MORE),
    ("S9: ", "UPDATE members SET joined = 3 WHERE role = 'member'"),
    ("S11: .* unread is", "UPDATE members SET read_count = read_count + 1 WHERE role = 'member'"),
    ("S11: .* read", "UPDATE members SET read = 9"),
    ("S18: ", "UPDATE members SET role = 'member'"),
    ("S21: ", "UPDATE members SET departed = 9 WHERE role = 'member'"),
]


async def test_what_is_wrong_with_a_database_is_found(serve: Serve, history: History) -> None:
    database = await _healthy(serve, history)
    for sentence, change in BROKEN_DATABASES:
        broken = database.with_name("broken.db")
        shutil.copy(database, broken)
        with closing(sqlite3.connect(broken)) as connection, connection:
            connection.execute(change)
        with pytest.raises(AssertionError, match=sentence):
            checker.check(checker.look(broken), history)


def _twice(history: History) -> None:
    records = next(iter(history.shown.values()))
    records.append(records[-1])


def _swapped(history: History) -> None:
    records = next(iter(history.shown.values()))
    records[2], records[3] = records[3], records[2]


def _never(history: History) -> None:
    next(iter(history.shown.values())).pop(3)


def _late(history: History) -> None:
    """As if a message had been sent after another was accepted that stands behind it."""
    sends = list(history.sends.values())
    sends[0].invoked.at = sends[3].accepted[0].at + 1


def _moved(history: History) -> None:
    send = next(iter(history.sends.values()))
    send.accepted.append(type(send.accepted[0])(send.invoked.client_id, "chat", 99, 0))


def _forgotten(history: History) -> None:
    history.sends["lost"] = type(next(iter(history.sends.values())))(
        Invoked("device", "user", "chat", "lost", "text", 0), queued=True
    )


def _back(history: History) -> None:
    key = next(iter(history.shown))
    chat = history.shown[key][0].chat
    history.marks.append({(chat, user): (99, 99) for user in history.devices.values()})


BROKEN_HISTORIES = [
    ("S7: ", _twice),
    ("S7: ", _swapped),
    ("S8: ", _never),
    ("S6: ", _late),
    ("S3: ", _moved),
    ("S1: ", _forgotten),
    ("S11: marks", _back),
]


async def test_what_is_wrong_with_a_history_is_found(serve: Serve, history: History) -> None:
    database = checker.look(await _healthy(serve, history))
    for sentence, change in BROKEN_HISTORIES:
        broken = copy.deepcopy(history)
        change(broken)
        with pytest.raises(AssertionError, match=sentence):
            checker.check(database, broken)
