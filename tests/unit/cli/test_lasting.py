"""What must outlive a network, a server, a program: drafts, the outbox, the store."""

from pathlib import Path

import pytest
from textual.screen import Screen

from chinwag.cli.account import Form
from chinwag.cli.chat.home import Home
from chinwag.cli.chat.signing import Signing
from chinwag.cli.profiles import Profile
from chinwag.sdk import Client, Tick, accounts
from flows.raw import Raw
from unit.cli.people import PASSWORD, Server, running, sign_up, two, until, window

QUICK = {"ack_timeout": 0.2, "retry_backoff": 0.1, "retry_factor": 1.5, "retry_limit": 3}


async def test_starts_from_the_store_without_a_server(own_server: Server) -> None:
    async with two(own_server.url) as (ann, bob, chat):
        await ann.open(chat)
        await ann.type("before the storm")
        await ann.press("enter")
        await until(lambda: ann.bubbles() and ann.bubbles()[-1].tick is Tick.DELIVERED)
        await bob.open(chat)
        await bob.type("half a thou")
    own_server.stop()
    async with running(Profile("ann")) as ann, running(Profile("bob")) as bob:
        await ann.sees("Bob")
        await ann.open(chat)
        await ann.sees("before the storm")
        await ann.sees("waiting for network")
        await ann.type("are you there?")
        await ann.press("enter")
        await ann.type("well?")
        await ann.press("enter")
        await until(lambda: ann.texts()[-2:] == ["are you there?", "well?"])
        assert [it.tick for it in ann.bubbles()[-2:]] == [Tick.CLOCK, Tick.CLOCK]
        await ann.sees("◷")
        await bob.open(chat)
        assert bob.home.talk.composer.text == "half a thou"
        own_server.start()
        ann.client.reconnect_now()
        bob.client.reconnect_now()
        await until(lambda: bob.texts()[-2:] == ["are you there?", "well?"])
        await until(lambda: ann.bubbles()[-1].tick in (Tick.DELIVERED, Tick.READ))
        assert ann.texts() == ["before the storm", "are you there?", "well?"]


async def test_unsent_messages_outlive_the_program(own_server: Server) -> None:
    async with two(own_server.url) as (ann, bob, chat):
        await ann.client.send(chat, "hello")
        await until(lambda: chat in bob.client.state.chats)
    own_server.stop()
    async with running(Profile("ann")) as ann:
        await ann.open(chat)
        await ann.type("from the tunnel")
        await ann.press("enter")
        await until(lambda: ann.texts()[-1:] == ["from the tunnel"])
    own_server.start()
    async with running(Profile("ann")) as ann, running(Profile("bob")) as bob:
        await bob.online()
        await bob.open(chat)
        await until(lambda: bob.texts() == ["hello", "from the tunnel"])


async def test_refused_message_is_kept_with_its_reason(shared_server: Server) -> None:
    async with two(shared_server.url) as (ann, bob, _):
        placed = await ann.client.groups.create("Quiet", [bob.client.user])
        await bob.open(placed.chat)
        await bob.press(*"first", "enter")
        await until(lambda: bob.texts() == ["first"])
        await ann.client.groups.remove(placed.chat, bob.client.user)
        await until(lambda: not bob.home.talk.composer.display)
        await bob.sees("You are no longer a member of this group.")
        await bob.client.send(placed.chat, "too late")
        await until(lambda: bob.bubbles()[-1].tick is Tick.FAILED)
        await bob.sees("no longer a member of this group.")
        failed = bob.bubbles()[-1]
        assert failed.reason

        await ann.client.groups.add(placed.chat, bob.client.user)
        await until(lambda: bob.home.talk.composer.display)
        await bob.mark(failed.key)
        await bob.press("t")
        await until(lambda: bob.bubbles()[-1].seq and bob.texts()[-1] == "too late")
        assert bob.bubbles()[-1].tick in (Tick.SENT, Tick.DELIVERED, Tick.READ)


async def test_what_did_not_arrive_can_be_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in QUICK.items():
        monkeypatch.setenv(f"CHINWAG_{name.upper()}", str(value))
    server = Server(tmp_path / "quick")
    server.start()
    try:
        async with two(server.url) as (ann, _, _):
            carol = await sign_up(server.url, "carol")
            chat = (await ann.client.open_direct(carol.user.id)).chat
            async with await Raw.open(server.url, carol.token) as deaf:
                await ann.open(chat)
                await ann.press(*"hello", "enter")
                await until(lambda: ann.bubbles() and ann.bubbles()[-1].tick is Tick.FAILED)
                assert await deaf.close_code() == 4010
            await ann.sees("did not answer · t to try")
            await ann.mark(ann.bubbles()[-1].key)
            await ann.press("t")
            await until(lambda: ann.bubbles()[-1].tick is Tick.SENT)
            assert not ann.bubbles()[-1].again
            async with Client(server.url, token=carol.token):
                await until(lambda: ann.bubbles()[-1].tick is Tick.DELIVERED)
            assert ann.texts() == ["hello"]
    finally:
        server.stop()


async def test_failed_message_can_be_discarded(shared_server: Server) -> None:
    async with two(shared_server.url) as (ann, bob, _):
        placed = await ann.client.groups.create("Quiet", [bob.client.user])
        await bob.open(placed.chat)
        await ann.client.groups.remove(placed.chat, bob.client.user)
        await until(lambda: not bob.chat.present)
        await bob.client.send(placed.chat, "too late")
        await until(lambda: bob.bubbles() and bob.bubbles()[-1].tick is Tick.FAILED)
        await bob.mark(bob.bubbles()[-1].key)
        await bob.press("d")
        await bob.sees("Discard this message?")
        await bob.press("tab", "enter")
        await until(lambda: not bob.bubbles())
        assert len(bob.client.outbox) == 0


async def test_signed_out_and_back(shared_server: Server) -> None:
    async with two(shared_server.url) as (ann, bob, chat):
        await ann.client.send(chat, "hello")
        await ann.open(chat)
        await until(lambda: ann.texts() == ["hello"])
        await ann.type("begun and not ended")
        handle = ann.client.state.users[ann.client.user].handle
        other = await ann.client.sign_in(shared_server.url, handle, PASSWORD)
        async with other:
            await other.wait_online()
            await other.devices.remove(ann.client.state.device)
            await until(lambda: isinstance(ann.app.screen, Signing))
        await ann.sees("You were signed out.")
        assert Profile("ann").account.token == ""
        assert ann.app.screen.query_one("#handle").value == handle
        ann.app.screen.query_one("#password").value = PASSWORD
        ann.app.screen.query_one("#password").focus()
        await ann.press("enter")
        await until(lambda: isinstance(ann.app.screen, Home))
        await ann.online()
        await ann.open(chat)
        await until(lambda: ann.texts() == ["hello"])
        assert ann.home.talk.composer.text == "begun and not ended"
        await ann.press("enter")
        await bob.open(chat)
        await until(lambda: bob.texts() == ["hello", "begun and not ended"])


async def test_signing_out_by_oneself(shared_server: Server) -> None:
    async with window(shared_server.url, "Ann") as ann:
        await ann.press("f4")
        await ann.pick("Sign out")
        await ann.sees("Sign out?")
        await ann.press("tab", "enter")
        await until(lambda: isinstance(ann.app.screen, Signing))
        await ann.sees("Sign in")  # it stands, not just about to
        assert Profile("ann").account.token == ""


async def test_signing_out_ends_once_whatever_comes_first(
    shared_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with window(shared_server.url, "Ann") as ann:
        client, app = ann.client, ann.app
        seen: list[Screen[object]] = []

        async def slow() -> None:
            """The connection ends before the answer is there."""
            await accounts.sign_out(client.url, client.token)
            await until(lambda: isinstance(app.screen, Signing) and app.screen.is_mounted)
            seen.append(app.screen)
            await client.close()

        monkeypatch.setattr(client, "sign_out", slow)
        signing_out = app.action_sign_out()
        await until(lambda: signing_out.is_finished)
        await ann.sees("You are signed out.")
        assert [app.screen] == seen
        assert Profile("ann").account.token == ""


async def test_opened_twice_says_so(shared_server: Server) -> None:
    async with window(shared_server.url, "Ann") as ann, running(Profile("ann")) as second:
        await until(lambda: second.app.return_code == 1)
        assert ann.app.desk is not None


async def test_ctrl_c_quits_but_not_by_accident(shared_server: Server) -> None:
    place = Profile("ann")
    place.keep(shared_server.url, await sign_up(shared_server.url, "Ann"))
    async with running(place) as ann:
        await ann.online()
        chat = (await ann.client.open_direct(ann.client.user)).chat
        await ann.open(chat)
        await ann.type("not sent yet")
        await ann.press("ctrl+c")
        await ann.sees("Ctrl+C again to quit.")
        assert ann.app.is_running
        await ann.press("ctrl+c")
        await until(lambda: not ann.app.is_running)
    async with running(place) as ann:
        await ann.online()
        await ann.open(chat)
        assert ann.home.talk.composer.text == "not sent yet"


async def test_ctrl_c_copies_what_is_selected(shared_server: Server) -> None:
    async with window(shared_server.url, "Ann") as ann:
        await ann.open((await ann.client.open_direct(ann.client.user)).chat)
        await ann.type("two words")
        ann.home.talk.composer.action_select_all()
        await ann.press("ctrl+c")
        assert ann.app.clipboard == "two words"
        assert ann.app.is_running
        await ann.press("backspace", "ctrl+c")
        await until(lambda: not ann.app.is_running)


async def test_ctrl_c_quits_the_form(shared_server: Server) -> None:
    async with running(Profile("ann"), Form(shared_server.url)) as ann:
        await ann.press(*"ann", "ctrl+c")
        await until(lambda: not ann.app.is_running)
