"""What can be done with a message."""

import time

from chinwag.cli.chat.desk import Desk
from chinwag.cli.chat.dialogs import Choice, Confirm, Menu
from chinwag.cli.chat.info import Info
from chinwag.cli.chat.joining import join
from chinwag.cli.chat.people import Contact
from chinwag.cli.chat.talk import Talk
from chinwag.cli.chat.timeline import Bubble
from chinwag.protocol import limits
from chinwag.sdk import ChatState, Tick


async def message_menu(
    desk: Desk, talk: Talk, chat: ChatState, row: Bubble, chosen: str | None
) -> None:
    """Do ``chosen`` with a message; ``menu``: ask what."""
    if chosen == "menu":
        menu = Menu("Message", _choices(row, chat))
        chosen = await desk.app.push_screen_wait(menu)
    if chosen == "copy":
        desk.app.copy_to_clipboard(row.text)
        desk.say("Copied")
    elif row.seq:
        await _said(desk, talk, chat, row, chosen)
    else:
        await _waiting(desk, row, chosen)


async def _said(desk: Desk, talk: Talk, chat: ChatState, row: Bubble, chosen: str | None) -> None:
    """With a message that is in the log."""
    match chosen:
        case "reply" if chat.present:
            talk.writing.answer(row.seq)
        case "save" if file := talk.file_at(row.seq):
            talk.saving.toggle(file)
        case "info" if row.own and chat.kind != "self":
            await desk.app.push_screen_wait(Info(desk, chat.id, row))
        case "info" if not row.own:
            await desk.app.push_screen_wait(Contact(desk, row.user))
        case "quoted" if row.quote:
            talk.go_to(row.quote.seq)
        case "retry" if row.again:
            await desk.tried(desk.client.retry(chat.id, row.seq))
        case "delete" if row.own:
            await _delete(desk, chat, row)
        case "join":
            await join(desk, row.invite)


async def _waiting(desk: Desk, row: Bubble, chosen: str | None) -> None:
    """With a message that is not sent yet."""
    outbox = desk.client.outbox
    match chosen:
        case "retry":
            outbox.retry(row.client_id)
        case "document":
            outbox.retry(row.client_id, document=True)
        case "discard":
            question = Confirm("Discard this message?", "It has not been sent.", "Discard")
            if await desk.app.push_screen_wait(question) and not outbox.discard(row.client_id):
                desk.say("It was sent just now.")


async def _delete(desk: Desk, chat: ChatState, row: Bubble) -> None:
    question = Confirm("Delete this message?", "It is deleted for everyone in the chat.", "Delete")
    if await desk.app.push_screen_wait(question):
        await desk.tried(desk.client.delete(chat.id, row.seq))


def _choices(row: Bubble, chat: ChatState) -> list[Choice]:
    choices: list[Choice] = []
    if row.text:
        choices.append(Choice("copy", "Copy", "c"))
    if row.seq:
        return _first(row, chat) + choices + _more(row, chat)
    if row.tick is Tick.FAILED:
        choices.append(Choice("retry", "Try again", "t"))
        if row.file and row.file.kind in ("photo", "video"):
            choices.append(Choice("document", "Send it as a document"))
    return [*choices, Choice("discard", "Discard", "d", grave=True)]


def _first(row: Bubble, chat: ChatState) -> list[Choice]:
    choices: list[Choice] = []
    if row.invite and not row.own:
        choices.append(Choice("join", "Join the group"))
    if chat.present:
        choices.append(Choice("reply", "Reply", "r"))
    if row.file:
        choices.append(Choice("save", "Save the file", "s"))
    return choices


def _more(row: Bubble, chat: ChatState) -> list[Choice]:
    choices: list[Choice] = []
    if row.quote:
        choices.append(Choice("quoted", "Go to what it answers", "g"))
    if not row.own:
        return [*choices, Choice("info", "About the sender", "i")]
    if chat.kind != "self":
        choices.append(Choice("info", "Who read it", "i"))
        if row.again:
            choices.append(Choice("retry", "Try again", "t"))
    if time.time() - row.at / 1000 < limits.DELETE_SECONDS and not row.invite:
        choices.append(Choice("delete", "Delete for everyone", grave=True))
    return choices
