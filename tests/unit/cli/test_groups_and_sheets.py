"""Groups, and the sheets over the conversation."""

from textual.widgets import Input

from chinwag.sdk import Tick
from unit.cli.people import Server, two, until, window


async def test_a_group_from_making_to_leaving(shared_server: Server) -> None:
    async with two(shared_server.url) as (ann, bob, chat):
        await ann.client.send(chat, "hi")
        await until(lambda: chat in bob.client.state.chats)
        await ann.press("ctrl+g")
        await ann.sees("New group: who?")
        await ann.type("bob")
        await ann.sees("Bob  @")
        await ann.press("enter")
        await ann.sees("✓ Bob")
        await ann.press("ctrl+s")
        await ann.sees("Name of the group")
        await ann.type("Tea [club]")
        await ann.press("enter")
        await until(lambda: ann.home.talk.chat and ann.chat.kind == "group")
        group = ann.chat.id
        await ann.sees("Tea [club]")
        await until(lambda: ann.row_texts()[-1:] == ["You created the group “Tea [club]”"])

        await bob.open(group)
        await until(lambda: "Ann created the group “Tea [club]”" in bob.row_texts())
        await bob.type("@an")
        await bob.sees("Tab  @ann")
        await bob.press("tab")
        await bob.type("look")
        await bob.press("enter")
        ann_handle = ann.client.state.account.user.handle
        await until(lambda: ann.texts() == [f"@{ann_handle} look"])
        assert ann.bubbles()[-1].mentioned == {ann_handle}
        assert ann.bubbles()[-1].name == "Bob"

        await ann.press("f3")
        await ann.pick("Bob")
        await ann.pick("Make admin")
        await until(lambda: "Ann made you an admin" in bob.row_texts())
        await ann.pick("Send messages")
        await until(lambda: "Ann changed who can send messages: only admins" in bob.row_texts())
        await ann.pick("Bob")
        await ann.pick("Dismiss as admin")
        await until(lambda: not bob.home.talk.composer.display)
        await bob.sees("Only admins can send messages here.")
        await ann.pick("Bob")
        await ann.pick("Remove")
        await ann.sees("Remove Bob?")
        await ann.press("tab", "enter")
        await until(lambda: not bob.chat.present)
        await bob.sees("You are no longer a member")
        await ann.sees("Past members")
        await ann.press("escape")
        await ann.sees("You removed Bob")


async def test_in_by_a_link_with_approval(shared_server: Server) -> None:
    async with two(shared_server.url) as (ann, bob, _):
        group = (await ann.client.groups.create("Choir")).chat
        await ann.open(group)
        await ann.press("f3")
        await ann.pick("Come in by link")
        await until(lambda: ann.chat.group.approval)
        await ann.pick("Invite link")
        await ann.sees("/join/")
        await ann.sees("█▀▀▀▀▀█")
        link = ann.static("#link")
        await ann.press("escape")

        await bob.press("ctrl+p")
        await bob.type("join a")
        await bob.sees("Join a group")
        await bob.press("enter")
        await bob.sees("Invite link or code")
        bob.app.screen.query_one(Input).value = link
        await bob.press("enter")
        await bob.sees("Join “Choir”?")
        await bob.press("enter")
        await bob.sees("Asked to join.")
        await ann.pick("Bob")
        await ann.pick("Let in")
        await until(lambda: group in bob.client.state.chats)
        await until(lambda: "You let Bob in" in ann.row_texts())


async def test_message_info(shared_server: Server) -> None:
    async with two(shared_server.url) as (ann, bob, chat):
        await ann.open(chat)
        await ann.press(*"seen?", "enter")
        await until(lambda: ann.bubbles() and ann.bubbles()[-1].tick is Tick.DELIVERED)
        await ann.press("up", "i")
        await ann.sees("Message info")
        await ann.sees("delivered today at")
        await bob.look(True)
        await bob.open(chat)
        await ann.sees("read today at")


async def test_chat_menu(shared_server: Server) -> None:
    async with two(shared_server.url) as (ann, bob, chat):
        await ann.client.send(chat, "hi")
        await bob.open(chat)
        for line, done in (
            ("Pin", lambda: bob.chat.mine.pinned_at),
            ("Unpin", lambda: not bob.chat.mine.pinned_at),
            ("Mark as unread", lambda: bob.chat.mine.unread),
            ("Archive", lambda: bob.chat.mine.archived),
        ):
            await bob.press("f2")
            await bob.pick(line)
            await until(done, line)
        await bob.sees("Archived (1)")
        await bob.press("f2")
        await bob.pick("Mute")
        await bob.pick("8 hours")
        await until(lambda: bob.chat.mine.muted_until)


async def test_blocking(shared_server: Server) -> None:
    async with two(shared_server.url) as (ann, bob, chat):
        await bob.client.send(chat, "hi")
        await ann.open(chat)
        await ann.press("f3")
        await ann.pick("Block")
        await ann.sees("Block Bob?")
        await ann.press("tab", "enter")
        await until(lambda: ann.client.state.account.blocked)
        await ann.press("escape")
        await ann.sees("You blocked Bob")
        assert not ann.home.talk.composer.display
        await ann.press("f3")
        await ann.pick("Unblock")
        await until(lambda: not ann.client.state.account.blocked)
        await ann.press("escape")
        await until(lambda: ann.home.talk.composer.display)


async def test_settings(shared_server: Server) -> None:
    async with window(shared_server.url, "Ann") as ann:
        await ann.press("f4")
        await ann.pick("About")
        await ann.type("gone [red]fishing[/]")
        await ann.press("enter")
        await ann.sees("gone [red]fishing[/]")
        await ann.pick("Last seen")
        await ann.pick("Nobody")
        await until(lambda: ann.client.state.account.privacy.last_seen == "nobody")
        await ann.pick("Read receipts")
        await until(lambda: not ann.client.state.account.privacy.receipts)
        await ann.sees("this one")
        theme = ann.app.theme
        await ann.pick("Colours")
        await until(lambda: ann.app.theme != theme)
