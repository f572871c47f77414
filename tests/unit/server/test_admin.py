"""What operators do on the data folder, beside a running server."""

import asyncio

from chinwag.protocol.closing import Close
from chinwag.server.admin import opened
from chinwag.server.services.entrance import Policy
from house import PASSWORD, a_setting, housed, refused, until


async def test_accounts_from_their_creation_to_their_end(tmp_path) -> None:
    async with opened(a_setting(tmp_path)) as admin:
        made = await admin.create("alice", "Alice", admin=True)
        assert await admin.create("bobby", "Bob", PASSWORD) == PASSWORD
        with refused("handle_taken"):
            await admin.create("alice", "Another")
        with refused("invalid"):
            await admin.create("Not A Handle", "x")
        with refused("weak_password"):
            await admin.create("carol", "Carol", "password1")
        with refused("invalid"):
            await admin.create("carol", "Carol", "short")
        with refused("not_found"):
            await admin.disable("nobody")
        await admin.make_admin("bobby")
        await admin.make_admin("alice", admin=False)
        listed = {each.handle: (each.admin, each.status) for each in await admin.accounts()}
        assert listed == {"alice": (False, "active"), "bobby": (True, "active")}
    async with housed(tmp_path) as house:
        await house.sign_in("alice", made)


async def test_what_is_done_beside_a_running_server_takes_effect(tmp_path) -> None:
    async with housed(tmp_path) as house:
        alice = await house.sign_up("alice")
        await house.revisions.look()  # takes the mark
        watching = asyncio.create_task(house.revisions.run())
        async with opened(a_setting(tmp_path)) as admin:
            for end in (admin.disable, admin.reset_password):
                session = await house.session(alice)
                await house.devices.authenticate(alice.token)
                new = await end("alice")
                await until(lambda line=session.wire: line.code, 1)
                assert session.wire.code == Close.SIGNED_OUT
                with refused("unauthenticated"):
                    await house.devices.authenticate(alice.token)
                if end == admin.disable:
                    with refused("wrong_credentials"):
                        await house.sign_in("alice")
                    await admin.enable("alice")
                    alice = await house.sign_in("alice")
            await house.sign_in("alice", new)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def test_invites_are_listed_without_their_codes_and_can_be_voided(tmp_path) -> None:
    async with opened(a_setting(tmp_path)) as admin:
        first, second = await admin.invite(), await admin.invite(1)
        listed = await admin.invites()
        assert len(listed) == 2
        assert first not in str(listed)
        assert await admin.revoke_invite(listed[0][0])
        assert not await admin.revoke_invite(listed[0][0])
    async with housed(tmp_path, policy=Policy(sign_up="invite")) as house:
        works = []
        for n, code in enumerate((first, second)):
            try:
                await house.sign_up(f"alice{n}", invite=code)
                works.append(code)
            except Exception:  # noqa: BLE001 - one of the two
                continue
        assert len(works) == 1


async def test_dead_letters_are_listed_replayed_and_discarded(tmp_path) -> None:
    async with housed(tmp_path) as house:
        for n in range(2):
            await house.store.transact(
                lambda tx, n=n: tx.execute(
                    "INSERT INTO jobs (id, kind, key, body, dead_at, error)"
                    " VALUES ($1, 'deliver', $1, '{}', $2, 'why')",
                    f"job{n}",
                    n + 1,
                )
            )
        async with opened(a_setting(tmp_path)) as admin:
            assert [job.id for job in await admin.dead_letters()] == ["job1", "job0"]
            assert await admin.replay("job0")
            assert not await admin.replay("job0")
            assert await admin.discard("job1")
            assert not await admin.discard("job1")
            assert await admin.dead_letters() == []
            assert (await admin.stats())["retries waiting"] == 1
