"""The state of one account, made of what the server tells. A pure reducer: `State.apply` takes a
push or an answer and says what changed and what is needed; it does no input or output, and any
order and repetition of the same pushes ends in the same state (the exceptions are what the wire
sends without a version: presence, typing, profiles and the account, where the later one wins).
"""

from collections.abc import Container, Iterable, Iterator

import msgspec

from chinwag.protocol import pushes
from chinwag.protocol.events import Event, Message
from chinwag.protocol.results import (
    Accepted,
    Account,
    Failure,
    Head,
    MemberList,
    Mine,
    Page,
    Ticks,
    User,
    UserList,
)
from chinwag.protocol.scalars import Doing
from chinwag.sdk import membership
from chinwag.sdk.changes import (
    AccountChanged,
    Change,
    ChatChanged,
    ChatGone,
    Found,
    Grew,
    NeedChat,
    NeedRange,
    NeedUsers,
    PresenceChanged,
    TypingChanged,
    UserChanged,
)
from chinwag.sdk.chats import ChatState

TYPING_SECONDS = 6.0
# Events held for chats whose head has not come yet, per chat.
ORPHANS = 256


class State:
    """Everything known of one account.

    Attributes:
        user, device: own ids, empty before the first `Hello`.
        features: what the server can, as the last `Hello` said.
        push_key: what to subscribe to alerts with, as the last `Hello` said; empty: none are sent.
        chats: by chat id.
        users: profiles by user id.
        account: oneself, once known.
        presence: last `Presence` of each watched person.
        since: token for the next `Sync`; None = this device has never caught up.
        outgoing: client ids of messages that this device sent and has no answer for.
    """

    def __init__(self) -> None:
        self.user = ""
        self.device = ""
        self.push_key = ""
        self.features: tuple[str, ...] = ()
        self.chats: dict[str, ChatState] = {}
        self.users: dict[str, User] = {}
        self.account: Account | None = None
        self.presence: dict[str, pushes.Presence] = {}
        self.since: str | None = None
        self.outgoing: Container[str] = ()
        self._typing: dict[str, dict[str, tuple[float, Doing]]] = {}
        self._orphans: dict[str, list[tuple[Event, int, bool]]] = {}

    # --- what people ask ---------------------------------------------------------------------

    def chat_list(self) -> list[ChatState]:
        """Chats as a list shows them: pinned on top, then newest activity first."""
        return sorted(
            self.chats.values(), key=lambda it: (it.mine.pinned_at, it.at, it.id), reverse=True
        )

    def direct(self, user: str) -> ChatState | None:
        """The one-to-one chat with ``user`` (or with oneself), if there is one."""
        kind = "self" if user == self.user else "direct"
        for chat in self.chats.values():
            if chat.kind == kind and (kind == "self" or chat.peer == user):
                return chat
        return None

    def typing(self, chat: str, now: float, doing: Doing = "typing") -> tuple[str, ...]:
        """Who types in ``chat``, or records for it, at ``now`` (seconds of the clock given to
        `apply`).
        """
        users = self._typing.get(chat, {})
        return tuple(user for user, (until, does) in users.items() if until > now and does == doing)

    # --- what the server says ----------------------------------------------------------------

    def apply(self, push: pushes.Push, now: float = 0.0) -> list[Change]:
        """Let one push take effect. ``now``: seconds of a monotonic clock, for typing only."""
        match push:
            case pushes.Event(event=event, read_count=read_count):
                return self._event(event, read_count or 0)
            case pushes.Heads(heads=heads):
                return [change for head in heads for change in self.merge_head(head)]
            case pushes.Mine(mine=mine):
                return self.merge_mine(mine)
            case pushes.Ticks(ticks=ticks):
                return self._ticks(ticks)
            case pushes.Failed(failure=failure):
                return self._failed(failure)
            case pushes.Typing():
                return self._typed(push, now)
            case pushes.Presence():
                return self._present(push)
            case pushes.Profile(user=user):
                return self.merge_users((user,))
            case pushes.Account(account=account):
                return self.merge_account(account)
            case pushes.Requests(chat=chat, waiting=waiting):
                return self._requests(chat, waiting)
            case pushes.Hello(user=me, device=device, push_key=key, features=features):
                self.user, self.device, self.push_key = me, device, key
                self.features = features
        return []

    def merge_head(self, head: Head) -> list[Change]:
        """A chat as it stands: from a sync, a push, or an answer."""
        changes = self.merge_users(head.users)
        if chat := self.chats.get(head.chat):
            changes += chat.merge_head(head)
        else:
            changes += self._appear(head)
        changes += self._found(self.chats[head.chat], head.events)
        for event, read_count, here in self._orphans.pop(head.chat, ()):
            if here:  # also if the head brought it along: only this device knows that it is its own
                self.chats[head.chat].here.add(event.seq)
            changes += self._event(event, read_count, here=here)
        changes += self._strangers(*head.events)
        return changes

    def merge_page(self, page: Page, first: int, last: int) -> list[Change]:
        """The answer to a `History` that asked for all of [first, last]."""
        chat = self.chats.get(page.chat)
        if chat is None:
            return [NeedChat(page.chat)]
        found = self._found(chat, page.events)
        return found + chat.merge_page(page, first, last) + self._strangers(*page.events)

    def merge_mine(self, mine: Mine) -> list[Change]:
        """Own marks and settings of a chat."""
        chat = self.chats.get(mine.chat)
        return chat.merge_mine(mine) if chat else [NeedChat(mine.chat)]

    def merge_users(self, users: tuple[User, ...] | UserList) -> list[Change]:
        """Profiles."""
        changes: list[Change] = []
        for user in users.users if isinstance(users, UserList) else users:
            if self.users.get(user.id) != user:
                self.users[user.id] = user
                changes.append(UserChanged(user.id))
        return changes

    def merge_account(self, account: Account) -> list[Change]:
        """Oneself."""
        changes = self.merge_users((account.user,))
        if account != self.account:
            self.account = account
            changes.append(AccountChanged())
            if not account.privacy.receipts:
                changes += self._blind()
        return changes

    def merge_members(self, answer: MemberList, tip: int) -> list[Change]:
        """The answer to a `Members` that was asked when the chat's tip was ``tip``: what was
        told since then is applied on top, for the answer may be older or newer than that.
        """
        changes = self.merge_users(answer.users)
        chat = self.chats.get(answer.chat)
        if chat is None:
            return changes
        members = {it.user: it for it in answer.members}
        since = list(chat.log.between(tip + 1, chat.tip))
        if len(since) < chat.tip - tip:
            return changes  # heads jumped over changes meanwhile: ask again
        chat.members = membership.replayed(members, since, chat.kind)
        return [*changes, ChatChanged(chat.id, "members")]

    def accept(
        self, accepted: Accepted, body: Message, client_id: str | None = None
    ) -> list[Change]:
        """An own message is in the log: the answer stands for the push, which does not come."""
        event = Event(
            chat=accepted.chat,
            seq=accepted.seq,
            at=accepted.at,
            sender=self.user,
            count=accepted.count,
            body=body,
            client_id=client_id,
        )
        return self._event(event, accepted.read_count, here=True)

    def read(self, chat_id: str, seq: int) -> list[Change]:
        """The person has read up to ``seq``: what is sure of the new marks, at once."""
        chat = self.chats[chat_id]
        seq = min(seq, chat.last)
        mine = Mine(
            chat=chat_id,
            version=0,
            stays=(),
            read=seq,
            read_count=chat.read_through(seq),
        )
        return chat.merge_mine(mine)

    def expire(self, now: float) -> list[Change]:
        """Let typing lapse that was not repeated."""
        changes: list[Change] = []
        for chat, users in list(self._typing.items()):
            live = {user: it for user, it in users.items() if it[0] > now}
            if len(live) == len(users):
                continue
            self._typing[chat] = live
            changes.append(TypingChanged(chat))
            if not live:
                del self._typing[chat]
        return changes

    def reset(self) -> list[Change]:
        """Forget all chats: the server began another life, and all heads come again."""
        gone: list[Change] = [ChatGone(chat) for chat in self.chats]
        self.chats.clear()
        self._orphans.clear()
        self._typing.clear()
        self.since = None
        return gone

    def forget_orphans(self, chat: str) -> None:
        """The chat was asked for; what its head did not make visible is not for us."""
        self._orphans.pop(chat, None)

    def needs(self) -> Iterator[NeedRange]:
        """All holes there are below the newest events: after a restart nobody told of them."""
        for chat in self.chats.values():
            if hole := chat.missing():
                yield NeedRange(chat.id, *hole)

    # --- inside ------------------------------------------------------------------------------

    def _appear(self, head: Head) -> list[Change]:
        stored = self._first_stored(head)
        chat = ChatState(head, self.user, stored=stored)
        self.chats[chat.id] = chat
        changes: list[Change] = [ChatChanged(chat.id, "log")]
        if chat.stored > stored:
            changes.append(Grew(chat.id, stored + 1, chat.stored))
        if hole := chat.missing():
            changes.append(NeedRange(chat.id, *hole))
        return changes

    def _first_stored(self, head: Head) -> int:
        """Where a chat new to this device begins for it. On the very first sync: after what
        the person has read, on any device. Later all of it is news, from the first stay on; a
        stay that reaches back to the beginning counts from the event that let the person in.
        """
        stays = head.mine.stays
        if self.since is None:
            begin = stays[-1][0] - 1 if stays else head.last
            return max(begin, min(head.mine.read, head.last))
        if not stays or stays[0][0] > 1:
            return stays[0][0] - 1 if stays else head.last
        later = {begin for begin, _ in stays[1:]}
        for event in head.events:
            if event.seq not in later and membership.enters(event, self.user):
                return event.seq - 1
        everything = head.group is not None and head.group.history == "all"
        return head.mine.read if everything else 0

    def _event(self, event: Event, read_count: int, *, here: bool = False) -> list[Change]:
        chat = self.chats.get(event.chat)
        if chat is None or (event.seq > chat.tip and not chat.visible(event.seq)):
            held = self._orphans.setdefault(event.chat, [])
            if len(held) < ORPHANS:
                held.append((event, read_count, here))
            return [NeedChat(event.chat)]
        found = self._found(chat, (event,))
        changes = found + chat.merge_event(event, read_count, here=here)
        if self._typing.get(event.chat, {}).pop(event.sender, None) is not None:
            changes.append(TypingChanged(event.chat))
        return changes + self._strangers(event)

    def _found(self, chat: ChatState, events: Iterable[Event]) -> list[Change]:
        """Messages among ``events`` that this device sent and still waits for."""
        found: list[Change] = []
        for event in events:
            name = event.client_id
            if name is not None and event.sender == self.user and name in self.outgoing:
                chat.here.add(event.seq)
                found.append(Found(name, chat.id, event.seq, event.at, event.count))
        return found

    def _ticks(self, ticks: Ticks) -> list[Change]:
        chat = self.chats.get(ticks.chat)
        return chat.merge_ticks(ticks) if chat else [NeedChat(ticks.chat)]

    def _failed(self, failure: Failure) -> list[Change]:
        chat = self.chats.get(failure.chat)
        if chat is None:
            return [NeedChat(failure.chat)]
        return [ChatChanged(chat.id, aspect) for aspect in chat.fail(failure)]

    def _typed(self, push: pushes.Typing, now: float) -> list[Change]:
        users = self._typing.setdefault(push.chat, {})
        _, before = users.pop(push.user, (0.0, None))
        if push.active:
            users[push.user] = (now + TYPING_SECONDS, push.doing)
        after = push.doing if push.active else None
        return [TypingChanged(push.chat)] if before != after else []

    def _blind(self) -> list[Change]:
        """Who gives no read receipts sees none; groups are exempt."""
        changes: list[Change] = []
        for chat in self.chats.values():
            if chat.kind == "direct" and chat.ticks.read:
                chat.ticks = msgspec.structs.replace(chat.ticks, read=0)
                changes.append(ChatChanged(chat.id, "ticks"))
        return changes

    def _present(self, push: pushes.Presence) -> list[Change]:
        if self.presence.get(push.user) == push:
            return []
        self.presence[push.user] = push
        return [PresenceChanged(push.user)]

    def _requests(self, chat_id: str, waiting: int) -> list[Change]:
        chat = self.chats.get(chat_id)
        if chat is None or chat.waiting == waiting:
            return []
        chat.waiting = waiting
        return [ChatChanged(chat_id, "requests")]

    def _strangers(self, *events: Event) -> list[Change]:
        """People whom events name and whose profiles are not known."""
        unknown = {
            user
            for event in events
            for user in membership.people(event)
            if user not in self.users and user != self.user
        }
        return [NeedUsers(tuple(sorted(unknown)))] if unknown else []
