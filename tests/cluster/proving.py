"""What is proven of a cluster after whatever happened to it."""

from faults import checker
from faults.people import Person, Stored, agree, settled


async def prove(server: Stored, people: list[Person], within: float = 60) -> None:
    """All that was sent was accepted, is there once and in order, and everybody has it."""
    history = people[0].history
    database = await settled(server, people, within)
    checker.check(database, history)
    agree(database, people)
    assert all(send.accepted and not send.refused for send in history.sends.values())
