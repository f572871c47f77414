"""Two people and their terminals: from signing up to reading."""

import pytest
from textual.widgets import Input

from chinwag.cli.account import Form
from chinwag.cli.chat.home import Home
from chinwag.cli.chat.signing import Signing
from chinwag.cli.profiles import Profile
from chinwag.sdk import Tick
from unit.cli.people import PASSWORD, Server, handle, running, two, until, window


async def test_sign_up_and_first_words(shared_server: Server) -> None:
    place = Profile("ann")
    async with (
        window(shared_server.url, "Bob") as bob,
        running(place, Form(shared_server.url)) as ann,
    ):
        await until(lambda: bob.client.state.account is not None)
        bobs_handle = bob.client.state.account.user.handle
        assert isinstance(ann.app.screen, Signing)
        await ann.press("f2")
        fields = {"handle": handle("ann"), "name": "Ann [b]", "password": PASSWORD}
        for name, value in fields.items():
            ann.app.screen.query_one(f"#{name}", Input).value = value
        ann.app.screen.query_one("#password", Input).focus()
        await ann.press("enter")
        await until(lambda: isinstance(ann.app.screen, Home))
        await ann.online()
        await ann.sees("No chats yet.")
        await ann.sees("Ann [b]")
        for file in [place.folder, *place.folder.iterdir()]:
            assert file.stat().st_mode & 0o077 == 0, file

        await ann.press("ctrl+n")
        await ann.sees("New chat")
        await ann.type(bobs_handle)
        await ann.sees(f"@{bobs_handle}")
        await ann.press("enter")
        await until(lambda: ann.home.talk.chat is not None)
        await ann.type("hello, Bob")
        await ann.press("alt+enter")
        await ann.type("*how* are you?")
        await ann.press("enter")
        await until(lambda: ann.texts() == ["hello, Bob\n*how* are you?"])
        assert ann.home.talk.composer.text == ""
        await until(lambda: ann.bubbles()[-1].tick is Tick.DELIVERED)
        await bob.sees("Ann [b]")
        await bob.sees("hello, Bob")


async def test_wrong_password_says_so(shared_server: Server) -> None:
    async with running(Profile("ann"), Form(shared_server.url, handle="nobody.there")) as ann:
        ann.app.screen.query_one("#password", Input).value = "not the one"
        await ann.press("enter")
        await ann.sees("Handle or password is wrong.")
        assert not ann.app.screen.query_one("#go").disabled


async def test_unreachable_server_says_so() -> None:
    async with running(Profile("ann"), Form("http://127.0.0.1:1", handle="ann")) as ann:
        ann.app.screen.query_one("#password", Input).value = "whatever it was"
        await ann.press("enter")
        await ann.sees("cannot be reached")


async def test_read_only_what_is_looked_at(shared_server: Server) -> None:
    async with two(shared_server.url) as (ann, bob, chat):
        await ann.open(chat)
        await bob.open(chat)
        await ann.look(True)
        await bob.look(False)

        await ann.type("are you there?")
        await ann.press("enter")
        await until(lambda: bob.texts() == ["are you there?"])
        await until(lambda: ann.bubbles()[-1].tick is Tick.DELIVERED)
        assert bob.chat.unread == 1
        await until(lambda: "1 unread message" in bob.row_texts())
        assert not bob.client.foreground

        await bob.look(True)
        await until(lambda: bob.chat.unread == 0)
        await until(lambda: ann.bubbles()[-1].tick is Tick.READ)
        assert "1 unread message" in bob.row_texts(), "the divider stays while the chat stays open"


async def test_not_read_under_a_dialog(shared_server: Server) -> None:
    async with two(shared_server.url) as (ann, bob, chat):
        await bob.open(chat)
        await bob.look(True)
        await bob.press("f1")
        await ann.open(chat)
        await ann.type("still there?")
        await ann.press("enter")
        await until(lambda: bob.chat.unread == 1)
        await until(lambda: ann.bubbles()[-1].tick is Tick.DELIVERED)
        assert bob.chat.mine.read < bob.chat.last
        await bob.press("escape")
        await until(lambda: bob.chat.unread == 0)


async def test_presence_and_typing(shared_server: Server) -> None:
    async with two(shared_server.url) as (ann, bob, chat):
        await ann.client.send(chat, "hi")
        await bob.open(chat)
        await ann.open(chat)
        await ann.look(True)
        await bob.look(True)
        await ann.sees("online")
        await bob.type("hmm")
        await ann.sees("typing…")
        await bob.press("enter")
        await until(lambda: "typing…" not in ann.screen())
        await bob.look(False)
        await ann.sees("last seen today at")


async def test_answer_goes_to_what_it_answers(shared_server: Server) -> None:
    async with two(shared_server.url) as (ann, bob, chat):
        for number in range(90):
            sending = await ann.client.send(chat, f"line {number}")
        await sending.accepted()
        await bob.open(chat)
        await until(lambda: bob.texts()[-1:] == ["line 89"])
        await until(lambda: bob.chat.stored == bob.chat.last)
        first = next(
            it for it in bob.chat.log.between(1, 99) if getattr(it.body, "text", "") == "line 0"
        )
        await bob.client.send(chat, "to the first", reply_to=first.seq)
        await until(lambda: bob.texts()[-1] == "to the first")
        assert bob.bubbles()[-1].quote.text == "line 0"

        await bob.mark(bob.bubbles()[-1].key)
        await bob.press("g")
        await until(lambda: bob.home.talk.conversation.marked == f"e{first.seq}")
        await bob.sees("line 0 ")

        await bob.mark(f"e{first.seq}")
        await bob.press("r")
        await bob.type("an answer")
        await bob.sees("Esc: no answer")
        await bob.press("enter")
        await until(lambda: bob.texts()[-1] == "an answer")
        assert bob.bubbles()[-1].quote.text == "line 0"


async def test_older_messages_come_without_a_jump(shared_server: Server) -> None:
    async with window(shared_server.url, "Ann") as ann:
        notes = (await ann.client.open_direct(ann.client.user)).chat
        for number in range(200):
            sending = await ann.client.send(notes, f"note {number}")
        await sending.accepted()
    async with running(Profile("ann")) as ann:
        await ann.online()
        await ann.open(notes)
        conversation = ann.home.talk.conversation
        await until(lambda: ann.texts()[-1:] == ["note 199"])
        assert conversation.at_bottom
        while "note 0" not in ann.texts():
            number = len(ann.texts())
            conversation.page(-1)
            place = conversation.place()
            await ann.pilot.pause()
            if len(ann.texts()) > number:
                assert conversation.place() == place, "what was on screen is where it was"
        assert ann.texts() == [f"note {number}" for number in range(200)]
        await ann.press("escape")
        await until(lambda: conversation.at_bottom)


@pytest.mark.parametrize("size", [(60, 20), (40, 12), (100, 30), (200, 50)])
async def test_any_size(shared_server: Server, size: tuple[int, int]) -> None:
    async with two(shared_server.url, size=size) as (ann, _, chat):
        await ann.open(chat)
        await ann.type("a rather long message that will not fit on one line of a narrow terminal")
        await ann.press("enter")
        await until(lambda: ann.bubbles() and ann.bubbles()[-1].tick is Tick.DELIVERED)
        await ann.sees("narrow")
        await ann.sees("Bob")
        if size[0] < 76:
            await ann.press("escape")
            await until(lambda: ann.home.list.region.width == size[0])
            await ann.press("enter")
            await until(lambda: ann.home.talk.region.width == size[0])
        await ann.press("f1")
        await ann.sees("Keys")


async def test_far_behind_opens_at_the_first_unread(shared_server: Server) -> None:
    async with two(shared_server.url) as (ann, bob, chat):
        await bob.look(True)
        for number in range(600):
            sending = await ann.client.send(chat, f"line {number}")
        await sending.accepted()
        await until(lambda: bob.client.state.chats[chat].unread == 600)
        await bob.open(chat)
        await until(lambda: "600 unread messages" in bob.row_texts())
        await bob.sees("600 unread messages")
        await bob.sees("line 0 ")
        await until(lambda: bob.chat.unread < 600)
        assert bob.chat.unread > 0, "only what was on screen is read"
        await bob.sees("↓ 5")
        await bob.press("ctrl+end")
        await until(lambda: bob.texts()[-1] == "line 599")
        await until(lambda: bob.home.talk.conversation.at_bottom)
        await until(lambda: bob.chat.unread == 0)


async def test_new_messages_below_are_counted_not_jumped_to(shared_server: Server) -> None:
    async with two(shared_server.url) as (ann, bob, chat):
        for number in range(60):
            sending = await ann.client.send(chat, f"line {number}")
        await sending.accepted()
        await bob.look(True)
        await bob.open(chat)
        await bob.press("ctrl+end")
        await until(lambda: bob.chat.unread == 0)
        conversation = bob.home.talk.conversation
        conversation.page(-1)
        await bob.pilot.pause()
        place = conversation.place()
        await ann.client.send(chat, "news")
        await bob.sees("↓ 1 new message")
        assert conversation.place() == place
        assert bob.chat.unread == 1
        await bob.press("escape")
        await bob.sees("news")
        await until(lambda: bob.chat.unread == 0)
        await until(lambda: "new message" not in bob.screen())


async def test_two_quick_enters_send_once_and_to_the_right_chat(shared_server: Server) -> None:
    async with two(shared_server.url) as (ann, _, chat):
        notes = (await ann.client.open_direct(ann.client.user)).chat
        await ann.client.send(notes, "a note")
        await ann.open(chat)
        await ann.type("for Bob alone")
        composer = ann.home.talk.composer
        composer._send()
        composer._send()
        ann.home.open(notes)
        await until(lambda: ann.client.state.chats[chat].count == 1)
        await ann.pilot.pause()
        assert ann.texts() == ["a note"]
        assert ann.client.state.chats[chat].count == 1
