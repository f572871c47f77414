"""Tokens, devices, and how they end."""

import asyncio

import pytest

from chinwag.protocol import commands
from chinwag.protocol.closing import Close
from chinwag.protocol.errors import ChinwagError
from chinwag.server.adapters.sqlite.store import SqliteStore
from chinwag.server.delivery.revisions import note_operator
from chinwag.server.services.devices import Lifetimes
from house import housed, refused, until

DAY = 24 * 3600 * 1000


async def unauthenticated(house, token: str) -> bool:
    try:
        await house.devices.authenticate(token)
    except ChinwagError as error:
        return error.kind.code == "unauthenticated"
    return False


async def execute(house, sql: str, *args) -> None:
    await house.store.transact(lambda tx: tx.execute(sql, *args))


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "a" * 5000, "\ud800", "' OR 1=1 --"])
async def test_what_is_no_token_opens_nothing(tmp_path, token) -> None:
    async with housed(tmp_path) as house:
        assert await unauthenticated(house, token)


async def test_tokens_are_long_and_never_the_same(tmp_path) -> None:
    async with housed(tmp_path) as house:
        await house.sign_up("alice")
        tokens = {(await house.sign_in("alice")).token for _ in range(5)}
        assert len(tokens) == 5
        assert all(len(token) >= 43 for token in tokens)


async def test_signing_out_works_at_once_also_from_the_cache(tmp_path) -> None:
    async with housed(tmp_path) as house:
        who = await house.sign_up("alice")
        session = await house.session(who)
        identity = await house.devices.authenticate(who.token)
        await house.entrance.sign_out(identity)
        assert await unauthenticated(house, who.token)
        assert session.wire.code == Close.SIGNED_OUT
        assert session.fenced


async def test_a_socket_let_in_during_the_revocation_is_found(tmp_path) -> None:
    async with housed(tmp_path) as house:
        who = await house.sign_up("alice")
        admitted = await house.devices.authenticate(who.token)  # the handshake
        await house.entrance.sign_out(await house.devices.authenticate(who.token))
        await house.session(who)  # the session, too late to be closed by the revocation
        assert not await house.devices.confirm(admitted)


async def test_confirming_after_somebody_elses_revocation_holds(tmp_path) -> None:
    async with housed(tmp_path) as house:
        alice, bobby = await house.sign_up("alice"), await house.sign_up("bobby")
        admitted = await house.devices.authenticate(alice.token)
        await house.entrance.sign_out(await house.devices.authenticate(bobby.token))
        assert await house.devices.confirm(admitted)


async def test_devices_are_listed_renamed_and_removed(tmp_path) -> None:
    async with housed(tmp_path) as house:
        here = await house.sign_up("alice", device="Firefox")
        there = await house.sign_in("alice")
        session, other = await house.session(here), await house.session(there)
        listed = await house.devices.devices(session, commands.Devices())
        assert {d.name for d in listed.devices} == {"Firefox", "a device"}
        assert [d.this for d in listed.devices].count(True) == 1
        assert all(d.online for d in listed.devices)
        rename = commands.RenameDevice(device=there.device, name="Phone")
        listed = await house.devices.rename(session, rename)
        assert {d.name for d in listed.devices} == {"Firefox", "Phone"}
        remove = commands.RemoveDevice(device=there.device)
        listed = await house.devices.remove(session, remove)
        assert [d.name for d in listed.devices] == ["Firefox"]
        assert other.wire.code == Close.SIGNED_OUT
        assert await unauthenticated(house, there.token)


async def test_others_devices_are_as_if_absent(tmp_path) -> None:
    async with housed(tmp_path) as house:
        alice, bobby = await house.sign_up("alice"), await house.sign_up("bobby")
        session = await house.session(alice)
        for device in (bobby.device, "no-such-device"):
            for command, call in (
                (commands.RemoveDevice(device=device), house.devices.remove),
                (commands.RenameDevice(device=device, name="x"), house.devices.rename),
            ):
                with refused("not_found"):
                    await call(session, command)
        assert not await unauthenticated(house, bobby.token)


async def test_one_device_too_many_signs_the_idlest_out(tmp_path) -> None:
    async with housed(tmp_path, lifetimes=Lifetimes(devices=3)) as house:
        first = await house.sign_up("alice")
        later = [await house.sign_in("alice") for _ in range(3)]
        assert await unauthenticated(house, first.token)
        for who in later:
            assert not await unauthenticated(house, who.token)


@pytest.mark.parametrize(
    ("column", "days", "ends"),
    [("used_at", 91, True), ("used_at", 89, False), ("created_at", 366, True)],
)
async def test_tokens_lapse(tmp_path, column, days, ends) -> None:
    async with housed(tmp_path) as house:
        who = await house.sign_up("alice")
        await house.store.transact(
            lambda tx: tx.execute(f"UPDATE devices SET {column} = $1", tx.now - days * DAY)
        )
        if column == "created_at":
            await house.store.transact(
                lambda tx: tx.execute("UPDATE devices SET used_at = $1", tx.now)
            )
        assert await unauthenticated(house, who.token) is ends
        await house.devices.purge()
        rows = await house.store.read(lambda db: db.fetch("SELECT id FROM devices"))
        assert bool(rows) is not ends


async def test_use_is_written_down_now_and_then(tmp_path) -> None:
    async with housed(tmp_path) as house:
        who = await house.sign_up("alice")
        await house.store.transact(
            lambda tx: tx.execute("UPDATE devices SET used_at = used_at - $1", DAY)
        )
        await house.devices.authenticate(who.token)
        before = house.store.gauges()["store_commits_total"]
        for _ in range(100):
            await house.devices.authenticate(who.token)
        assert house.store.gauges()["store_commits_total"] == before
        await house.devices.flush()
        rows = await house.store.read(
            lambda db: db.fetch("SELECT used_at, created_at FROM devices")
        )
        assert rows[0][0] >= rows[0][1]


async def test_what_another_process_revokes_is_seen_within_a_second(tmp_path) -> None:
    async with housed(tmp_path) as house:
        alice, bobby = await house.sign_up("alice"), await house.sign_up("bobby")
        sessions = [await house.session(who) for who in (alice, bobby)]
        await house.revisions.look()  # takes the mark
        watching = asyncio.create_task(house.revisions.run())

        async def elsewhere(tx) -> None:
            await tx.execute("DELETE FROM devices WHERE id = $1", alice.device)
            await note_operator(tx)

        other = SqliteStore(house.store.path, exclusive=False)
        await other.open(lambda batch: None)
        await other.transact(elsewhere)
        await other.close()
        await until(lambda: sessions[0].wire.code, 1)
        assert [session.wire.code for session in sessions] == [Close.SIGNED_OUT, 0]
        assert await unauthenticated(house, alice.token)
        assert not await unauthenticated(house, bobby.token)
        watching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await watching


async def test_disabled_accounts_tokens_open_nothing(tmp_path) -> None:
    async with housed(tmp_path) as house:
        who = await house.sign_up("alice")
        await house.store.transact(lambda tx: tx.execute("UPDATE accounts SET status = 'disabled'"))
        assert await unauthenticated(house, who.token)
