"""Profiles, privacy, blocks, finding people, bots."""

import pytest

from chinwag.protocol import commands
from chinwag.protocol.closing import Close
from chinwag.server.adapters.local_meters import LocalMeters
from chinwag.server.ports.meters import Rate
from chinwag.server.services.people import People
from house import housed, refused


async def test_me_and_its_changes(tmp_path) -> None:
    async with housed(tmp_path) as house:
        who = await house.sign_up("alice")
        session, other = await house.session(who), await house.session(await house.sign_in("alice"))
        await house.people.set_profile(session, commands.SetProfile(name="Al", about="hi"))
        account = await house.people.set_privacy(
            session, commands.SetPrivacy(online="nobody", receipts=False)
        )
        assert (account.user.name, account.user.about) == ("Al", "hi")
        assert (account.privacy.online, account.privacy.receipts) == ("nobody", False)
        assert account.privacy.last_seen == "everyone"
        assert account == await house.people.me(session, commands.Me())
        # The other device is told; this one has the answer.
        assert other.wire.pushed().count('"type":"account"') == 2
        assert '"account"' not in session.wire.pushed()


async def test_handles_are_unique(tmp_path) -> None:
    async with housed(tmp_path) as house:
        await house.sign_up("alice")
        bobby = await house.session(await house.sign_up("bobby"))
        for handle in ("alice", "support"):
            with refused("handle_taken"):
                await house.people.set_profile(bobby, commands.SetProfile(handle=handle))
        account = await house.people.set_profile(bobby, commands.SetProfile(handle="bob"))
        assert account.user.handle == "bob"
        await house.sign_in("bob")


async def test_contacts_see_a_new_profile_but_blocked_ones_do_not(tmp_path) -> None:
    async with housed(tmp_path) as house:
        alice, bobby, carol, dave = [
            await house.session(await house.sign_up(handle))
            for handle in ("alice", "bobby", "carol", "dave")
        ]
        await house.direct(alice.user, bobby.user)
        await house.direct(alice.user, carol.user)
        await house.people.block(alice, commands.Block(user=carol.user))
        await house.people.set_profile(alice, commands.SetProfile(name="Alicia"))
        assert "Alicia" in bobby.wire.pushed()
        for stranger in (carol, dave):
            assert "Alicia" not in stranger.wire.pushed()


async def test_blocking_touches_the_chat_and_is_not_told(tmp_path) -> None:
    async with housed(tmp_path) as house:
        alice, bobby = [
            await house.session(await house.sign_up(handle)) for handle in ("alice", "bobby")
        ]
        chat = await house.direct(alice.user, bobby.user)

        async def version() -> int:
            rows = await house.store.read(
                lambda db: db.fetch("SELECT version FROM chats WHERE id = $1", chat)
            )
            return int(rows[0][0])

        before = await version()
        account = await house.people.block(alice, commands.Block(user=bobby.user))
        assert account.blocked == (bobby.user,)
        assert await version() == before + 1
        await house.people.block(alice, commands.Block(user=bobby.user))
        assert await version() == before + 1
        account = await house.people.block(alice, commands.Block(user=bobby.user, blocked=False))
        assert account.blocked == ()
        assert await version() == before + 2
        assert bobby.wire.sent == []


async def test_one_cannot_block_oneself_or_learn_who_exists(tmp_path) -> None:
    async with housed(tmp_path) as house:
        alice = await house.session(await house.sign_up("alice"))
        stranger = await house.sign_up("bobby")
        with refused("not_allowed"):
            await house.people.block(alice, commands.Block(user=alice.user))
        for user in (stranger.user.id, "no-such-user"):
            with refused("not_found"):
                await house.people.block(alice, commands.Block(user=user))


async def found(house, session, query: str) -> list[str]:
    answer = await house.people.find(session, commands.Find(query=query))
    return [user.handle for user in answer.users]


async def test_strangers_are_found_by_the_whole_handle_only(tmp_path) -> None:
    async with housed(tmp_path) as house:
        alice = await house.session(await house.sign_up("alice"))
        bobby = await house.sign_up("bobby")
        assert await found(house, alice, "bobb") == []
        assert await found(house, alice, "Bobby") == ["bobby"]  # the name is the same here
        assert await found(house, alice, "@BOBBY ") == ["bobby"]
        await house.direct(alice.user, bobby.user.id)
        assert await found(house, alice, "bobb") == ["bobby"]


@pytest.mark.parametrize("query", ["%%", "__", "b%", "%y", "\\%", "bo_by", "' OR 1=1 --"])
async def test_patterns_are_text(tmp_path, query) -> None:
    async with housed(tmp_path) as house:
        alice = await house.session(await house.sign_up("alice"))
        bobby = await house.sign_up("bobby")
        await house.direct(alice.user, bobby.user.id)
        assert await found(house, alice, query) == []


async def test_names_are_found_by_the_beginning_of_any_word(tmp_path) -> None:
    async with housed(tmp_path) as house:
        alice = await house.session(await house.sign_up("alice"))
        bobby = await house.session(await house.sign_up("bobby"))
        await house.people.set_profile(bobby, commands.SetProfile(name="Robert Tables"))
        await house.direct(alice.user, bobby.user)
        assert await found(house, alice, "rob") == ["bobby"]
        assert await found(house, alice, "tab") == ["bobby"]
        assert await found(house, alice, "ert") == []


async def test_looking_for_people_is_limited(tmp_path) -> None:
    async with housed(tmp_path) as house:
        alice = await house.session(await house.sign_up("alice"))
        people = People(
            house.store, house.sessions, house.profiles, LocalMeters(), look_ups=Rate(3, 15)
        )
        for _ in range(3):
            await people.find(alice, commands.Find(query="nobody"))
        with refused("rate_limited") as caught:
            await people.find(alice, commands.Find(query="nobody"))
        assert caught.value.retry_after


async def test_profiles_of_strangers_are_left_out(tmp_path) -> None:
    async with housed(tmp_path) as house:
        alice = await house.session(await house.sign_up("alice"))
        bobby, carol = await house.sign_up("bobby"), await house.sign_up("carol")
        await house.direct(alice.user, bobby.user.id)
        ids = (carol.user.id, bobby.user.id, "no-such-user", alice.user)

        async def seen() -> list[str]:
            answer = await house.people.users(alice, commands.Users(ids=ids))
            return [user.handle for user in answer.users]

        assert await seen() == ["bobby", "alice"]
        await found(house, alice, "carol")
        assert await seen() == ["carol", "bobby", "alice"]


async def test_a_bots_life(tmp_path) -> None:
    async with housed(tmp_path) as house:
        alice = await house.session(await house.sign_up("alice"))
        create = commands.CreateBot(handle="helper", name="Helper")
        made = await house.bots.create(alice, create)
        identity = await house.devices.authenticate(made.token)
        assert (identity.kind, identity.user) == ("bot", made.user.id)
        listed = await house.bots.bots(alice, commands.Bots())
        assert [bot.handle for bot in listed.users] == ["helper"]
        again = await house.bots.reset_token(alice, commands.ResetBotToken(bot=made.user.id))
        with refused("unauthenticated"):
            await house.devices.authenticate(made.token)
        assert await house.devices.authenticate(again.token)
        assert (await house.bots.delete(alice, commands.DeleteBot(bot=made.user.id))).users == ()
        with refused("unauthenticated"):
            await house.devices.authenticate(again.token)
        gone = (await house.profiles.load([made.user.id]))[made.user.id]
        assert gone.gone
        await house.bots.create(alice, create)  # the handle is free again


async def test_a_bot_cannot_be_signed_in_to_or_have_bots(tmp_path) -> None:
    async with housed(tmp_path) as house:
        alice = await house.session(await house.sign_up("alice"))
        made = await house.bots.create(alice, commands.CreateBot(handle="helper", name="Helper"))
        with refused("wrong_credentials"):
            await house.sign_in("helper", "")
        identity = await house.devices.authenticate(made.token)
        bot = type(alice)(identity.user, identity.device, alice.wire)
        with refused("not_allowed"):
            await house.bots.create(bot, commands.CreateBot(handle="nested", name="N"))


async def test_others_bots_are_as_if_absent_and_their_number_is_bounded(tmp_path) -> None:
    async with housed(tmp_path) as house:
        alice, bobby = [
            await house.session(await house.sign_up(handle)) for handle in ("alice", "bobby")
        ]
        made = [
            await house.bots.create(alice, commands.CreateBot(handle=f"bot{n}", name="B"))
            for n in range(2)
        ]
        with refused("quota"):
            await house.bots.create(alice, commands.CreateBot(handle="bot9", name="B"))
        for bot in (made[0].user.id, "no-such-bot"):
            with refused("not_found"):
                await house.bots.reset_token(bobby, commands.ResetBotToken(bot=bot))
            with refused("not_found"):
                await house.bots.delete(bobby, commands.DeleteBot(bot=bot))


async def test_deleting_a_bot_closes_its_socket(tmp_path) -> None:
    async with housed(tmp_path) as house:
        alice = await house.session(await house.sign_up("alice"))
        made = await house.bots.create(alice, commands.CreateBot(handle="helper", name="Helper"))
        identity = await house.devices.authenticate(made.token)
        bot = type(alice)(identity.user, identity.device, type(alice.wire)())
        await house.sessions.enter(bot)
        await house.bots.delete(alice, commands.DeleteBot(bot=made.user.id))
        assert bot.wire.code == Close.SIGNED_OUT
