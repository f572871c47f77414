"""Two people in two browsers behind HAProxy, while one part of the cluster after another dies and
comes back: nothing is lost, nothing comes twice or in another order, ticks come to read, and the
page says calmly what is up.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from cluster.many import Many
from web.conftest import browser, has_failed
from web.screen import Screen
from web.stage import Stage

__all__ = ["browser"]  # a fixture
pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

_TALL = {"viewport": {"width": 1280, "height": 3000}}
_LONGEST_PAUSE = 30.0
"""Between two attempts to connect, in seconds; chance decides how much of it."""
# What the page says without these; the others are not missed.
_TOLD = {
    "postgres": re.compile("^Waiting, tries again in"),
    "haproxy": re.compile("^(No connection. Retrying in|Connecting)"),
}


@pytest_asyncio.fixture(loop_scope="session")
async def stage(
    browser: Browser, many: Many, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Stage]:
    """Where the people are: on the cluster, with a database of their own, since the usual one is
    compared with what clients other than browsers did.
    """
    with many.afresh():
        stage = Stage(browser, many, tmp_path / "browser")
        yield stage
        complaints = await stage.clear(failed=has_failed(request.node))
    assert not complaints, "\n".join(complaints)


async def test_two_people_talk_while_one_part_after_another_dies(stage: Stage, many: Many) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    at_ada = await ada.comes(f"/c/{chat}", **_TALL)
    said = ["Hello 0"]
    await at_ada.writes(*said)
    await at_ada.sees_tick("Hello 0", "sent")
    home = await asyncio.to_thread(_whose, many)
    at_ben = await ben.comes(f"/c/{chat}", **_TALL)
    for screen in (at_ada, at_ben):
        screen.device.complaints.expect_outage()
        screen.device.complaints.expect("status of 50[234]")
    for name in (home, "rabbitmq", "redis", "postgres", "haproxy"):
        part = many.part(name)
        texts = [f"{name} {when} {n}" for when in ("lives", "dies", "is gone") for n in range(3)]
        said += texts
        await _say(at_ada, at_ben, texts[:3])
        await asyncio.to_thread(part.kill)
        await _say(at_ada, at_ben, texts[3:6])
        if name in _TOLD:
            await expect(at_ada.page.get_by_text(_TOLD[name]).first).to_be_visible()
            await at_ada.sees_tick(texts[5], "clock")
        else:
            await _have_read(at_ada, at_ben, texts[:6])
        start = asyncio.create_task(asyncio.to_thread(part.start))
        await _say(at_ada, at_ben, texts[6:])
        await start
        back = time.monotonic()
        await _have_read(at_ada, at_ben, texts)
        print(f"{name}: all is read {time.monotonic() - back:.1f} s after it is back")
        await _agree(at_ada, at_ben, said)
    await at_ada.reloads()
    await _agree(at_ada, at_ben, said)


def _whose(many: Many) -> str:
    """The node of the only session there is."""
    (name,) = (node.name for node in many.nodes if node.metrics()["sessions"])
    return name


def _by_turns(texts: list[str]) -> tuple[list[str], list[str]]:
    """Who says what of it."""
    return [it for it in texts if it[-1] != "1"], [it for it in texts if it[-1] == "1"]


async def _say(one: Screen, other: Screen, texts: list[str]) -> None:
    for screen, part in zip((one, other), _by_turns(texts), strict=True):
        await screen.writes(*part)


async def _have_read(one: Screen, other: Screen, texts: list[str]) -> None:
    """Each has read what the other wrote, and who wrote it knows."""
    for screen, part in zip((one, other), _by_turns(texts), strict=True):
        for text in part:
            await screen.sees_tick(text, "read", within=_LONGEST_PAUSE)


async def _agree(one: Screen, other: Screen, said: list[str]) -> None:
    """Both see all of it, once, in one order that is also each writer's; no trouble is told."""
    for screen in (one, other):
        await screen.sees_no_trouble()
        await screen.sees(said[-1])
    shown = await one.texts()
    assert shown == await other.texts()
    assert sorted(shown) == sorted(said)
    assert _by_turns(shown) == _by_turns(said)
