"""A few people, chats and some history to look at: what `make demo` starts with."""

from collections.abc import Sequence
from dataclasses import dataclass

from chinwag.protocol.events import Added, Message, RoleChanged
from chinwag.protocol.frames import encode
from chinwag.protocol.scalars import ChatKind
from chinwag.server.app import App
from chinwag.server.ports.store import Entry, Tx
from chinwag.server.services.chats import create, new_id, pair_of
from chinwag.server.services.entrance import create_account

PASSWORD = "tea and biscuits"  # noqa: S105 - of a throw-away server
HANDLES = ("ada", "ben", "chloe", "dev", "eli")
_MINUTE = 60_000
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR
_PEOPLE = (
    ("ada", "Ada Okafor", "Making tea, then making plans"),
    ("ben", "Ben Lindqvist", "On the bike"),
    ("chloe", "Chloé Martin", "À bientôt"),
    ("dev", "Dev Patel", "Busy until six"),
    ("eli", "אלי כהן", "🌱"),
)


@dataclass(frozen=True, slots=True)
class _Said:
    """Who said what, how long ago in ms, in answer to which line of the same talk."""

    who: str
    ago: int
    text: str
    reply_to: int | None = None


_ADA_BEN = (
    _Said("ben", 2 * _DAY + 3 * _HOUR, "Did you find the tent in the end?"),
    _Said("ada", 2 * _DAY + 3 * _HOUR - 4 * _MINUTE, "Behind the *ironing board*. Of course."),
    _Said("ada", 2 * _DAY + 3 * _HOUR - 5 * _MINUTE, "All pegs there, one pole missing 🏕️"),
    _Said("ben", 2 * _DAY + 2 * _HOUR, "I have a spare one from the old tent, about 60 cm?", 3),
    _Said("ada", 2 * _DAY + 2 * _HOUR - _MINUTE, "Perfect. You are a hero"),
    _Said("ben", _DAY + _HOUR, "Train at 9:40 or 10:10 on Saturday?"),
    _Said("ada", _DAY + 30 * _MINUTE, "10:10, and I bring breakfast"),
    _Said("ben", 50 * _MINUTE, "Deal. The forecast looks _almost_ good now"),
    _Said("ben", 48 * _MINUTE, "https://weather.example/lake-district"),
    _Said("ben", 47 * _MINUTE, "Say when you are up 😄"),
)
_GROUP = (
    _Said("ada", 3 * _DAY, "Welcome all! Here we plan the weekend at the lake."),
    _Said(
        "chloe", 3 * _DAY - 6 * _MINUTE, "Salut! I can drive on Friday evening, three seats free"
    ),
    _Said("dev", 3 * _DAY - 20 * _MINUTE, "One for me please 🙌", 2),
    _Said("eli", 2 * _DAY, "אני מביא את הגיטרה"),
    _Said(
        "ben",
        _DAY + 5 * _HOUR,
        "Shopping list:\n- coffee\n- bread\n- marshmallows\n- ~rain~ sun cream",
    ),
    _Said("ada", _DAY + 4 * _HOUR, "`sudo apt install sun`"),
    _Said("dev", 3 * _HOUR, "Who has the key to the hut?"),
    _Said("chloe", 2 * _HOUR, "I have it. And the map."),
    _Said("dev", 35 * _MINUTE, "Then nothing can go wrong"),
    _Said("eli", 12 * _MINUTE, "🎸🔥"),
)
_ADA_CHLOE = (
    _Said("chloe", 5 * _HOUR, "Could you water my plants on Monday?"),
    _Said("ada", 4 * _HOUR, "With pleasure. The fern too?"),
    _Said("chloe", 4 * _HOUR - 2 * _MINUTE, "Especially the fern 🌿"),
)
_NOTES = (
    _Said("ada", _DAY, "Gas cartridge, matches, head torch"),
    _Said("ada", 20 * _MINUTE, "Call grandma on Sunday"),
)


async def seed(app: App) -> None:
    """Make the people and what they said."""
    stored = await app.passwords.hash(PASSWORD)

    async def work(tx: Tx) -> None:
        ids = {}
        for handle, name, about in _PEOPLE:
            user = await create_account(tx, handle, name, password=stored, admin=handle == "ada")
            ids[handle] = user.id
            await tx.execute("UPDATE accounts SET about = $2 WHERE id = $1", user.id, about)
        await _direct(tx, ids, "ada", "chloe", _ADA_CHLOE)
        await _group(tx, ids)
        await _direct(tx, ids, "ada", "ben", _ADA_BEN)
        await _direct(tx, ids, "ada", "ada", _NOTES)

    await app.store.transact(work)


async def _direct(tx: Tx, ids: dict[str, str], one: str, other: str, talk: Sequence[_Said]) -> None:
    people = list(dict.fromkeys((ids[one], ids[other])))
    kind: ChatKind = "direct" if one != other else "self"
    await _chat(tx, ids, kind, people, talk, pair=pair_of(ids[one], ids[other]))


async def _group(tx: Tx, ids: dict[str, str]) -> None:
    first = [ids[handle] for handle in ("ada", "ben", "chloe", "dev")]
    chat, created = new_id(), tx.now
    tx.now = created - 3 * _DAY - 2 * _MINUTE
    await create(tx, chat, "group", first, ids["ada"], title="Weekend at the lake")
    await tx.append(Entry(chat, ids["ada"], "added", encode(Added((ids["eli"],)))))
    await tx.execute(
        "INSERT INTO members (chat, account, joined, since) VALUES ($1, $2, 2, $3)",
        chat,
        ids["eli"],
        tx.now,
    )
    await tx.append(Entry(chat, ids["ada"], "role", encode(RoleChanged(ids["chloe"], "admin"))))
    await tx.execute(
        "UPDATE members SET role = 'admin' WHERE chat = $1 AND account = $2", chat, ids["chloe"]
    )
    tx.now = created
    await _say(tx, ids, chat, _GROUP, first_seq=4)
    await _read(tx, chat, {ids["ada"]: 11, ids["ben"]: 13, ids["chloe"]: 12})


async def _chat(
    tx: Tx,
    ids: dict[str, str],
    kind: ChatKind,
    people: list[str],
    talk: Sequence[_Said],
    *,
    pair: str,
) -> None:
    chat, now = new_id(), tx.now
    tx.now = now - talk[0].ago - _MINUTE
    await create(tx, chat, kind, people, people[0], pair=pair)
    tx.now = now
    await _say(tx, ids, chat, talk, first_seq=2)
    await _read(tx, chat, dict.fromkeys(people, 8))


async def _say(
    tx: Tx, ids: dict[str, str], chat: str, talk: Sequence[_Said], *, first_seq: int
) -> None:
    now = tx.now
    for said in talk:
        reply_to = None if said.reply_to is None else first_seq + said.reply_to - 1
        tx.now = now - said.ago
        entry = Entry(
            chat, ids[said.who], "message", encode(Message(said.text, reply_to)), counted=True
        )
        await tx.append(entry, bump=False)
    tx.now = now


async def _read(tx: Tx, chat: str, reads: dict[str, int]) -> None:
    """Everybody has everything; these have read up to there."""
    (last,) = (await tx.fetch("SELECT last FROM chats WHERE id = $1", chat))[0]
    for user, seq in reads.items():
        mark = min(seq, last)
        rows = await tx.fetch(
            "SELECT count(*) FROM events WHERE chat = $1 AND seq > $2 AND sender <> $3"
            " AND kind = 'message'",
            chat,
            mark,
            user,
        )
        await tx.execute(
            "UPDATE members SET read = $3, shown = $3, read_count = (SELECT count FROM chats"
            " WHERE id = $1) - $4 WHERE chat = $1 AND account = $2",
            chat,
            user,
            mark,
            rows[0][0],
        )
    await tx.execute("UPDATE members SET delivered = $2 WHERE chat = $1", chat, last)
    await tx.execute(
        "INSERT INTO receipts (chat, account, kind, seq, at)"
        " SELECT chat, account, 0, delivered, $2 FROM members WHERE chat = $1",
        chat,
        tx.now,
    )
    await tx.execute(
        "INSERT INTO receipts (chat, account, kind, seq, at)"
        " SELECT chat, account, 1, shown, $2 FROM members WHERE chat = $1 AND shown > 0",
        chat,
        tx.now,
    )
