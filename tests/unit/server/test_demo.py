"""The demo's people and talks: that they hold together, and what comes of them."""

import asyncio
from pathlib import Path

import pytest

from chinwag.sdk import Client
from chinwag.server.adapters.sqlite.backup import check_folder
from chinwag.server.demo import HANDLES, PASSWORD, seed
from chinwag.server.demo.groups import GROUPS
from chinwag.server.demo.people import PEOPLE
from chinwag.server.demo.talk import Brought, Said, Talk
from chinwag.server.demo.talks import BETWEEN_TWO
from house import served

TALKS = (*BETWEEN_TWO, *GROUPS)


@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: talk.title or "-".join(talk.people))
def test_a_talk_holds_together(talk: Talk) -> None:
    members = set(talk.people)
    earlier = None
    for number, line in enumerate(talk.lines, 1):
        assert line.who in members
        assert earlier is None or line.ago <= earlier, f"line {number} is before its time"
        earlier = line.ago
        if isinstance(line, Brought):
            members.add(line.user)
        if isinstance(line, Said):
            answered = line.reply_to and talk.lines[line.reply_to - 1]
            assert answered is None or (line.reply_to < number and isinstance(answered, Said))
            assert set(line.mentions) <= members
            assert all(f"@{handle}" in line.text for handle in line.mentions)
    assert {*talk.unread, *talk.missing, *talk.unreachable, *talk.arranged} <= members
    assert members <= {person.handle for person in PEOPLE}


def test_who_may_be_tried_lives_there() -> None:
    assert set(HANDLES) <= {person.handle for person in PEOPLE}


async def test_the_store_is_sound_and_shows_what_was_written_down(tmp_path: Path) -> None:
    async with served(tmp_path) as site:
        await seed(site.app)
        assert check_folder(tmp_path) == []
        async with await Client.sign_in(site.url, "ada", PASSWORD) as ada:
            async with asyncio.timeout(10):
                while not ada.caught_up:  # noqa: ASYNC110 - nothing tells
                    await asyncio.sleep(0.01)
            titles = {chat.group.title: chat for chat in ada.state.chats.values() if chat.group}
            assert titles.keys() == {talk.title for talk in GROUPS}
            for talk in GROUPS:
                assert titles[talk.title].unread == talk.unread.get("ada", 0)
            named = {
                title for title, chat in titles.items() if chat.mine.mentioned > chat.mine.read
            }
            assert named == {"Weekend at the lake", "Book club 📚"}
            unreachable = [chat for chat in ada.state.chats.values() if chat.failures]
            assert [chat.last for chat in unreachable] == [4]
