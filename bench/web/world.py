"""Somebody with a thousand chats, one of them with a hundred thousand messages."""

import json
import random
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.client import Person
from bench.seed import DATABASE, Seeds, seed

CHATS = 1_000
LONG = 100_000
"""Messages in the longest chat."""
SHORT = 10
"""Messages in each of the others."""
LONGEST = "Longest Friendship"
NEWEST = "and that was the whole story"
_FIRST = "Amara Bo Carmen Dilek Emil Fatou Goran Hanna Imran Jola Keiko Liam Maya Nils Oana"
_LAST = "Adeyemi Berg Costa Dahl Eriksen Fischer Garcia Haddad Ito Jensen Kaya Lopez"
_WORDS = (
    "tea train the kettle and a map of hills then we met under bridge before rain with bread"
    " cheese two bicycles for Sunday morning because nobody had seen key to garden again"
)
_SEASONING = ("", "", "", "", "", " 😄", " https://example.org/a/walk", "\nand *more* of it", "?")
_DAY = 86_400_000


@dataclass(frozen=True)
class World:
    """Whose browser it is, and the chat that is opened."""

    token: str
    chats: int
    longest: str
    newest: str
    """How the longest chat's last message begins."""


def sow(folder: Path) -> World:
    """Put it all into a new database."""

    async def work(seeds: Seeds) -> tuple[Person, list[tuple[Person, str]]]:
        person, peers = await seeds.person(), await seeds.people(CHATS)
        return person, [(peer, await seeds.direct(person, peer)) for peer in peers]

    person, chats = seed(folder, work)
    chance = random.Random(7)
    with sqlite3.connect(folder / DATABASE) as database:
        for number, (peer, chat) in enumerate(chats):
            longest = number == 0
            _name(database, peer, LONGEST if longest else _some_name(chance))
            last = int(time.time() * 1000) - number * 3 * 3_600_000
            size, days = (LONG, 900) if longest else (SHORT, 4)
            database.executemany(
                "INSERT INTO events (chat, seq, kind, sender, at, count, client_id, digest, hidden,"
                " body) VALUES (?, ?, 'message', ?, ?, ?, ?, x'', 0, ?)",
                _log(chance, chat, (person.user, peer.user), size, last, days * _DAY),
            )
            marks = (size + 1, size, chat)
            database.execute("UPDATE chats SET last = ?, count = ? WHERE id = ?", marks)
            database.execute(
                "UPDATE members SET delivered = ?1, read = ?1, shown = ?1, sent = ?1 - 1,"
                " read_count = ?2 WHERE chat = ?3",
                marks,
            )
    database.close()
    return World(person.token, len(chats), chats[0][1], NEWEST)


def _name(database: sqlite3.Connection, peer: Person, name: str) -> None:
    database.execute("UPDATE accounts SET name = ? WHERE id = ?", (name, peer.user))


def _some_name(chance: random.Random) -> str:
    return f"{chance.choice(_FIRST.split())} {chance.choice(_LAST.split())}"


def _log(
    chance: random.Random, chat: str, users: tuple[str, str], size: int, last: int, span: int
) -> Iterator[tuple[object, ...]]:
    """Rows of a talk that ends at ``last`` and took ``span`` ms."""
    words = _WORDS.split()
    for number in range(1, size + 1):
        at = last - (size - number) * (span // size)
        text = " ".join(chance.choices(words, k=chance.choice((2, 5, 9, 14, 30))))
        text = NEWEST if number == LONG else text + chance.choice(_SEASONING)
        body = json.dumps(
            {"kind": "message", "text": text},
            ensure_ascii=False,
            separators=(",", ":"),
        )
        yield chat, number + 1, users[number // 2 % 2], at, number, f"{chat}-{number}", body
