"""The state of an own message, as one mark (behaviour: one-to-one chats, groups)."""

from enum import IntEnum

from chinwag.sdk.chats import ChatState


class Tick(IntEnum):
    """What stands beside an own message. Only FAILED can turn into a lower one (by a retry)."""

    CLOCK = 0
    """Still on this device."""
    SENT = 1
    """The server has stored it durably."""
    DELIVERED = 2
    """A device of every recipient has it."""
    READ = 3
    """Every recipient has read it."""
    FAILED = 4
    """It was refused, or did not reach the recipient after all attempts."""


def tick(chat: ChatState, seq: int) -> Tick:
    """The mark of the own message at ``seq``. Messages that have no seq yet stand in the outbox
    and are CLOCK or FAILED. In a group, one unreachable member leaves SENT, and the reason stands
    in `MessageInfo` and in the chat's ``failures``; in a direct chat it is FAILED.
    """
    if seq in chat.ticks.withheld:
        return Tick.SENT
    if seq <= chat.ticks.read:
        return Tick.READ
    if seq <= chat.ticks.delivered:
        return Tick.DELIVERED
    if chat.kind == "direct" and any(it.first <= seq <= it.last for it in chat.failures):
        return Tick.FAILED
    return Tick.SENT
