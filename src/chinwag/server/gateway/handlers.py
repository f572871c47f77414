"""Which service does which command. Frequent commands that need no waiting are not here: the
connection does them itself (`connection.Connection`).
"""

from collections.abc import Mapping

from chinwag.protocol import commands
from chinwag.server.delivery.ladder import Ladder
from chinwag.server.gateway.connection import Handler
from chinwag.server.services.bots import Bots
from chinwag.server.services.chats import Chats
from chinwag.server.services.deleting import Deleting
from chinwag.server.services.devices import Devices
from chinwag.server.services.entrance import Entrance
from chinwag.server.services.gallery import Gallery
from chinwag.server.services.groups import Groups
from chinwag.server.services.invites import Invites
from chinwag.server.services.join_requests import JoinRequests
from chinwag.server.services.membership import Membership
from chinwag.server.services.messages import Messages
from chinwag.server.services.people import People
from chinwag.server.services.presence import Presence
from chinwag.server.services.receipts import Receipts
from chinwag.server.services.subscriptions import Subscriptions
from chinwag.server.services.sync import Sync


def handlers(
    *,
    sync: Sync,
    presence: Presence,
    messages: Messages,
    ladder: Ladder,
    deleting: Deleting,
    gallery: Gallery,
    chats: Chats,
    receipts: Receipts,
    people: People,
    devices: Devices,
    entrance: Entrance,
    bots: Bots,
    groups: Groups,
    membership: Membership,
    invites: Invites,
    join_requests: JoinRequests,
    subscriptions: Subscriptions,
) -> Mapping[type, Handler]:
    """The table of all commands that may wait."""
    return {
        commands.Sync: sync.sync,
        commands.Watch: presence.watch,
        commands.History: messages.history,
        commands.Delete: deleting.delete,
        commands.Gallery: gallery.gallery,
        commands.Info: messages.info,
        commands.Retry: ladder.retry,
        commands.OpenDirect: chats.open_direct,
        commands.Chat: chats.chat,
        commands.Members: chats.members,
        commands.Arrange: receipts.arrange,
        commands.Me: people.me,
        commands.SetProfile: people.set_profile,
        commands.SetPrivacy: people.set_privacy,
        commands.StorageUse: gallery.use,
        commands.Block: people.block,
        commands.Find: people.find,
        commands.Users: people.users,
        commands.Devices: devices.devices,
        commands.RenameDevice: devices.rename,
        commands.RemoveDevice: devices.remove,
        commands.SubscribePush: subscriptions.subscribe,
        commands.UnsubscribePush: subscriptions.unsubscribe,
        commands.ChangePassword: entrance.change_password,
        commands.InvitePerson: entrance.invite,
        commands.CreateBot: bots.create,
        commands.Bots: bots.bots,
        commands.ResetBotToken: bots.reset_token,
        commands.DeleteBot: bots.delete,
        commands.CreateGroup: groups.create_group,
        commands.ChangeGroup: groups.change_group,
        commands.AddMembers: membership.add_members,
        commands.RemoveMember: membership.remove_member,
        commands.Leave: membership.leave,
        commands.SetRole: membership.set_role,
        commands.InviteLink: invites.invite_link,
        commands.ResetInviteLink: invites.reset_invite_link,
        commands.RevokeInviteLink: invites.revoke_invite_link,
        commands.InvitePrivately: invites.invite_privately,
        commands.PreviewInvite: invites.preview_invite,
        commands.Join: invites.join,
        commands.JoinRequests: join_requests.join_requests,
        commands.DecideRequest: join_requests.decide_request,
    }
