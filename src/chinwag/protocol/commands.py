"""Everything a client may ask over the socket, and what each is answered with.

A request is ``{"id": n, "do": {"type": …}}`` (see `frames`). Commands that append to a log carry
a ``client_id``: the same id again gives the same answer and no second entry; with other content
it is refused (``client_id_reused``). All other commands state a wanted end state and may be
repeated freely. The class's docstring is its entry in the protocol page; `ANSWERS` at the foot
says what ``ok`` holds.
"""

import re
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from chinwag.protocol import limits, results
from chinwag.protocol.events import Message, Settings
from chinwag.protocol.scalars import (
    About,
    Audience,
    AuthSecret,
    Avatar,
    ClientId,
    Code,
    Collection,
    Description,
    DeviceName,
    Doing,
    Endpoint,
    Handle,
    Id,
    Millis,
    Name,
    NewPassword,
    Password,
    PublicKey,
    Query,
    Role,
    Seq,
    SeqOrZero,
    Since,
    Title,
)


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


class _Command(
    Struct,
    tag_field="type",
    tag=_snake,
    forbid_unknown_fields=True,
    omit_defaults=True,
):
    """Base of the commands: tagged by the class name in snake case, strict about its fields."""


# --- the session -----------------------------------------------------------------------------


class Sync(_Command):
    """Catch up. ``since`` is the token of the last `CaughtUp`, or none for everything. `Heads`
    pushes follow, newest chat first, then the answer. ``inline`` newest chats come with their
    newest events.
    """

    since: Since | None = None
    inline: Annotated[int, Meta(ge=0, le=50)] = 10
    features: tuple[str, ...] = ()


class Heartbeat(_Command):
    """Every 25 s, and at once when ``foreground`` (the app is in front) changes."""

    foreground: bool


class Watch(_Command):
    """What this session looks at: replaces what it looked at before. ``chat`` is the open
    conversation (typing is pushed for it), ``users`` those whose presence shows on screen; the
    present state of each comes as a push at once.
    """

    chat: Id | None = None
    users: Annotated[tuple[Id, ...], Meta(max_length=limits.WATCHED_USERS)] = ()


class Typing(_Command):
    """Tell those who have the chat open. Repeat every 4 s while it lasts; it lapses after 6 s.
    ``doing``: only to a server with the feature ``recording``, of a voice message.
    """

    chat: Id
    active: bool = True
    doing: Doing = "typing"


# --- messages --------------------------------------------------------------------------------


class Send(_Command):
    """Put a message into a chat. Acknowledged once durably stored. ``file`` is an own upload, or
    any file that the caller can see: a forwarded one is not uploaded again. What the message shows
    of it (``body.file``) is filled in by the server.
    """

    chat: Id
    client_id: ClientId
    body: Message
    file: Id | None = None


class Delete(_Command):
    """Delete an own message for everyone, up to `DELETE_SECONDS` after it was sent. It is served to
    nobody from then on, nor is its file, unless another message holds that.
    """

    chat: Id
    client_id: ClientId
    seq: Seq


class History(_Command):
    """A page of a chat's log, oldest first. ``before``: events below that seq; ``after``: above
    it; ``around``: half a page on either side; none: the newest. Only what the caller may see.
    """

    chat: Id
    before: Seq | None = None
    after: SeqOrZero | None = None
    around: Seq | None = None
    limit: Annotated[int, Meta(ge=1, le=limits.HISTORY_PAGE)] = limits.HISTORY_PAGE_DEFAULT


class Gallery(_Command):
    """Photos and videos, documents, voice messages or links of a chat, newest first; ``before``:
    those below that seq.
    """

    chat: Id
    of: Collection
    before: Seq | None = None
    limit: Annotated[int, Meta(ge=1, le=limits.GALLERY_PAGE)] = limits.GALLERY_PAGE_DEFAULT


class Info(_Command):
    """Who received and read an own message, and when."""

    chat: Id
    seq: Seq


class Retry(_Command):
    """Try again to deliver an own message that failed, and what failed together with it, to all
    whom it did not reach but those who are gone. The failures end; those that fail again come
    back.
    """

    chat: Id
    seq: Seq


class Mark(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything of ``chat`` up to ``seq``."""

    chat: Id
    seq: Seq


class Received(_Command):
    """This device has stored everything up to these marks. Usually sent without an id."""

    marks: Annotated[tuple[Mark, ...], Meta(min_length=1, max_length=limits.MARKS_PER_CALL)]


class Read(_Command):
    """The person has seen everything up to these marks, on screen with the window in front."""

    marks: Annotated[tuple[Mark, ...], Meta(min_length=1, max_length=limits.MARKS_PER_CALL)]


# --- chats -----------------------------------------------------------------------------------


class OpenDirect(_Command):
    """The one-to-one chat with ``user``, made if there is none; with oneself: notes to self."""

    user: Id


class Chat(_Command):
    """One chat as it stands, with its newest events."""

    chat: Id


class Members(_Command):
    """Members and past members of a chat, with roles."""

    chat: Id


class Arrange(_Command):
    """How a chat stands in one's own list. Absent fields stay. ``muted_until`` 0 unmutes;
    ``unread`` sets or clears the dot of 'mark as unread'.
    """

    chat: Id
    muted_until: Millis | UnsetType = UNSET
    pinned: bool | UnsetType = UNSET
    archived: bool | UnsetType = UNSET
    unread: bool | UnsetType = UNSET


# --- groups ----------------------------------------------------------------------------------


class CreateGroup(_Command):
    """Make a group and be its admin. Members whose privacy forbids it are left out and named in
    the answer's ``refused``, to be invited privately.
    """

    client_id: ClientId
    title: Title
    members: Annotated[tuple[Id, ...], Meta(max_length=limits.MEMBERS_PER_CALL)] = ()
    description: Description = ""
    settings: Settings | None = None


class AddMembers(_Command):
    """Add people. Those whose privacy forbids it come back in ``refused``; where members need an
    admin's approval and the caller is none, they become requests and come back in ``pending``.
    """

    chat: Id
    client_id: ClientId
    users: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=limits.MEMBERS_PER_CALL)]


class RemoveMember(_Command):
    """An admin removes somebody, who keeps the history up to here and gets nothing newer."""

    chat: Id
    client_id: ClientId
    user: Id


class Leave(_Command):
    """Leave a group. When the last admin leaves, the longest-standing member becomes admin."""

    chat: Id
    client_id: ClientId


class SetRole(_Command):
    """An admin promotes or demotes a member. The last admin cannot be demoted."""

    chat: Id
    client_id: ClientId
    user: Id
    role: Role


class ChangeGroup(_Command):
    """Change title, description, picture (who may: the switch ``edit_info``), switches (admins)."""

    chat: Id
    client_id: ClientId
    title: Title | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    settings: Settings | UnsetType = UNSET
    avatar: Avatar | UnsetType = UNSET


class InviteLink(_Command):
    """The group's invite link, for those who may add members; made if there is none."""

    chat: Id


class ResetInviteLink(_Command):
    """A new link; the old one stops to work. ``seconds`` until it lapses, ``uses`` 0 = no limit."""

    chat: Id
    seconds: Annotated[int, Meta(ge=60, le=limits.INVITE_SECONDS)] = 7 * 24 * 3600
    uses: Annotated[int, Meta(ge=0, le=limits.INVITE_USES)] = 0


class RevokeInviteLink(_Command):
    """No link from now on, until one is asked for again."""

    chat: Id


class InvitePrivately(_Command):
    """Send ``user`` an invitation (3 days) into the group, as a message in the direct chat."""

    chat: Id
    client_id: ClientId
    user: Id


class PreviewInvite(_Command):
    """What an invite code leads to: title, description, number of members."""

    code: Code


class Join(_Command):
    """Enter a group by an invite code; where members need approval, ask for it."""

    code: Code
    client_id: ClientId


class JoinRequests(_Command):
    """Who waits for approval, for admins."""

    chat: Id


class DecideRequest(_Command):
    """An admin lets somebody in, or not."""

    chat: Id
    client_id: ClientId
    user: Id
    accept: bool


# --- people ----------------------------------------------------------------------------------


class Me(_Command):
    """One's own account: profile, privacy, blocked people."""


class SetProfile(_Command):
    """Change handle, name, about or picture. Absent fields stay."""

    handle: Handle | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    about: About | UnsetType = UNSET
    avatar: Avatar | UnsetType = UNSET


class SetPrivacy(_Command):
    """Who sees last seen and online, whether read receipts are given (and seen), who may add one
    to groups. Absent fields stay.
    """

    last_seen: Audience | UnsetType = UNSET
    online: Audience | UnsetType = UNSET
    receipts: bool | UnsetType = UNSET
    groups: Audience | UnsetType = UNSET


class StorageUse(_Command):
    """What one's own files take on the server."""


class Block(_Command):
    """Block or unblock somebody. They are told nothing."""

    user: Id
    blocked: bool = True


class Find(_Command):
    """People by handle (whole) or by the beginning of a name or handle among one's contacts.
    Limited against enumeration.
    """

    query: Query


class Users(_Command):
    """Profiles by id, of people one shares a chat with or has looked up."""

    ids: Annotated[tuple[Id, ...], Meta(min_length=1, max_length=limits.USERS_PER_CALL)]


# --- devices and bots ------------------------------------------------------------------------


class Devices(_Command):
    """Where one is signed in."""


class RenameDevice(_Command):
    """Give a device another name."""

    device: Id
    name: DeviceName


class RemoveDevice(_Command):
    """Sign a device out, wherever it is; its sockets close within a second."""

    device: Id


class SubscribePush(_Command):
    """Alert this device by Web Push while it has no session. The fields are those of the browser's
    ``PushSubscription``, made with the ``push_key`` of `Hello`. ``previews``: with the beginning of
    the text. ``closing`` false: without `ReadAlert`, for browsers that take it amiss when a push
    shows nothing. Replaces the device's earlier subscription; send it whenever the page starts.
    """

    endpoint: Endpoint
    p256dh: PublicKey
    auth: AuthSecret
    previews: bool = False
    closing: bool = True


class UnsubscribePush(_Command):
    """No alerts to this device from now on. Signing out does the same."""


class ChangePassword(_Command):
    """A new password. Signs out all other devices."""

    old: Password
    new: NewPassword


class InvitePerson(_Command):
    """A one-time invitation to this server, for its admins to pass on. It can be used where new
    accounts need one.
    """


class CreateBot(_Command):
    """An account for a program, owned by the caller. The token is shown once."""

    handle: Handle
    name: Name


class Bots(_Command):
    """One's own bots."""


class ResetBotToken(_Command):
    """A new token for a bot; the old one stops to work at once."""

    bot: Id


class DeleteBot(_Command):
    """Delete an own bot. What it wrote stays."""

    bot: Id


Command = (
    Sync
    | Heartbeat
    | Watch
    | Typing
    | Send
    | Delete
    | History
    | Gallery
    | Info
    | Retry
    | Received
    | Read
    | OpenDirect
    | Chat
    | Members
    | Arrange
    | CreateGroup
    | AddMembers
    | RemoveMember
    | Leave
    | SetRole
    | ChangeGroup
    | InviteLink
    | ResetInviteLink
    | RevokeInviteLink
    | InvitePrivately
    | PreviewInvite
    | Join
    | JoinRequests
    | DecideRequest
    | Me
    | SetProfile
    | SetPrivacy
    | StorageUse
    | Block
    | Find
    | Users
    | Devices
    | RenameDevice
    | RemoveDevice
    | SubscribePush
    | UnsubscribePush
    | ChangePassword
    | InvitePerson
    | CreateBot
    | Bots
    | ResetBotToken
    | DeleteBot
)

ANSWERS: dict[type[_Command], type[Struct]] = {
    Sync: results.CaughtUp,
    Heartbeat: results.Beat,
    Watch: results.Done,
    Typing: results.Done,
    Send: results.Accepted,
    Delete: results.Placed,
    History: results.Page,
    Gallery: results.Gallery,
    Info: results.MessageInfo,
    Retry: results.Done,
    Received: results.Done,
    Read: results.Done,
    OpenDirect: results.Head,
    Chat: results.Head,
    Members: results.MemberList,
    Arrange: results.Mine,
    CreateGroup: results.Placed,
    AddMembers: results.Placed,
    RemoveMember: results.Placed,
    Leave: results.Placed,
    SetRole: results.Placed,
    ChangeGroup: results.Placed,
    InviteLink: results.Link,
    ResetInviteLink: results.Link,
    RevokeInviteLink: results.Done,
    InvitePrivately: results.Placed,
    PreviewInvite: results.InvitePreview,
    Join: results.Placed,
    JoinRequests: results.RequestList,
    DecideRequest: results.Placed,
    Me: results.Account,
    SetProfile: results.Account,
    SetPrivacy: results.Account,
    StorageUse: results.Storage,
    Block: results.Account,
    Find: results.UserList,
    Users: results.UserList,
    Devices: results.DeviceList,
    RenameDevice: results.DeviceList,
    RemoveDevice: results.DeviceList,
    SubscribePush: results.Done,
    UnsubscribePush: results.Done,
    ChangePassword: results.Done,
    InvitePerson: results.Invitation,
    CreateBot: results.BotToken,
    Bots: results.UserList,
    ResetBotToken: results.BotToken,
    DeleteBot: results.UserList,
}
