"""One example of everything that crosses the wire, with fixed ids and times: the golden frames
and the examples of the protocol page.
"""

from msgspec import Struct

from chinwag.protocol import alerts, errors, events, files, pushes, results, version
from chinwag.protocol import commands as do

ADA = "01990000-0000-7000-8000-000000000ada"
BOB = "01990000-0000-7000-8000-000000000b0b"
CAT = "01990000-0000-7000-8000-000000000ca7"
BOT = "01990000-0000-7000-8000-000000000b07"
DIRECT = "01990000-0000-7000-8000-00000000d1ec"
GROUP = "01990000-0000-7000-8000-00000000c0de"
DEVICE = "01990000-0000-7000-8000-0000000de51c"
CLIENT_ID = "01990000-0000-7000-8000-00000000c11d"
FILE = "01990000-0000-7000-8000-00000000f11e"
AVATAR = "01990000-0000-7000-8000-00000000face"
CODE = "Zm9yLWEtZ29vZC1jaGlud2Fn"
SINCE = "k1.4711"
# Those of RFC 8291, section 5.
ENDPOINT = "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV"
PUSH_KEY = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
PUSH_AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
AT = 1_760_000_000_000
LATER = AT + 7 * 24 * 3600 * 1000

HELLO_TEXT = 'Tea at "four"?\nשָׁלֹם 👋🏽 C:\\pots\t☕'
"""What is awkward in JSON: quotes, a backslash, line ends, right-to-left, astral characters."""

ADA_SEEN = results.User(ADA, "ada", "Ada", "Likes tea", avatar=AVATAR)
BOB_SEEN = results.User(BOB, "bob", "Bob")
BOT_SEEN = results.User(BOT, "kettle", "Kettle", kind="bot")
MESSAGE = events.Message(HELLO_TEXT)
# Of the README of ThumbHash.
PHOTO = files.File(
    FILE,
    "photo",
    "tea.jpg",
    "image/jpeg",
    48_213,
    1600,
    1200,
    placeholder="1QcSHQRnh493V4dIh4eXh1h4kJUI",
    previews=("small", "medium"),
)
VOICE = files.File(
    FILE, "voice", "voice.ogg", "audio/ogg", 21_004, duration=4_200, waveform="AP8Q" * 21 + "AA=="
)
DOCUMENT = files.File(FILE, "document", "Tea — all of it.pdf", "application/pdf", 2_147_483_648)
CAPTIONED = events.Message("The new pot", file=PHOTO)
ADDED = events.Event(GROUP, 3, AT, ADA, 1, events.Added((CAT,)))
SAID = events.Event(DIRECT, 2, AT, ADA, 1, MESSAGE, client_id=CLIENT_ID)

COMMANDS: dict[str, do.Command] = {
    "sync": do.Sync(since=SINCE, inline=20, features=version.FEATURES),
    "sync-first": do.Sync(),
    "heartbeat": do.Heartbeat(foreground=True),
    "watch": do.Watch(chat=DIRECT, users=(BOB, CAT)),
    "watch-nothing": do.Watch(),
    "typing": do.Typing(DIRECT),
    "typing-ended": do.Typing(DIRECT, active=False),
    "typing-recording": do.Typing(DIRECT, doing="recording"),
    "send": do.Send(DIRECT, CLIENT_ID, MESSAGE),
    "send-reply": do.Send(GROUP, CLIENT_ID, events.Message("@Bob yes", 2, (BOB,))),
    "send-file": do.Send(GROUP, CLIENT_ID, events.Message(""), FILE),
    "delete": do.Delete(DIRECT, CLIENT_ID, 2),
    "history": do.History(DIRECT, before=101),
    "history-after": do.History(DIRECT, after=0, limit=200),
    "history-around": do.History(DIRECT, around=51, limit=20),
    "gallery": do.Gallery(DIRECT, "media"),
    "gallery-older": do.Gallery(DIRECT, "links", before=101, limit=20),
    "info": do.Info(DIRECT, 2),
    "retry": do.Retry(DIRECT, 2),
    "received": do.Received((do.Mark(DIRECT, 2), do.Mark(GROUP, 3))),
    "read": do.Read((do.Mark(DIRECT, 2),)),
    "open_direct": do.OpenDirect(BOB),
    "chat": do.Chat(GROUP),
    "members": do.Members(GROUP),
    "arrange": do.Arrange(DIRECT, muted_until=LATER, pinned=True),
    "arrange-back": do.Arrange(DIRECT, muted_until=0, archived=False, unread=True),
    "create_group": do.CreateGroup(CLIENT_ID, "Tea round", (BOB,)),
    "create_group-full": do.CreateGroup(
        CLIENT_ID,
        "Tea round",
        (BOB, CAT),
        "Who puts the kettle on",
        events.Settings("admins", "everyone", "admins", approval=True, history="all"),
    ),
    "add_members": do.AddMembers(GROUP, CLIENT_ID, (CAT,)),
    "remove_member": do.RemoveMember(GROUP, CLIENT_ID, CAT),
    "leave": do.Leave(GROUP, CLIENT_ID),
    "set_role": do.SetRole(GROUP, CLIENT_ID, BOB, "admin"),
    "change_group": do.ChangeGroup(GROUP, CLIENT_ID, title="Coffee round"),
    "change_group-switches": do.ChangeGroup(
        GROUP, CLIENT_ID, description="", settings=events.Settings(send="admins")
    ),
    "change_group-picture": do.ChangeGroup(GROUP, CLIENT_ID, avatar=AVATAR),
    "invite_link": do.InviteLink(GROUP),
    "reset_invite_link": do.ResetInviteLink(GROUP, seconds=86_400, uses=10),
    "revoke_invite_link": do.RevokeInviteLink(GROUP),
    "invite_privately": do.InvitePrivately(GROUP, CLIENT_ID, CAT),
    "preview_invite": do.PreviewInvite(CODE),
    "join": do.Join(CODE, CLIENT_ID),
    "join_requests": do.JoinRequests(GROUP),
    "decide_request": do.DecideRequest(GROUP, CLIENT_ID, CAT, accept=False),
    "me": do.Me(),
    "set_profile": do.SetProfile(name="Ada L.", about=""),
    "set_profile-handle": do.SetProfile(handle="ada.l"),
    "set_profile-picture": do.SetProfile(avatar=AVATAR),
    "set_privacy": do.SetPrivacy(last_seen="contacts", receipts=False),
    "set_privacy-more": do.SetPrivacy(online="nobody", groups="contacts"),
    "storage_use": do.StorageUse(),
    "block": do.Block(CAT),
    "block-lifted": do.Block(CAT, blocked=False),
    "find": do.Find("bo"),
    "users": do.Users((BOB, CAT)),
    "devices": do.Devices(),
    "rename_device": do.RenameDevice(DEVICE, "Kitchen tablet"),
    "remove_device": do.RemoveDevice(DEVICE),
    "subscribe_push": do.SubscribePush(ENDPOINT, PUSH_KEY, PUSH_AUTH),
    "subscribe_push-previews": do.SubscribePush(
        ENDPOINT, PUSH_KEY, PUSH_AUTH, previews=True, closing=False
    ),
    "unsubscribe_push": do.UnsubscribePush(),
    "change_password": do.ChangePassword("correct horse", "battery staple"),
    "invite_person": do.InvitePerson(),
    "create_bot": do.CreateBot("kettle", "Kettle"),
    "bots": do.Bots(),
    "reset_bot_token": do.ResetBotToken(BOT),
    "delete_bot": do.DeleteBot(BOT),
}
"""By command, or command-variant."""

_MINE = results.Mine(
    GROUP,
    version=4,
    stays=((1, 0),),
    role="admin",
    read=3,
    read_count=1,
    mentioned=5,
    muted_until=LATER,
    pinned_at=AT,
)
_TICKS = results.Ticks(GROUP, delivered=3, read=2)
_GROUP_HEAD = results.Head(
    GROUP,
    "group",
    last=3,
    count=1,
    mine=_MINE,
    ticks=_TICKS,
    group=results.GroupInfo("Tea round", edit_info="admins", members=3),
    events=(ADDED,),
    users=(ADA_SEEN,),
)
_DIRECT_HEAD = results.Head(
    DIRECT,
    "direct",
    last=2,
    count=1,
    mine=results.Mine(DIRECT, version=1, stays=((1, 0),)),
    ticks=results.Ticks(DIRECT, withheld=(2,)),
    peer=BOB,
    events=(SAID,),
    failures=(results.Failure(DIRECT, BOB, 2, 2, "unreachable", 5, LATER),),
    users=(BOB_SEEN,),
)
_ACCOUNT = results.Account(
    ADA_SEEN, results.Privacy(last_seen="contacts", receipts=False), blocked=(CAT,), admin=True
)
_DEVICES = results.DeviceList(
    (
        results.Device(DEVICE, "Kitchen tablet", AT, LATER, online=True, this=True),
        results.Device(CLIENT_ID, "a device", AT, AT),
    )
)
_LINK = results.Link(GROUP, CODE, LATER, uses=10)
_TOKEN = results.BotToken(BOT_SEEN, "cw_not-a-real-token")

ANSWERS: dict[str, Struct] = {
    "sync": results.CaughtUp(SINCE, AT, chats=2),
    "sync-reset": results.CaughtUp(SINCE, AT, reset=True),
    "heartbeat": results.Beat(AT),
    "heartbeat-behind": results.Beat(AT, sync=True),
    "watch": results.Done(),
    "typing": results.Done(),
    "send": results.Accepted(DIRECT, 2, AT, count=1, read_count=1),
    "delete": results.Placed(DIRECT, 4, AT),
    "history": results.Page(DIRECT, (SAID,), older=True),
    "gallery": results.Gallery(DIRECT, (events.Event(DIRECT, 3, AT, ADA, 2, CAPTIONED),), before=3),
    "info": results.MessageInfo(
        GROUP,
        2,
        (
            results.Person(BOB, delivered_at=AT, read_at=LATER),
            results.Person(CAT, failed="unreachable", attempts=5, failed_at=LATER, left=True),
        ),
    ),
    "retry": results.Done(),
    "received": results.Done(),
    "read": results.Done(),
    "open_direct": _DIRECT_HEAD,
    "chat": _GROUP_HEAD,
    "members": results.MemberList(
        GROUP,
        (results.Member(ADA, "admin", AT), results.Member(CAT, since=AT, left=True)),
        (ADA_SEEN,),
    ),
    "arrange": results.Mine(DIRECT, 2, ((1, 5), (9, 0)), archived=True, unread=True),
    "create_group": results.Placed(GROUP, 1, AT, refused=(CAT,)),
    "add_members": results.Placed(GROUP, 3, AT, pending=(CAT,)),
    "remove_member": results.Placed(GROUP, 4, AT),
    "leave": results.Placed(GROUP, 5, AT),
    "set_role": results.Placed(GROUP, 6, AT),
    "change_group": results.Placed(GROUP, 7, AT),
    "invite_link": _LINK,
    "reset_invite_link": _LINK,
    "revoke_invite_link": results.Done(),
    "invite_privately": results.Placed(DIRECT, 3, AT),
    "preview_invite": results.InvitePreview(
        GROUP, "Tea round", "Who puts the kettle on", 3, approval=True
    ),
    "join": results.Placed(GROUP),
    "join_requests": results.RequestList(
        GROUP, (results.JoinRequest(CAT, AT, invited_by=BOB),), (BOB_SEEN,)
    ),
    "decide_request": results.Placed(GROUP, 8, AT),
    "me": _ACCOUNT,
    "set_profile": _ACCOUNT,
    "set_privacy": _ACCOUNT,
    "storage_use": results.Storage(
        2_147_531_873,
        10_737_418_240,
        2,
        results.KindSizes(photo=48_213, document=2_147_483_660),
    ),
    "block": _ACCOUNT,
    "find": results.UserList((BOB_SEEN,)),
    "users": results.UserList((BOB_SEEN, results.User(CAT, "cat", "Cat", gone=True))),
    "devices": _DEVICES,
    "rename_device": _DEVICES,
    "remove_device": _DEVICES,
    "subscribe_push": results.Done(),
    "unsubscribe_push": results.Done(),
    "change_password": results.Done(),
    "invite_person": results.Invitation(CODE, LATER),
    "create_bot": _TOKEN,
    "bots": results.UserList((BOT_SEEN,)),
    "reset_bot_token": _TOKEN,
    "delete_bot": results.UserList(),
}
"""By command, or command-variant."""

PUSHES: dict[str, pushes.Push] = {
    "hello": pushes.Hello(
        version.PROTOCOL, version.FEATURES, "chinwag 0.1.0", ADA, DEVICE, 25, AT, PUSH_KEY
    ),
    "event": pushes.Event(SAID),
    "event-own": pushes.Event(SAID, read_count=1),
    "heads": pushes.Heads((_DIRECT_HEAD, _GROUP_HEAD)),
    "mine": pushes.Mine(_MINE),
    "ticks": pushes.Ticks(_TICKS),
    "failed": pushes.Failed(results.Failure(DIRECT, BOB, 2, 4, "expired", 12, LATER)),
    "failed-ended": pushes.Failed(
        results.Failure(DIRECT, BOB, 2, 4, "unreachable", 6, LATER, ended=True)
    ),
    "typing": pushes.Typing(DIRECT, BOB),
    "typing-ended": pushes.Typing(DIRECT, BOB, active=False),
    "typing-recording": pushes.Typing(DIRECT, BOB, doing="recording"),
    "presence": pushes.Presence(BOB, online=True),
    "presence-away": pushes.Presence(BOB, last_seen=AT),
    "profile": pushes.Profile(BOB_SEEN),
    "account": pushes.Account(_ACCOUNT),
    "requests": pushes.Requests(GROUP, 1),
    "goodbye": pushes.Goodbye(4_200),
}
"""By push, or push-variant."""

ALERTS: dict[str, alerts.Alert] = {
    "message": alerts.Message(
        DIRECT, "direct", 2, AT, ADA, "Ada", text=HELLO_TEXT, unread=1, total=3
    ),
    "message-group": alerts.Message(
        GROUP, "group", 4, AT, BOB, "Bob", "Tea round", mentioned=True, unread=2, total=3
    ),
    "message-invite": alerts.Message(
        DIRECT, "direct", 3, AT, ADA, "Ada", invite=True, unread=2, total=4
    ),
    "read": alerts.Read(DIRECT, 2, total=1),
}
"""By alert, or alert-variant."""

KINDS: dict[str, events.Body] = {
    "message": MESSAGE,
    "message-reply": events.Message("@Bob yes", 2, (BOB,)),
    "message-photo": CAPTIONED,
    "message-voice": events.Message("", file=VOICE),
    "message-document": events.Message("", file=DOCUMENT),
    "invite": events.Invite(CODE, GROUP, "Tea round", LATER),
    "created": events.Created("group", (ADA, BOB), "Tea round"),
    "created-direct": events.Created("direct", (ADA, BOB)),
    "added": events.Added((CAT,)),
    "joined": events.Joined(),
    "joined-approved": events.Joined(approved_by=ADA),
    "left": events.Left(),
    "removed": events.Removed(CAT),
    "role": events.RoleChanged(BOB, "admin"),
    "changed": events.Changed("Coffee round", "", events.Settings(send="admins")),
    "changed-picture": events.Changed(avatar=AVATAR),
    "deleted": events.Deleted(2),
    "blank": events.Blank(),
    "void": events.Void(),
}
"""By kind of event, or kind-variant."""

ERRORS: dict[str, errors.Failure] = {
    code: errors.ChinwagError(kind).failure() for code, kind in errors.CATALOGUE.items()
} | {
    "invalid-field": errors.ChinwagError(errors.INVALID, field="$.do.body.text").failure(),
    "rate_limited-wait": errors.ChinwagError(errors.RATE_LIMITED, retry_after=1_500).failure(),
}
"""By code, or code-variant."""
