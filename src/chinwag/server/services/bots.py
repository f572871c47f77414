"""Bots: accounts for programs, owned by people. A bot has one token, which does not lapse."""

from chinwag.protocol import commands, errors, results
from chinwag.protocol.errors import ChinwagError
from chinwag.server.delivery.locks import lock_accounts
from chinwag.server.delivery.revisions import note
from chinwag.server.observe import log
from chinwag.server.ports.store import Reader, Store, Tx
from chinwag.server.services import files
from chinwag.server.services.devices import Devices, remove_all
from chinwag.server.services.entrance import RESERVED, create_account
from chinwag.server.services.membership import on_account_gone
from chinwag.server.services.people import TouchOwn, bump_all
from chinwag.server.services.profiles import PROFILE, Profiles, user_of
from chinwag.server.sessions.session import Session

_DEVICE = "token"
_OWN = f"SELECT {PROFILE} FROM accounts WHERE owner = $1 AND status = 'active' ORDER BY id"
_ONE = f"SELECT {PROFILE} FROM accounts WHERE id = $2 AND owner = $1 AND status = 'active'"


class Bots:
    """What people do with their bots. ``most`` is how many a person may own. ``touch_own`` runs
    in the transaction that deletes one: its chats are judged anew.
    """

    def __init__(
        self,
        store: Store,
        devices: Devices,
        profiles: Profiles,
        *,
        most: int = 10,
        touch_own: TouchOwn = bump_all,
    ) -> None:
        self._store = store
        self._devices = devices
        self._profiles = profiles
        self._most = most
        self._touch_own = touch_own

    async def bots(self, session: Session, _: commands.Bots) -> results.UserList:
        """One's own bots."""
        return await self._store.read(lambda db: _list(db, session.user))

    async def create(self, session: Session, command: commands.CreateBot) -> results.BotToken:
        """A bot and its token.

        Raises:
            ChinwagError: handle_taken; quota; not_allowed, to a bot.
        """

        async def work(tx: Tx) -> results.BotToken:
            await lock_accounts(tx, session.user)
            if await tx.fetch(
                "SELECT 1 FROM accounts WHERE id = $1 AND kind <> 'person'", session.user
            ):
                raise ChinwagError(errors.NOT_ALLOWED)
            if len(await tx.fetch(_OWN, session.user)) >= self._most:
                raise ChinwagError(errors.QUOTA)
            if command.handle in RESERVED:
                raise ChinwagError(errors.HANDLE_TAKEN, field="$.do.handle")
            bot = await create_account(
                tx,
                command.handle,
                command.name,
                password=None,
                kind="bot",
                owner=session.user,
            )
            _, token, _ = await self._devices.add(tx, bot.id, _DEVICE)
            return results.BotToken(bot, token)

        answer = await self._store.transact(work)
        log.info("bot.created", user=session.user, bot=answer.user.id)
        return answer

    async def reset_token(
        self, session: Session, command: commands.ResetBotToken
    ) -> results.BotToken:
        """A new token. The old one stops to work at once.

        Raises:
            ChinwagError: not_found.
        """

        async def work(tx: Tx) -> tuple[results.BotToken, list[str]]:
            await lock_accounts(tx, session.user, command.bot)
            bot = await _own(tx, session.user, command.bot)
            gone = await remove_all(tx, bot.id)
            _, token, _ = await self._devices.add(tx, bot.id, _DEVICE)
            return results.BotToken(bot, token), gone

        answer, gone = await self._store.transact(work)
        self._devices.revoked(gone)
        log.info("bot.reset", user=session.user, bot=command.bot)
        return answer

    async def delete(self, session: Session, command: commands.DeleteBot) -> results.UserList:
        """Delete a bot. What it wrote stays; its handle is free again.

        Raises:
            ChinwagError: not_found.
        """

        async def work(tx: Tx) -> tuple[results.UserList, list[str]]:
            await lock_accounts(tx, session.user, command.bot)
            bot = await _own(tx, session.user, command.bot)
            gone = await remove_all(tx, bot.id)
            # No handle can be like an id: ids have a hyphen.
            await tx.execute(
                "UPDATE accounts SET status = 'deleted', handle = $1, about = '', avatar = ''"
                " WHERE id = $1",
                bot.id,
            )
            await files.release(tx, [bot.avatar])
            await on_account_gone(tx, bot.id)
            await self._touch_own(tx, bot.id)
            await note(tx, "profile", bot.id)
            await note(tx, "people", bot.id)
            return await _list(tx, session.user), gone

        answer, gone = await self._store.transact(work)
        self._devices.revoked(gone)
        await self._profiles.changed(command.bot)
        log.info("bot.deleted", user=session.user, bot=command.bot)
        return answer


async def _list(reader: Reader, owner: str) -> results.UserList:
    return results.UserList(tuple(user_of(row) for row in await reader.fetch(_OWN, owner)))


async def _own(reader: Reader, owner: str, bot: str) -> results.User:
    rows = await reader.fetch(_ONE, owner, bot)
    if not rows:
        raise ChinwagError(errors.NOT_FOUND)
    return user_of(rows[0])
