"""The quiet line under a chat's name, and why one may not write there. Pure."""

from chinwag.cli import words
from chinwag.cli.names import called, user_name
from chinwag.cli.service import first_name
from chinwag.protocol.scalars import Doing, Millis
from chinwag.sdk import ChatState, Client, State

DOINGS: tuple[Doing, ...] = ("typing", "recording")
"""What is told of people, the first before the second."""


def connection(client: Client) -> str:
    """The state of the link in words; empty while all is well."""
    match client.status:
        case "online" | "closed" | "signed_out":
            return ""
        case "syncing":
            return "catching up…"
        case "connecting" if client.trouble is None:
            return "connecting…"
        case _:
            return "waiting for network"


def typing(client: Client, chat: ChatState) -> str:
    """Who types, else who records; empty for nobody."""
    for doing in DOINGS:
        users = client.typing_in(chat.id, doing)
        if not users:
            continue
        if chat.kind != "group":
            return f"{doing}…"
        names = [first_name(called(client.state, it)) for it in users]
        return f"{words.listing(names, 3)} {'is' if len(names) == 1 else 'are'} {doing}…"
    return ""


def about(client: Client, chat: ChatState, now: Millis) -> str:
    """Presence of the other person, or a group's members."""
    state = client.state
    match chat.kind:
        case "self":
            return "only you see this"
        case "group":
            return _members(state, chat)
        case _:
            return _presence(state, chat.peer or "", now)


def obstacle(state: State, chat: ChatState) -> str:
    """Why one cannot write here; empty if one can."""
    if chat.kind == "group":
        if not chat.present:
            return "You are no longer a member of this group."
        if chat.group and chat.group.send == "admins" and chat.mine.role != "admin":
            return "Only admins can send messages here."
        return ""
    peer = state.users.get(chat.peer or "")
    if state.account and chat.peer in state.account.blocked:
        return f"You blocked {called(state, chat.peer)}. F3, then unblock, to write."
    return "This account no longer exists." if peer and peer.gone else ""


def _presence(state: State, user: str, now: Millis) -> str:
    known = state.users.get(user)
    if known and known.gone:
        return "account deleted"
    if known and known.kind == "bot":
        return "bot"
    presence = state.presence.get(user)
    if presence is None:
        return ""
    if presence.online:
        return "online"
    return words.last_seen(presence.last_seen, now) if presence.last_seen else ""


def _members(state: State, chat: ChatState) -> str:
    if not chat.present:
        return "you are no longer a member"
    number = chat.group.members if chat.group else 0
    if chat.members is None:
        return words.count(number, "member") if number else ""
    here = [it.user for it in chat.members.values() if not it.left]
    names = sorted(
        first_name(user_name(known))
        for it in here
        if it != state.user and (known := state.users.get(it))
    )
    return ", ".join([*names, "You"] if state.user in here else names)
