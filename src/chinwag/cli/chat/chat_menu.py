"""What can be done with a chat, and with a message."""

import time

from chinwag.cli.chat.desk import Desk
from chinwag.cli.chat.dialogs import Choice, Confirm, Menu
from chinwag.cli.chat.group import Group
from chinwag.cli.chat.info import Info
from chinwag.cli.chat.joining import join
from chinwag.cli.chat.people import Contact
from chinwag.cli.chat.sheet import Sheet
from chinwag.cli.chat.talk import Talk
from chinwag.cli.chat.timeline import Bubble
from chinwag.cli.names import title
from chinwag.sdk import ChatState, Tick

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


async def message_menu(
    desk: Desk, talk: Talk, chat: ChatState, row: Bubble, chosen: str | None
) -> None:
    """Do ``chosen`` with a message; ``menu``: ask what."""
    if chosen == "menu":
        menu = Menu("Message", _message_choices(row, chat))
        chosen = await desk.app.push_screen_wait(menu)
    match chosen:
        case "reply" if row.seq and chat.present:
            talk.writing.answer(row.seq)
        case "copy":
            desk.app.copy_to_clipboard(row.text)
            desk.say("Copied")
        case "info" if row.own and row.seq and chat.kind != "self":
            await desk.app.push_screen_wait(Info(desk, chat.id, row))
        case "info" if not row.own:
            await desk.app.push_screen_wait(Contact(desk, row.user))
        case "quoted" if row.quote:
            talk.go_to(row.quote.seq)
        case "retry" if row.tick is Tick.FAILED and not row.seq:
            desk.client.outbox.retry(row.client_id)
        case "retry" if row.again:
            await desk.tried(desk.client.retry(chat.id, row.seq))
        case "discard" if not row.seq:
            await _discard(desk, row)
        case "join":
            await join(desk, row.invite)


async def _discard(desk: Desk, row: Bubble) -> None:
    question = Confirm("Discard this message?", "It has not been sent.", "Discard")
    if await desk.app.push_screen_wait(question) and not desk.client.outbox.discard(row.client_id):
        desk.say("It was sent just now.")


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


def _message_choices(row: Bubble, chat: ChatState) -> list[Choice]:
    choices: list[Choice] = []
    if row.invite and not row.own:
        choices.append(Choice("join", "Join the group"))
    if row.seq and chat.present:
        choices.append(Choice("reply", "Reply", "r"))
    choices.append(Choice("copy", "Copy", "c"))
    if row.quote:
        choices.append(Choice("quoted", "Go to what it answers", "g"))
    if row.own and row.seq and chat.kind != "self":
        choices.append(Choice("info", "Who read it", "i"))
        if row.again:
            choices.append(Choice("retry", "Try again", "t"))
    elif not row.own:
        choices.append(Choice("info", "About the sender", "i"))
    if not row.seq:
        if row.tick is Tick.FAILED:
            choices.append(Choice("retry", "Try again", "t"))
        choices.append(Choice("discard", "Discard", "d", grave=True))
    return choices
