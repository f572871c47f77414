"""Texts that would like to be something else are shown as what they are."""

import re

from unit.cli.people import Server, two, until

HOSTILE = [
    "<script>alert(1)</script>",
    "[bold red]not bold[/] [@click=app.quit]quit[/]",
    "[link=https://evil.example]good[/link]",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b[2J",
    "\x9b31m c1",
    "left \u202egnp.exe\u202c right \u2066x\u2069",
    "a\rb",
    "z" + "\u0301" * 300,
    "tab\tand bell\x07",
    "wide 漢字 👩\u200d👩\u200d👧 e\u0301",
    "\\[escaped] [/] [] [[",
    "$c-error {markup} %s %(x)s",
]


async def test_shown_and_not_obeyed(shared_server: Server) -> None:
    async with two(shared_server.url, size=(120, 60)) as (ann, bob, chat):
        await ann.open(chat)
        for number, text in enumerate(HOSTILE):
            await bob.client.people.set_profile(name=text[:60], about=text[:100])
            sending = await bob.client.send(chat, text)
            accepted = await sending.accepted()
            await bob.client.send(chat, f"answer to {text}", reply_to=accepted.seq)
            group = (await bob.client.groups.create(text[:90], [ann.client.user])).chat
            await until(lambda wanted=2 * number + 2: len(ann.bubbles()) == wanted)
            await until(lambda wanted=group: wanted in ann.client.state.chats)
            visible = re.split("[\x00-\x1f\x80-\x9f\u202e\u0301]", text)[0][:20]
            await ann.sees(visible)
            await ann.pilot.pause()
            await harmless(ann)
        await ann.press("f3")
        await ann.sees("Message")
        await harmless(ann)
        await ann.press("escape")
        for chat_id in list(ann.client.state.chats):
            await ann.open(chat_id)
            await ann.press("f3")
            await ann.sees("Members" if ann.chat.kind == "group" else "Message")
            await harmless(ann)
            await ann.press("escape")


async def harmless(window) -> None:
    screen = window.screen()
    for character in "\x1b\x9b\x07\r\u202e\u202c\u2066\u2069\x00":
        assert character not in screen
    assert "\u0301" * 5 not in screen


async def test_markup_is_literal(shared_server: Server) -> None:
    async with two(shared_server.url) as (ann, bob, chat):
        await bob.client.send(chat, "[bold]no[/bold] *yes* _it_ ~gone~ `code [red]`")
        await ann.open(chat)
        await ann.sees("[bold]no[/bold] yes it gone code [red]")
