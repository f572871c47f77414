"""Signing up, in and out."""

import asyncio

import pytest

from chinwag.protocol import commands
from chinwag.protocol.closing import Close
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.http import SignIn
from chinwag.server.ports.meters import Rate
from chinwag.server.services import codes
from chinwag.server.services.entrance import Entry, Policy
from house import PASSWORD, fast_passwords, housed


async def refusal(awaitable) -> str:
    with pytest.raises(ChinwagError) as caught:
        await awaitable
    return caught.value.kind.code


async def test_signing_up_signs_in(tmp_path) -> None:
    async with housed(tmp_path) as house:
        who = await house.sign_up("alice")
        identity = await house.devices.authenticate(who.token)
        assert (identity.user, identity.device) == (who.user.id, who.device)
        assert not identity.admin


async def test_secrets_are_stored_hashed(tmp_path) -> None:
    async with housed(tmp_path) as house:
        who = await house.sign_up("alice")
        code = await house.store.transact(lambda tx: codes.make_code(tx, "invite", 7))
        dump = str(await house.store.read(lambda db: db.fetch("SELECT * FROM devices")))
        dump += str(await house.store.read(lambda db: db.fetch("SELECT * FROM accounts")))
        dump += str(await house.store.read(lambda db: db.fetch("SELECT * FROM sign_up_codes")))
        assert who.token not in dump
        assert PASSWORD not in dump
        assert code not in dump
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("chinwag.db*"))
    assert who.token.encode() not in raw
    assert PASSWORD.encode() not in raw


async def test_an_invite_works_once(tmp_path) -> None:
    async with housed(tmp_path, policy=Policy(sign_up="invite")) as house:
        code = await house.store.transact(lambda tx: codes.make_code(tx, "invite", 7))
        assert await refusal(house.sign_up("alice")) == "sign_up_closed"
        assert await refusal(house.sign_up("alice", invite="wrong-code-123")) == "invite_invalid"
        await house.sign_up("alice", invite=code)
        assert await refusal(house.sign_up("bobby", invite=code)) == "invite_invalid"


async def test_a_failed_sign_up_does_not_use_the_invite_up(tmp_path) -> None:
    async with housed(tmp_path, policy=Policy(sign_up="invite")) as house:
        first, second = [
            await house.store.transact(lambda tx: codes.make_code(tx, "invite", 7)) for _ in "ab"
        ]
        await house.sign_up("alice", invite=first)
        assert await refusal(house.sign_up("alice", invite=second)) == "handle_taken"
        await house.sign_up("bobby", invite=second)


async def test_an_expired_invite_does_not_work(tmp_path) -> None:
    async with housed(tmp_path, policy=Policy(sign_up="invite")) as house:
        code = await house.store.transact(lambda tx: codes.make_code(tx, "invite", 0))
        assert await refusal(house.sign_up("alice", invite=code)) == "invite_invalid"


async def test_one_invite_for_many_at_once_lets_one_in(tmp_path) -> None:
    async with housed(tmp_path, policy=Policy(sign_up="invite")) as house:
        code = await house.store.transact(lambda tx: codes.make_code(tx, "invite", 7))
        answers = await asyncio.gather(
            *(house.sign_up(f"alice{n}", invite=code) for n in range(8)), return_exceptions=True
        )
        assert sum(not isinstance(answer, ChinwagError) for answer in answers) == 1


async def test_a_closed_server_takes_nobody_but_its_first_admin(tmp_path) -> None:
    async with housed(tmp_path, policy=Policy(sign_up="closed")) as house:
        assert await refusal(house.sign_up("alice")) == "sign_up_closed"
        claim = await codes.new_claim(house.store)
        who = await house.sign_up("admin", claim=claim)
        assert (await house.devices.authenticate(who.token)).admin
        assert await refusal(house.sign_up("bobby", claim=claim)) == "invite_invalid"
        assert await codes.new_claim(house.store) is None


async def test_each_start_tells_a_claim_and_one_of_them_is_used(tmp_path) -> None:
    async with housed(tmp_path) as house:
        one, other = await codes.new_claim(house.store), await codes.new_claim(house.store)
        await house.sign_up("alice", claim=one)
        for code in (one, other):
            assert await refusal(house.sign_up("bobby", claim=code)) == "invite_invalid"


async def test_admins_invite_people_and_nobody_else_does(tmp_path) -> None:
    async with housed(tmp_path, policy=Policy(sign_up="invite")) as house:
        claim = await codes.new_claim(house.store)
        admin = await house.session(await house.sign_up("alice", claim=claim))
        invitation = await house.entrance.invite(admin, commands.InvitePerson())
        bobby = await house.session(await house.sign_up("bobby", invite=invitation.code))
        assert await refusal(house.sign_up("carol", invite=invitation.code)) == "invite_invalid"
        assert await refusal(house.entrance.invite(bobby, commands.InvitePerson())) == "not_allowed"


async def test_an_invite_is_no_claim(tmp_path) -> None:
    async with housed(tmp_path) as house:
        code = await house.store.transact(lambda tx: codes.make_code(tx, "invite", 7))
        assert await refusal(house.sign_up("alice", claim=code)) == "invite_invalid"


async def test_handles_of_the_house_are_not_given_away(tmp_path) -> None:
    async with housed(tmp_path) as house:
        assert await refusal(house.sign_up("support")) == "handle_taken"


async def test_unknown_and_known_handles_fail_alike(tmp_path) -> None:
    async with housed(tmp_path) as house:
        await house.sign_up("alice")
        known = await refusal(house.sign_in("alice", "not-the-password"))
        unknown = await refusal(house.sign_in("nobody", "not-the-password"))
        assert known == unknown == "wrong_credentials"
        # Both paid for a hash; and both are slowed down after as many tries.
        assert house.passwords.gauges()["passwords_done_total"] == 3
        for handle in ("alice", "nobody"):
            tries = [await refusal(house.sign_in(handle, "nope-nope")) for _ in range(12)]
            assert tries.count("wrong_credentials") == 9, handle
            assert tries[-1] == "rate_limited"


async def test_guessing_is_slowed_down_but_locks_nobody_out(tmp_path) -> None:
    async with housed(tmp_path) as house:
        who = await house.sign_up("alice", address="192.0.2.7")
        await house.sign_in("alice", address="192.0.2.7")
        for n in range(200):  # from everywhere
            assert await refusal(house.sign_in("alice", f"guess-{n}", f"198.51.100.{n}")) in (
                "wrong_credentials",
                "rate_limited",
            )
        # The right password does not help the guesser either.
        assert await refusal(house.sign_in("alice", address="198.51.100.1")) == "rate_limited"
        # Devices that are signed in are not touched at all; the owner's address has its own bucket.
        assert await house.devices.authenticate(who.token)
        await house.sign_in("alice", address="192.0.2.7")
        # And so has a device, wherever it is.
        holder = await house.devices.authenticate(who.token)
        entry = Entry("203.0.113.9", holder)
        await house.entrance.sign_in(SignIn("alice", PASSWORD), entry)


async def test_one_address_cannot_try_many_accounts(tmp_path) -> None:
    policy = Policy(sign_up="open", sign_ins_per_address=Rate(5, 60))
    async with housed(tmp_path, policy=policy) as house:
        tries = [await refusal(house.sign_in(f"user{n}", "guess-guess")) for n in range(8)]
        assert tries == ["wrong_credentials"] * 5 + ["rate_limited"] * 3


async def test_signing_in_again_on_a_device_replaces_its_token(tmp_path) -> None:
    async with housed(tmp_path) as house:
        first = await house.sign_up("alice")
        holder = await house.devices.authenticate(first.token)
        entry = Entry("192.0.2.1", holder)
        second = await house.entrance.sign_in(SignIn("alice", PASSWORD), entry)
        assert await refusal(house.devices.authenticate(first.token)) == "unauthenticated"
        assert await house.devices.authenticate(second.token)


async def test_new_parameters_reach_old_hashes_at_the_next_sign_in(tmp_path) -> None:
    async with housed(tmp_path) as house:
        await house.sign_up("alice")
    async with housed(tmp_path, passwords=fast_passwords(passes=2)) as house:
        await house.sign_in("alice")
        rows = await house.store.read(lambda db: db.fetch("SELECT password FROM accounts"))
        assert "t=2" in rows[0][0]
        await house.sign_in("alice")


async def test_a_new_password_signs_the_other_devices_out(tmp_path) -> None:
    async with housed(tmp_path) as house:
        here, there = await house.sign_up("alice"), await house.sign_in("alice")
        mine, other = await house.session(here), await house.session(there)
        change = commands.ChangePassword(old=PASSWORD, new="another-lantern-9")
        await house.entrance.change_password(mine, change)
        assert await house.devices.authenticate(here.token)
        assert await refusal(house.devices.authenticate(there.token)) == "unauthenticated"
        assert (mine.wire.code, other.wire.code) == (0, Close.SIGNED_OUT)
        assert await refusal(house.sign_in("alice")) == "wrong_credentials"
        await house.sign_in("alice", "another-lantern-9")


async def test_a_new_password_needs_the_old_one_and_must_be_good(tmp_path) -> None:
    async with housed(tmp_path) as house:
        session = await house.session(await house.sign_up("alice"))
        wrong = commands.ChangePassword(old="wrong", new="another-lantern-9")
        weak = commands.ChangePassword(old=PASSWORD, new="Password123")
        assert await refusal(house.entrance.change_password(session, wrong)) == "wrong_credentials"
        assert await refusal(house.entrance.change_password(session, weak)) == "weak_password"


async def test_a_flood_of_sign_ins_is_bounded(tmp_path) -> None:
    from chinwag.server.services.passwords import Passwords

    slow = Passwords(threads=1, queued=8)
    async with housed(tmp_path, passwords=slow) as house:
        await house.sign_up("alice")
        answers = await asyncio.gather(
            *(house.sign_in("alice", address=f"198.51.100.{n}") for n in range(200)),
            return_exceptions=True,
        )
        codes_seen = {each.kind.code for each in answers if isinstance(each, ChinwagError)}
        assert codes_seen <= {"busy", "rate_limited"}
        assert sum(not isinstance(answer, Exception) for answer in answers) >= 1
