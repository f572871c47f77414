"""What is typed ahead of the screen lands where it would have without the hurry."""

from chinwag.cli.account import Form
from chinwag.cli.chat.app import ChatApp
from chinwag.cli.chat.home import Home
from chinwag.cli.profiles import Profile
from unit.cli.people import PASSWORD, Server, Window, burst, direct, handle, until, window


async def test_a_whole_form_typed_before_it_is_there(shared_server: Server) -> None:
    me = handle("ann")
    app = ChatApp(Profile("ann"), Form(shared_server.url), sign_up=True)
    async with app.run_test(size=(100, 30)) as pilot:
        burst(app, *me, "tab", *"Ann", "enter", *PASSWORD, "tab", "enter")
        await until(lambda: isinstance(app.screen, Home), "home")
        await Window(app, pilot).online()
        assert app.desk is not None
        assert app.desk.state.account is not None
        assert app.desk.state.account.user.handle == me
        assert app.desk.state.account.user.name == "Ann"
        await app.action_quit()


async def test_a_password_is_never_in_a_field_that_shows_it(shared_server: Server) -> None:
    app = ChatApp(Profile("ann"), Form(shared_server.url))
    async with app.run_test(size=(100, 30)) as pilot:
        burst(app, *"nobody.there", "ctrl+j", *PASSWORD, "enter")
        ann = Window(app, pilot)
        await ann.sees("Handle or password is wrong.")
        assert PASSWORD not in ann.screen()
        assert "nobody.there" in ann.screen()
        await app.action_quit()


async def test_messages_go_to_the_chat_they_were_typed_for(shared_server: Server) -> None:
    async with (
        window(shared_server.url, "Ann") as ann,
        window(shared_server.url, "Bob") as bob,
        window(shared_server.url, "Eve") as eve,
    ):
        with_bob, with_eve = await direct(ann, bob), await direct(ann, eve)
        for chat in (with_eve, with_bob):
            await (await ann.client.send(chat, "first")).accepted()
        await ann.open(with_bob)
        await until(lambda: [it.id for it in ann.home.list.chats] == [with_bob, with_eve])
        ann.burst(*"to-bob", "enter", "ctrl+down", *"to-eve", "enter")
        await bob.open(with_bob)
        await eve.open(with_eve)
        await until(lambda: bob.texts() == ["first", "to-bob"])
        await until(lambda: eve.texts() == ["first", "to-eve"])


async def test_a_search_is_not_typed_into_the_open_chat(shared_server: Server) -> None:
    async with (
        window(shared_server.url, "Ann") as ann,
        window(shared_server.url, "Bob") as bob,
        window(shared_server.url, "Eve") as eve,
    ):
        with_bob, with_eve = await direct(ann, bob), await direct(ann, eve)
        for chat in (with_eve, with_bob):
            await (await ann.client.send(chat, "first")).accepted()
        await ann.open(with_bob)
        ann.burst("ctrl+f", *"Eve", "enter", *"to-eve", "enter")
        await eve.open(with_eve)
        await until(lambda: eve.texts() == ["first", "to-eve"])
        assert ann.chat.id == with_eve
