"""What an answer to a command says about the state, beyond its value for the caller."""

from msgspec import Struct

from chinwag.protocol.commands import Command, Send
from chinwag.protocol.results import (
    Accepted,
    Account,
    BotToken,
    Head,
    MemberList,
    Mine,
    RequestList,
    UserList,
)
from chinwag.sdk.changes import Change, NeedChat
from chinwag.sdk.state import State


def absorb(state: State, command: Command, answer: Struct, tip: int) -> list[Change]:
    """Let an answer take effect. ``tip``: that of the command's chat when it was asked."""
    match answer:
        case Head():
            return state.merge_head(answer)
        case Mine():
            return state.merge_mine(answer)
        case Account():
            return state.merge_account(answer)
        case UserList() | RequestList():
            return state.merge_users(answer.users)
        case MemberList():
            return state.merge_members(answer, tip)
        case BotToken():
            return state.merge_users((answer.user,))
        case Accepted() if isinstance(command, Send) and command.file is not None:
            return [NeedChat(command.chat)]  # only the server knows what its file looks like
        case Accepted() if isinstance(command, Send):
            return state.accept(answer, command.body, command.client_id)
        case _:
            return []
