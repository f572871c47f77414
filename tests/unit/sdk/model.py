"""A tiny server of one group, seen by one member: makes pushes and the head they must add up to."""

import msgspec

from chinwag.protocol import pushes, results
from chinwag.protocol.events import (
    Added,
    Body,
    Changed,
    Created,
    Event,
    Joined,
    Left,
    Message,
    Removed,
    RoleChanged,
    Settings,
)

ME = "me"
CHAT = "chat"


class Model:
    """The truth, and what it told."""

    def __init__(self) -> None:
        self.log: list[Event] = []
        self.count = 0
        self.members = {ME: "admin", "ann": "member"}
        self.info = results.GroupInfo(title="start", members=2)
        self.stays = [[1, 0]]
        self.version = 1
        self.read = self.read_count = self.own = 0
        self.muted_until = 0
        self.delivered = self.shown = 0
        self.told: list[pushes.Push] = []
        self.append(ME, Created(chat_kind="group", members=(ME, "ann"), title="start"))

    @property
    def present(self) -> bool:
        return self.stays[-1][1] == 0

    def append(self, sender: str, body: Body) -> None:
        self.count += isinstance(body, Message)
        event = Event(
            chat=CHAT, seq=len(self.log) + 1, at=len(self.log), sender=sender,
            count=self.count, body=body,
        )  # fmt: skip
        self.log.append(event)
        if sender == ME and isinstance(body, Message):
            self.read_count += 1
            self.told.append(pushes.Event(event=event, read_count=self.read_count))
        elif self.present:
            self.told.append(pushes.Event(event=event))

    # --- what may happen ---------------------------------------------------------------------

    def others_write(self) -> None:
        self.append("ann", Message(text="hello"))

    def i_write(self) -> None:
        if self.present:
            self.append(ME, Message(text="hi"))

    def somebody_comes_or_goes(self) -> None:
        if "bob" in self.members:
            del self.members["bob"]
            self.info = msgspec.structs.replace(self.info, members=len(self.members))
            self.append("bob", Left())
        else:
            self.members["bob"] = "member"
            self.info = msgspec.structs.replace(self.info, members=len(self.members))
            self.append("bob", Joined())

    def role(self) -> None:
        if self.present:
            self.members[ME] = "member" if self.members[ME] == "admin" else "admin"
            self.append("ann", RoleChanged(user=ME, role=self.members[ME]))

    def title(self) -> None:
        title = f"title {len(self.log)}"
        self.info = msgspec.structs.replace(self.info, title=title, send="admins")
        self.append("ann", Changed(title=title, settings=Settings(send="admins")))

    def i_go_or_come(self) -> None:
        if self.present:
            del self.members[ME]
            self.info = msgspec.structs.replace(self.info, members=len(self.members))
            self.append("ann", Removed(user=ME))
            self.stays[-1][1] = len(self.log) + 1
        else:
            self.members[ME] = "member"
            self.info = msgspec.structs.replace(self.info, members=len(self.members))
            self.stays.append([len(self.log) + 1, 0])
            self.read_count = max(self.read_count, self.count)
            self.append("ann", Added(users=(ME,)))
            self.version += 1
            self.sync()  # what the client does when it hears of it

    def read_all(self) -> None:
        if self.present:
            self.read, self.read_count = len(self.log), self.count
            self.version += 1
            self.told.append(pushes.Mine(mine=self.mine()))

    def mute(self) -> None:
        self.version += 1
        self.muted_until = self.version
        self.told.append(pushes.Mine(mine=self.mine()))

    def others_receive(self) -> None:
        if self.present:
            self.delivered = len(self.log)
            self.told.append(pushes.Ticks(ticks=self.ticks()))

    def others_read(self) -> None:
        if self.present:
            self.delivered = self.shown = len(self.log)
            self.told.append(pushes.Ticks(ticks=self.ticks()))

    def sync(self) -> None:
        self.told.append(pushes.Heads(heads=(self.head(inline=2),)))

    # --- how it stands -----------------------------------------------------------------------

    def mine(self) -> results.Mine:
        return results.Mine(
            chat=CHAT, version=self.version,
            stays=tuple((first, end) for first, end in self.stays),
            role=self.members.get(ME, "member"),  # type: ignore[arg-type]
            read=self.read, read_count=self.read_count, muted_until=self.muted_until,
        )  # fmt: skip

    def ticks(self) -> results.Ticks:
        return results.Ticks(chat=CHAT, delivered=self.delivered, read=self.shown)

    def visible(self) -> list[Event]:
        return [
            event
            for event in self.log
            if any(first <= event.seq and (not end or event.seq < end) for first, end in self.stays)
        ]

    def head(self, inline: int) -> results.Head:
        seen = self.visible()
        return results.Head(
            chat=CHAT, kind="group", last=seen[-1].seq, count=seen[-1].count,
            mine=self.mine(), ticks=self.ticks(), group=self.info,
            events=tuple(event for event in seen[-inline:] if event.seq >= self.stays[-1][0]),
        )  # fmt: skip

    ACTIONS = (
        others_write, i_write, somebody_comes_or_goes, role, title,
        i_go_or_come, read_all, mute, others_receive, others_read, sync,
    )  # fmt: skip
