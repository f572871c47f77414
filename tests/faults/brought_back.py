"""What holds of a server that was brought back to an earlier moment, and of its clients."""

from faults import checker
from faults.histories import History
from faults.people import Person


def sound(database: checker.Database, history: History) -> None:
    """What holds of a database by itself, and of what was sent."""
    found = [
        *checker.intact(database),
        *checker.dense(database),
        *checker.nothing_invented(database, history),
        *checker.marks_sound(database, History()),
        *checker.groups_whole(database),
    ]
    assert found == []


def same(database: checker.Database, person: Person) -> bool:
    """Whether the person's client holds what the database has for them, and nothing else."""
    held = {
        (chat.id, event.seq, event.client_id)
        for chat in person.client.state.chats.values()
        for event in chat.log.between(1, chat.last)
    }
    places = database.expected(person.user)
    has = {
        (row.chat, row.seq, row.client_id) for row in database.rows if (row.chat, row.seq) in places
    }
    ends = {(chat, log[-1].seq, log[-1].client_id) for chat, log in database.logs.items()}
    return held <= has and ends & has <= held and not len(person.client.outbox)
