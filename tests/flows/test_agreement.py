"""Whatever people do on however many devices over bad lines: the log is whole, the marks are
right, nobody saw what was not for them, and every device shows what a new one would.
"""

import asyncio
from collections import defaultdict
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from chinwag.sdk import Client
from flows.proxy import proxied
from flows.servers import Server
from flows.world import (
    Dweller,
    Step,
    Truth,
    World,
    populated,
    sees,
    stays_by_log,
    truth,
    until_equal,
)

_WHAT = [
    *["send"] * 8, *["read"] * 4, *["add"] * 2, *["remove"] * 2, *["leave"] * 2, *["cut"] * 2,
    "direct", "group", "arrange", "block", "unblock", "promote", "demote", "rename", "switch",
    "join", "members", "lossy", "clean",
]  # fmt: skip
_small = st.integers(0, 5)
_steps = st.builds(
    Step, st.sampled_from(_WHAT), _small, st.integers(0, 1), _small, _small, st.integers(0, 11)
)
_plans = st.lists(st.lists(_steps, min_size=1, max_size=4), min_size=4, max_size=20)
_begin = [
    Step("group", 0, 0, 1, 0, 0),
    Step("direct", 0, 0, 1, 0, 0),
    Step("direct", 1, 0, 2, 0, 0),
]


@settings(
    max_examples=25,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],  # to make it smaller would take minutes
)
@given(plan=_plans)
def test_all_devices_agree_with_the_log(shared_server: Server, plan: list[list[Step]]) -> None:
    asyncio.run(lived(shared_server, plan))


async def lived(server: Server, plan: list[list[Step]]) -> None:
    """Play a plan, then look whether everything is as it must be."""
    async with proxied(server.url) as proxy:
        world = await populated(server, proxy, 3)
        try:
            await world.play(_begin)
            for steps in plan:
                await world.play(steps)
            await check(world)
        finally:
            await world.close()


async def check(world: World) -> None:
    """Every promise that holds for any history."""
    # What a line lost last of all shows by nothing but the next sync.
    await world.play([Step("clean", 0, 0, 0, 0, 0)])
    await world.play([Step("cut", 0, 0, 0, 0, 0)])
    fresh = [Client(world.server.url, token=dweller.spare) for dweller in world.dwellers]
    for client, dweller in zip(fresh, world.dwellers, strict=True):
        dweller.person.clients.append(client)
        for device in dweller.devices:
            await device.wait_online()
        client.start()
        await client.wait_online()
    for client, dweller in zip(fresh, world.dwellers, strict=True):
        for number, device in enumerate(dweller.devices):
            await until_equal(device, client, f"device {number} of {dweller.person.handle}")
        await check_members(dweller, client)
    found = truth(world.server)
    ours = {chat for client in fresh for chat in client.state.chats}
    for chat in ours:
        check_log(found, chat)
    for dweller, client in zip(world.dwellers, fresh, strict=True):
        await dweller.spy.ok("me")
        check_seen(found, dweller)
        check_marks(found, dweller, client)


async def check_members(dweller: Dweller, fresh: Client) -> None:
    """Who followed the members through all changes knows what a new list says."""
    for device in dweller.devices:
        for name, chat in device.state.chats.items():
            if chat.members is None or not chat.present:
                continue
            listed = (await fresh.groups.members(name)).members
            assert {user: (it.role, it.left) for user, it in chat.members.items()} == {
                it.user: (it.role, it.left) for it in listed
            }


def check_log(found: Truth, chat: str) -> None:
    """Seqs are dense, counts and seats follow from the log."""
    events, row = found.events[chat], found.chats[chat]
    assert [event["seq"] for event in events] == list(range(1, row["last"] + 1))
    count = 0
    for event in events:
        count += event["body"]["kind"] in ("message", "invite") and not event["hidden"]
        assert event["count"] == count
    assert row["count"] == count
    ids = [(event["sender"], event["client_id"]) for event in events if event["client_id"]]
    assert len(set(ids)) == len(ids)
    stays = stays_by_log(events)
    for seat in (it for it in found.members if it["chat"] == chat):
        last = stays[seat["account"]][-1]
        assert [seat["joined"], seat["departed"]] == last
        assert seat["read"] <= seat["delivered"] <= row["last"]
        assert seat["shown"] <= seat["read"]
    present = {user for user, user_stays in stays.items() if user_stays[-1][1] == 0}
    if row["kind"] == "group" and present:
        roles = {it["account"]: it["role"] for it in found.members if it["chat"] == chat}
        assert "admin" in {roles[user] for user in present}


def check_seen(found: Truth, dweller: Dweller) -> None:
    """Nothing reached this person but what lies within their stays, and no kept message."""
    pushed = [push["event"] for push in dweller.spy.of("event")]
    pushed += [
        event
        for push in dweller.spy.of("heads")
        for head in push["heads"]
        for event in head.get("events", ())
    ]
    seen: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for event in pushed:
        seen[event["chat"]].append(event)
    for device in dweller.devices:
        for name, chat in device.state.chats.items():
            for event in chat.log.between(1, chat.last):
                seen[name].append({"seq": event.seq, "sender": event.sender})
    for chat, events in seen.items():
        stays = stays_by_log(found.events[chat])[dweller.id]
        by_seq = {event["seq"]: event for event in found.events[chat]}
        for event in events:
            assert sees(stays, event["seq"]), (chat, event, stays)
            stored = by_seq[event["seq"]]
            if stored["hidden"] and stored["sender"] != dweller.id:
                assert event.get("sender", "") == ""


def check_marks(found: Truth, dweller: Dweller, client: Client) -> None:
    """Unread is what others wrote above the read mark, within the stay."""
    for name, chat in client.state.chats.items():
        (seat,) = [it for it in found.members if (it["chat"], it["account"]) == (name, dweller.id)]
        end = seat["departed"] or chat.last + 1
        unread = sum(
            event["body"]["kind"] in ("message", "invite")
            and not event["hidden"]
            and event["sender"] != dweller.id
            and max(seat["read"] + 1, seat["joined"]) <= event["seq"] < end
            for event in found.events[name]
        )
        assert chat.unread == unread, (name, chat.mine)
        assert chat.mine.read == seat["read"]
        assert chat.ticks.read <= chat.ticks.delivered <= chat.last
