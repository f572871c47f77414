"""Push subscriptions: where a device that has no session is alerted (see `delivery.alerts`)."""

from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from chinwag.protocol import commands, errors, results
from chinwag.protocol.errors import ChinwagError
from chinwag.server.addresses import is_loopback, is_public, parsed
from chinwag.server.delivery.away import Away
from chinwag.server.delivery.revisions import note
from chinwag.server.observe import log
from chinwag.server.ports.push import Keys
from chinwag.server.ports.store import Reader, Store, Tx
from chinwag.server.sessions.session import Session

PRIVATE_KEY, PUBLIC_KEY = "push_private_key", "push_public_key"
_HTTPS = 443
# P-256, as FIPS 186 has it: y² = x³ - 3x + b.
_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B

# The device may have been signed out in this moment.
_PUT = (
    "INSERT INTO push_subscriptions"
    " (device, account, endpoint, key, auth, previews, closing, created_at)"
    " SELECT id, account, $2, $3, $4, $5, $6, $7 FROM devices WHERE id = $1"
    " ON CONFLICT (device) DO UPDATE SET endpoint = excluded.endpoint, key = excluded.key,"
    " auth = excluded.auth, previews = excluded.previews, closing = excluded.closing"
)
_LOCK = "SELECT id FROM devices WHERE id = $1 FOR UPDATE"
_OTHERS = "SELECT device FROM push_subscriptions WHERE endpoint = $1 AND device <> $2"


@dataclass(frozen=True, slots=True)
class Alerting:
    """Whether alerts are sent at all, and also to push services on this machine, for tests."""

    enabled: bool = True
    loopback: bool = False


class Subscriptions:
    """Devices that subscribe, and the server's key that browsers know it by."""

    def __init__(self, store: Store, away: Away, alerting: Alerting) -> None:
        self._store = store
        self._away = away
        self._alerting = alerting
        self.key = ""
        """What clients subscribe with; empty where no alerts are sent."""

    async def open(self, make: Callable[[], Keys]) -> Keys:
        """The server's keys, which are made at its first start and kept for ever: browsers take
        alerts of no other. Also learns who has subscribed.
        """
        keys = await self._store.read(_kept) or await self._keep(make())
        if self._alerting.enabled:
            self.key = keys.public
            sql = "SELECT account, device FROM push_subscriptions"
            for user, device in await self._store.read(lambda reader: reader.fetch(sql)):
                self._away.add(user, device)
        return keys

    async def _keep(self, keys: Keys) -> Keys:
        async def work(tx: Tx) -> Keys:
            kept = await _kept(tx)
            if kept is None:
                for name, value in ((PRIVATE_KEY, keys.private), (PUBLIC_KEY, keys.public)):
                    await tx.execute("INSERT INTO meta (key, value) VALUES ($1, $2)", name, value)
            return kept or keys

        return await self._store.transact(work)

    async def subscribe(self, session: Session, command: commands.SubscribePush) -> results.Done:
        """Alert this device there from now on. An endpoint is one browser's: a device that had it
        before, as of another account, has it no more.

        Raises:
            ChinwagError: invalid; not_allowed, where no alerts are sent.
        """
        if not self._alerting.enabled:
            raise ChinwagError(errors.NOT_ALLOWED)
        if not self._may_be_asked(command.endpoint):
            raise ChinwagError(errors.INVALID, field="$.do.endpoint")
        if not is_point(command.p256dh):
            raise ChinwagError(errors.INVALID, field="$.do.p256dh")

        async def work(tx: Tx) -> list[str]:
            await tx.fetch(_LOCK, session.device)
            others = [row[0] for row in await tx.fetch(_OTHERS, command.endpoint, session.device)]
            await forget(tx, others)
            await tx.execute(
                _PUT,
                session.device,
                command.endpoint,
                command.p256dh,
                command.auth,
                int(command.previews),
                int(command.closing),
                tx.now,
            )
            await note(tx, "unsubscribed", *others)
            await note(tx, "subscribed", f"{session.user} {session.device}")
            return others

        self._away.forget(await self._store.transact(work))
        self._away.add(session.user, session.device)
        log.info("alerts.subscribed", user=session.user, device=session.device)
        return results.Done()

    def follow(self, user: str, device: str) -> None:
        """The device subscribed at another node."""
        if self._alerting.enabled:
            self._away.add(user, device)

    async def unsubscribe(self, session: Session, _: commands.UnsubscribePush) -> results.Done:
        """No alerts to this device."""

        async def work(tx: Tx) -> None:
            await forget(tx, [session.device])
            await note(tx, "unsubscribed", session.device)

        await self._store.transact(work)
        self._away.forget([session.device])
        return results.Done()

    def _may_be_asked(self, endpoint: str) -> bool:
        """Whether an endpoint is one that a push service on the internet may have. What its name
        stands for is judged when it is connected to.
        """
        try:
            url = urlsplit(endpoint)
            port = url.port
        except ValueError:
            return False
        if not url.hostname or "@" in url.netloc or "\\" in endpoint or url.fragment:
            return False
        if self._alerting.loopback and is_loopback(url.hostname):
            return url.scheme in ("http", "https")
        return url.scheme == "https" and port in (None, _HTTPS) and _is_outside(url)


def _is_outside(url: SplitResult) -> bool:
    host = url.hostname or ""
    if parsed(host) is not None:
        return is_public(host)
    return "." in host.strip(".")


def is_point(key: str) -> bool:
    """Whether a key in base64url is an uncompressed point of P-256."""
    data = urlsafe_b64decode(key + "=" * (-len(key) % 4))
    x, y = int.from_bytes(data[1:33], "big"), int.from_bytes(data[33:], "big")
    return (
        len(data) == 65
        and data[0] == 4
        and max(x, y) < _P
        and (y * y - (x * x * x - 3 * x + _B)) % _P == 0
    )


async def forget(tx: Tx, devices: list[str]) -> None:
    """Remove the subscriptions of devices in this transaction, and what was due to them."""
    if devices:
        await tx.execute("DELETE FROM push_subscriptions WHERE device = ANY($1)", devices)
        await tx.execute("DELETE FROM alerts WHERE device = ANY($1)", devices)


async def _kept(reader: Reader) -> Keys | None:
    rows: dict[str, str] = dict(
        await reader.fetch(
            "SELECT key, value FROM meta WHERE key = ANY($1)", [PRIVATE_KEY, PUBLIC_KEY]
        )
    )
    return Keys(rows[PRIVATE_KEY], rows[PUBLIC_KEY]) if len(rows) == 2 else None
