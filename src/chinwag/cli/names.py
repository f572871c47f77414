"""What people and chats are called, as this account sees them."""

from chinwag.cli.text import one_line
from chinwag.protocol.results import User
from chinwag.sdk import ChatState, State


def user_name(user: User) -> str:
    """The person's name, safe to show."""
    return one_line(user.name) or (f"@{user.handle}" if user.handle else "Somebody")


def called(state: State, user: str) -> str:
    """``You``, a name, or ``Somebody`` whose profile is not known yet."""
    if user == state.user:
        return "You"
    known = state.users.get(user)
    return user_name(known) if known else "Somebody"


def title(state: State, chat: ChatState) -> str:
    """What the chat is called in a list."""
    if chat.kind == "group":
        return one_line(chat.group.title) if chat.group else "Group"
    if chat.kind == "self":
        return "Notes to self"
    return called(state, chat.peer or "")


def contacts(state: State) -> list[User]:
    """People one has a direct chat with, newest first, then all others that are known."""
    direct = [chat.peer for chat in state.chat_list() if chat.kind == "direct" and chat.peer]
    others = sorted(
        (it.id for it in state.users.values()), key=lambda it: state.users[it].name.casefold()
    )
    ids = [it for it in dict.fromkeys([*direct, *others]) if it in state.users]
    return [state.users[it] for it in ids if it != state.user and not state.users[it].gone]


def matches(user: User, query: str) -> bool:
    """Whether the person's handle or any part of the name begins with ``query``."""
    wanted = query.casefold().lstrip("@")
    words = user.name.casefold().split()
    return (
        user.handle.startswith(wanted)
        or user.name.casefold().startswith(wanted)
        or any(word.startswith(wanted) for word in words)
    )
