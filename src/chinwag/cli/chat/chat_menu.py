"""What can be done with a chat."""

import time

from chinwag.cli.chat.desk import Desk
from chinwag.cli.chat.dialogs import Choice, Menu
from chinwag.cli.chat.group import Group
from chinwag.cli.chat.people import Contact
from chinwag.cli.chat.sheet import Sheet
from chinwag.cli.names import title
from chinwag.sdk import ChatState

_HOUR = 3600
_FOR_EVER = 100 * 365 * 24 * _HOUR
_MUTES = (("8 hours", 8 * _HOUR), ("a week", 7 * 24 * _HOUR), ("always", _FOR_EVER))


async def chat_menu(desk: Desk, chat: ChatState, chosen: str | None = None) -> None:
    """Ask what to do with a chat (or do ``chosen``), and do it."""
    if chosen is None:
        menu = Menu(title(desk.state, chat), _choices(chat))
        chosen = await desk.app.push_screen_wait(menu)
    client = desk.client
    match chosen:
        case "info":
            if sheet := info_sheet(desk, chat):
                await desk.app.push_screen_wait(sheet)
        case "pin":
            await desk.tried(client.arrange(chat.id, pinned=not chat.mine.pinned_at))
        case "archive":
            await desk.tried(client.arrange(chat.id, archived=not chat.mine.archived))
        case "unread":
            await desk.tried(client.arrange(chat.id, unread=not chat.mine.unread))
        case "unmute":
            await desk.tried(client.arrange(chat.id, muted_until=0))
        case "mute":
            await _mute(desk, chat)


def info_sheet(desk: Desk, chat: ChatState) -> Sheet | None:
    """The sheet about a chat; none for notes to oneself."""
    if chat.kind == "group":
        return Group(desk, chat.id)
    return Contact(desk, chat.peer) if chat.kind == "direct" and chat.peer else None


async def _mute(desk: Desk, chat: ChatState) -> None:
    choices = [Choice(str(seconds), name) for name, seconds in _MUTES]
    for_seconds = await desk.app.push_screen_wait(Menu("Mute for", choices))
    if for_seconds:
        until = int((time.time() + int(for_seconds)) * 1000)
        await desk.tried(desk.client.arrange(chat.id, muted_until=until))


def _choices(chat: ChatState) -> list[Choice]:
    mine = chat.mine
    muted = mine.muted_until > time.time() * 1000
    choices = [
        Choice("pin", "Unpin" if mine.pinned_at else "Pin to the top"),
        Choice("unmute", "Unmute") if muted else Choice("mute", "Mute…"),
        Choice("archive", "Take out of the archive" if mine.archived else "Archive"),
        Choice("unread", "Mark as read" if mine.unread else "Mark as unread"),
    ]
    if chat.kind != "self":
        name = "Group info" if chat.kind == "group" else "Contact info"
        choices.insert(0, Choice("info", name))
    return choices
