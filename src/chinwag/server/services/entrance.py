"""`Entrance`: signing up, in and out, and changing the password.

Who guesses passwords meets two token buckets, by account and by address, that only ever delay:
there is no lock that somebody else could cause. An address from which an account was signed in to
before, and a device that still holds one of its tokens, have buckets of their own, so that guessing
elsewhere does not slow the owner down. Known and unknown handles are treated alike, to the hash.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Literal

from uuid_utils import uuid7

from chinwag.protocol import commands, errors, results
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.http import SignedIn, SignIn, SignUp
from chinwag.protocol.scalars import UserKind
from chinwag.server.delivery.locks import lock_server
from chinwag.server.observe import log
from chinwag.server.ports.meters import Meters, Rate
from chinwag.server.ports.store import Row, Store, Tx
from chinwag.server.services import codes
from chinwag.server.services.devices import Devices, Identity, remove, remove_all
from chinwag.server.services.guessable import guessable
from chinwag.server.services.limits import Limit
from chinwag.server.services.passwords import Passwords
from chinwag.server.services.profiles import PROFILE, user_of
from chinwag.server.sessions.session import Session

SignUpMode = Literal["open", "invite", "closed"]

# Nobody but the first admin may look like the server itself.
RESERVED = frozenset(
    {"admin", "administrator", "chinwag", "help", "moderator", "root", "security", "support",
     "system"}
)  # fmt: skip
_REMEMBERED = 20_000
_INVITE: codes.CodeKind = "invite"
_CLAIM: codes.CodeKind = "claim"
_INVITE_DAYS = 7
_OPEN_INVITES = 1_000


@dataclass(frozen=True, slots=True)
class Entry:
    """From where somebody comes: the address limits go by (see `gateway.peers`), and who the
    request's token, if it had a valid one, says they are.
    """

    address: str
    holder: Identity | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may sign up, and how often things may be tried. An address may be a whole office."""

    sign_up: SignUpMode = "invite"
    sign_ups_per_address: Rate = field(default=Rate(20, 60))
    sign_ins_per_address: Rate = field(default=Rate(100, 2))
    sign_ins_per_account: Rate = field(default=Rate(10, 20))


_BY_HANDLE = f"SELECT {PROFILE}, password FROM accounts WHERE handle = $1"
_BY_ID = f"SELECT {PROFILE}, password FROM accounts WHERE id = $1"


class Entrance:
    """The way in, and out."""

    def __init__(
        self,
        store: Store,
        devices: Devices,
        passwords: Passwords,
        meters: Meters,
        policy: Policy | None = None,
    ) -> None:
        self._store = store
        self._devices = devices
        self._passwords = passwords
        self.policy = policy = policy or Policy()
        self._sign_ups = Limit(meters, "sign_ups", policy.sign_ups_per_address)
        self._from_address = Limit(meters, "sign_ins", policy.sign_ins_per_address)
        self._to_account = Limit(meters, "tries", policy.sign_ins_per_account)
        self._familiar: OrderedDict[str, None] = OrderedDict()

    # --- up ----------------------------------------------------------------------------------

    async def sign_up(self, do: SignUp, entry: Entry) -> SignedIn:
        """A new account, signed in.

        Raises:
            ChinwagError: sign_up_closed, invite_invalid, weak_password, handle_taken,
                rate_limited, busy.
        """
        await self._sign_ups.take(entry.address)
        await self._check_code(do)
        if guessable(do.password, do.handle, do.name):
            raise ChinwagError(errors.WEAK_PASSWORD, field="$.password")
        if do.handle in RESERVED and not do.claim:
            raise ChinwagError(errors.HANDLE_TAKEN, field="$.handle")
        stored = await self._passwords.hash(do.password)
        signed_in = await self._store.transact(lambda tx: self._create(tx, do, stored))
        log.info("account.signed_up", user=signed_in.user.id, admin=do.claim is not None)
        return signed_in

    async def _check_code(self, do: SignUp) -> None:
        """Before anything that costs, and again by using the code up."""
        if do.claim is not None:
            code, kind = do.claim, _CLAIM
        elif self.policy.sign_up == "closed":
            raise ChinwagError(errors.SIGN_UP_CLOSED)
        elif self.policy.sign_up == "open":
            return
        elif do.invite is None:
            raise ChinwagError(errors.SIGN_UP_CLOSED, field="$.invite")
        else:
            code, kind = do.invite, _INVITE
        if not await self._store.read(lambda db: codes.holds(db, code, kind)):
            raise ChinwagError(errors.INVITE_INVALID, field=f"$.{kind}")

    async def invite(self, session: Session, _: commands.InvitePerson) -> results.Invitation:
        """A one-time code for somebody else's sign-up.

        Raises:
            ChinwagError: not_allowed, to all but the server's admins; sign_up_closed; quota, of
                codes that nobody has used yet.
        """

        async def work(tx: Tx) -> results.Invitation:
            await lock_server(tx)  # the quota is everybody's
            if not await tx.fetch(
                "SELECT 1 FROM accounts WHERE id = $1 AND admin = 1 AND status = 'active'",
                session.user,
            ):
                raise ChinwagError(errors.NOT_ALLOWED)
            if self.policy.sign_up == "closed":
                raise ChinwagError(errors.SIGN_UP_CLOSED)
            if await codes.open_codes(tx, _INVITE) >= _OPEN_INVITES:
                raise ChinwagError(errors.QUOTA)
            code = await codes.make_code(tx, _INVITE, _INVITE_DAYS)
            return results.Invitation(code, tx.now + _INVITE_DAYS * codes.DAY)

        invitation = await self._store.transact(work)
        log.info("account.invited", user=session.user)
        return invitation

    async def _create(self, tx: Tx, do: SignUp, stored: str) -> SignedIn:
        if do.claim is not None:
            await codes.claim(tx, do.claim)
        elif self.policy.sign_up == "invite":
            await codes.use(tx, do.invite or "", "invite")
        user = await create_account(
            tx, do.handle, do.name, password=stored, admin=do.claim is not None
        )
        device, token, _ = await self._devices.add(tx, user.id, do.device)
        return SignedIn(user=user, device=device, token=token)

    # --- in ----------------------------------------------------------------------------------

    async def sign_in(self, do: SignIn, entry: Entry) -> SignedIn:
        """A new device of an account. The token that the request came with, if it is of the same
        account, is replaced.

        Raises:
            ChinwagError: wrong_credentials, whatever is wrong; rate_limited, busy.
        """
        handle = do.handle.lower()
        await self._from_address.take(entry.address)
        rows = await self._store.read(lambda db: db.fetch(_BY_HANDLE, handle))
        user, stored = _account(rows)
        holder = entry.holder if entry.holder and user and entry.holder.user == user.id else None
        await self._prove(handle, user, stored, do.password, entry, holder)
        assert user is not None
        fresh = None
        if stored is not None and self._passwords.outdated(stored):
            fresh = await self._passwords.hash(do.password)
        signed_in, gone = await self._store.transact(
            lambda tx: self._enter(tx, user, do.device, (stored, fresh), holder)
        )
        self._devices.revoked(gone)
        log.info("account.signed_in", user=user.id, device=signed_in.device)
        return signed_in

    async def _prove(
        self,
        handle: str,
        user: results.User | None,
        stored: str | None,
        password: str,
        entry: Entry,
        holder: Identity | None,
    ) -> None:
        pair = f"{handle} {entry.address}"
        familiar = pair in self._familiar
        bucket = holder.device if holder else pair if familiar else handle
        await self._to_account.take(bucket)
        try:
            right = await self._passwords.verify(stored, password)
        except ChinwagError:  # busy: nothing was tried
            await self._from_address.give_back(entry.address)
            await self._to_account.give_back(bucket)
            raise
        if not right or user is None or user.gone or user.kind != "person":
            log.warning("account.sign_in_refused", address=entry.address)
            raise ChinwagError(errors.WRONG_CREDENTIALS)
        await self._from_address.give_back(entry.address)
        await self._to_account.give_back(bucket)
        self._familiar[pair] = None
        self._familiar.move_to_end(pair)
        if len(self._familiar) > _REMEMBERED:
            self._familiar.popitem(last=False)

    async def _enter(
        self,
        tx: Tx,
        user: results.User,
        device: str,
        hashes: tuple[str | None, str | None],
        holder: Identity | None,
    ) -> tuple[SignedIn, list[str]]:
        stored, fresh = hashes
        # The password may have been changed, or the account disabled, while it was hashed.
        if not await tx.execute(
            "UPDATE accounts SET password = $3"
            " WHERE id = $1 AND password = $2 AND status = 'active'",
            user.id,
            stored,
            fresh or stored,
        ):
            raise ChinwagError(errors.WRONG_CREDENTIALS)
        gone = [holder.device] if holder else []
        await remove(tx, gone)
        new, token, crowded = await self._devices.add(tx, user.id, device)
        return SignedIn(user=user, device=new, token=token), gone + crowded

    # --- out, and anew -----------------------------------------------------------------------

    async def sign_out(self, who: Identity) -> None:
        """The device signs out."""
        await self._devices.sign_out(who)
        log.info("account.signed_out", user=who.user, device=who.device)

    async def change_password(
        self, session: Session, command: commands.ChangePassword
    ) -> results.Done:
        """A new password. Signs out all other devices.

        Raises:
            ChinwagError: wrong_credentials, weak_password, rate_limited, busy.
        """
        await self._to_account.take(session.device)
        rows = await self._store.read(lambda db: db.fetch(_BY_ID, session.user))
        user, stored = _account(rows)
        if user is None or not await self._passwords.verify(stored, command.old):
            log.warning("account.password_change_refused", user=session.user)
            raise ChinwagError(errors.WRONG_CREDENTIALS, field="$.do.old")
        if guessable(command.new, user.handle, user.name):
            raise ChinwagError(errors.WEAK_PASSWORD, field="$.do.new")
        fresh = await self._passwords.hash(command.new)

        async def work(tx: Tx) -> list[str]:
            if not await tx.execute(
                "UPDATE accounts SET password = $3 WHERE id = $1 AND password = $2",
                session.user,
                stored,
                fresh,
            ):
                raise ChinwagError(errors.WRONG_CREDENTIALS, field="$.do.old")
            return await remove_all(tx, session.user, besides=session.device)

        self._devices.revoked(await self._store.transact(work))
        log.info("account.password_changed", user=session.user)
        return results.Done()


async def create_account(
    tx: Tx,
    handle: str,
    name: str,
    *,
    password: str | None,
    admin: bool = False,
    kind: UserKind = "person",
    owner: str | None = None,
) -> results.User:
    """A new account in this transaction. A bot may have an owner.

    Raises:
        ChinwagError: handle_taken.
    """
    user = results.User(id=str(uuid7()), handle=handle, name=name, kind=kind)
    if not await tx.execute(
        "INSERT INTO accounts (id, handle, name, kind, owner, password, admin, created_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (handle) DO NOTHING",
        user.id,
        handle,
        name,
        user.kind,
        owner,
        password,
        int(admin),
        tx.now,
    ):
        raise ChinwagError(errors.HANDLE_TAKEN)
    return user


def _account(rows: list[Row]) -> tuple[results.User | None, str | None]:
    if not rows:
        return None, None
    *profile, password = rows[0]
    return user_of(tuple(profile)), password
