"""The composition root: every part is made here, by plain constructor calls, and run.

Nothing else knows the settings or the adapters. Read `App.__init__` from top to bottom to see how
the boxes hang together.
"""

import asyncio
import contextlib
import gc
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from typing import Any

import uvicorn
from msgspec import structs

from chinwag.protocol.closing import Close
from chinwag.server.adapters.push.service import WebPush
from chinwag.server.clock import now_ms
from chinwag.server.config import Settings
from chinwag.server.delivery.alerts import Alerts
from chinwag.server.delivery.away import Away
from chinwag.server.delivery.backlog import Backlog
from chinwag.server.delivery.courier import Courier
from chinwag.server.delivery.delivery import Delivery
from chinwag.server.delivery.expiry import Expiry
from chinwag.server.delivery.failures import Failures
from chinwag.server.delivery.ladder import Ladder, Steps
from chinwag.server.delivery.pushing import ALERT, Pushing, Tries
from chinwag.server.delivery.revisions import Follow, Kind, Revisions
from chinwag.server.engines import engines_of
from chinwag.server.filing import Filing
from chinwag.server.gateway.auth import Auth
from chinwag.server.gateway.connection import Connection, Services
from chinwag.server.gateway.handlers import handlers
from chinwag.server.gateway.http import Http, Site
from chinwag.server.gateway.limits import PortLimits
from chinwag.server.gateway.oneport import one_port
from chinwag.server.gateway.pace import Pace
from chinwag.server.gateway.peers import Origins, Peers
from chinwag.server.gateway.upgrade import Accepted, Admission, Refused, UpgradeRequest
from chinwag.server.observe import Gauges, Metrics, log
from chinwag.server.ports.meters import Rate
from chinwag.server.services.actions import Actions
from chinwag.server.services.attaching import Attaching
from chinwag.server.services.bots import Bots
from chinwag.server.services.chats import Chats
from chinwag.server.services.codes import new_claim
from chinwag.server.services.deleting import Deleting
from chinwag.server.services.devices import Devices, Lifetimes
from chinwag.server.services.elsewhere import Elsewhere
from chinwag.server.services.entrance import Entrance, Policy
from chinwag.server.services.gallery import Gallery
from chinwag.server.services.groups import Groups
from chinwag.server.services.hearing import Hearing
from chinwag.server.services.invites import Invites
from chinwag.server.services.join_requests import JoinRequests
from chinwag.server.services.log import Log
from chinwag.server.services.membership import Membership
from chinwag.server.services.messages import Messages
from chinwag.server.services.passwords import Passwords
from chinwag.server.services.people import People
from chinwag.server.services.presence import Presence
from chinwag.server.services.profiles import Profiles
from chinwag.server.services.receipts import Receipts
from chinwag.server.services.relay import Relay
from chinwag.server.services.subscriptions import Alerting, Subscriptions
from chinwag.server.services.sync import Sync
from chinwag.server.services.upkeep import Upkeep
from chinwag.server.sessions.sessions import Sessions

_REAP_SECONDS = 5.0
_FORGET_SECONDS = 3600.0
_DRAIN_SECONDS = 5.0
# Clients that come back after a restart find room to wait in.
_BACKLOG = 4096


Started = Callable[[str, str | None], None]


class App:
    """The whole server of one node."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        # What the rules stand on.
        self.store, self.broker, self.registry, self.signals, self.meters = engines_of(settings)
        alone = self.registry.alone
        self.filing = Filing(settings, self.store, self.meters, alone=alone)
        self.sessions = Sessions(self.registry)
        self.delivery = Delivery(self.sessions)
        self.courier = Courier(self.registry.node, self.store, self.registry, self.broker)
        if not self.registry.alone:
            self.sessions.elsewhere = self.courier.push
            self.sessions.replaced = self._replaced
        self.push = WebPush(contact=_contact(settings), loopback=settings.push_loopback)
        # Alerts to devices that are not here.
        self.away = away = Away(self.sessions, settings.ack_timeout)
        shown: set[tuple[str, str]] = set()
        self.alerts = Alerts(self.store, self.broker, self.registry, away, shown)
        self.pushing = Pushing(self.store, self.push, away, shown, _tries(settings))
        self.subscriptions = Subscriptions(
            self.store, away, Alerting(settings.push, settings.push_loopback)
        )
        # The rules.
        self.profiles = Profiles(self.store, self.sessions)
        self.chats = Chats(self.store, self.sessions, self.profiles)
        elsewhere = None if alone else Elsewhere(self.registry, self.signals)
        self.presence = Presence(self.store, self.sessions, self.chats, elsewhere)
        self.log = Log(
            self.store,
            self.chats,
            self.delivery,
            self.alerts,
            met=self.presence.refresh,
            courier=None if self.registry.alone else self.courier,
        )
        self.hearing = Hearing(
            self.store, self.chats, self.delivery, self.log, known=lambda: self.registry.certain
        )
        self.relay = Relay(self.store, self.courier)
        self.messages = Messages(self.store, self.chats, self.log)
        self.attaching = Attaching(self.store, self.chats, self.messages, self.log)
        self.receipts = Receipts(self.chats, self.log, self.delivery)
        self.devices = Devices(self.store, self.sessions, _lifetimes(settings), gone=away.forget)
        self.passwords = _passwords(settings)
        self.entrance = Entrance(
            self.store, self.devices, self.passwords, self.meters, _policy(settings)
        )
        self.people = People(
            self.store,
            self.sessions,
            self.profiles,
            self.meters,
            changed=self._people_changed,
            look_ups=Rate(settings.look_ups_burst, settings.look_ups_every),
        )
        self.bots = Bots(
            self.store,
            self.devices,
            self.profiles,
            most=settings.bots_per_account,
        )
        actions = Actions(self.store, self.chats, self.delivery, self.meters)
        self.groups = Groups(actions)
        self.membership = Membership(actions)
        self.invites = Invites(actions)
        self.join_requests = JoinRequests(actions, self.profiles)
        self.deleting = Deleting(actions)
        self.gallery = Gallery(self.store, self.chats, quota=settings.file_quota)
        self.revisions = Revisions(self.store, self._followed())
        self.upkeep = Upkeep(self.store, self.devices, self.revisions)
        self.backlog = Backlog(self.store)
        failures = Failures(self.store, self.delivery)
        self.ladder = Ladder(
            self.store,
            self.broker,
            self.delivery,
            failures,
            _steps(settings),
            overdue=self.alerts.overdue,
        )
        self.expiry = Expiry(self.store, failures, settings.park_days)
        self.sync = Sync(self.store, self.profiles)
        # The door.
        peers = Peers(settings.trusted_proxies, secure=settings.public_url.startswith("https://"))
        origins = Origins(settings.public_url, settings.allowed_origins)
        handshakes = Rate(settings.handshakes_burst, settings.handshakes_every)
        self.auth = Auth(self.devices, origins, peers, self.meters, handshakes)
        self.services = Services(
            name=settings.name,
            heartbeat=settings.heartbeat,
            sessions=self.sessions,
            devices=self.devices,
            chats=self.chats,
            messages=self.messages,
            attaching=self.attaching,
            receipts=self.receipts,
            presence=self.presence,
            subscriptions=self.subscriptions,
            alerts=self.alerts,
            cold=handlers(
                sync=self.sync,
                presence=self.presence,
                messages=self.messages,
                deleting=self.deleting,
                gallery=self.gallery,
                ladder=self.ladder,
                chats=self.chats,
                devices=self.devices,
                people=self.people,
                entrance=self.entrance,
                bots=self.bots,
                groups=self.groups,
                membership=self.membership,
                invites=self.invites,
                join_requests=self.join_requests,
                subscriptions=self.subscriptions,
            ),
            pace=_pace(settings),
        )
        metrics = Metrics(self._gauges())
        self.http = Http(
            _site(settings),
            self.store,
            self.entrance,
            self.auth,
            metrics,
            self._ready,
            self.filing.before,
        )
        self._tasks: list[asyncio.Task[None]] = []

    # --- life --------------------------------------------------------------------------------

    async def run(
        self, started: Started, prepare: Callable[["App"], Awaitable[None]] | None = None
    ) -> None:
        """Serve until a signal says stop; then drain. ``prepare`` runs before the port opens;
        ``started`` is called once it is open, with the server's URL and, while nobody has claimed
        it, the code that does.
        """
        await self.start()
        if prepare is not None:
            await prepare(self)
        _settle_garbage_collector()
        claim = await new_claim(self.store)
        try:
            await _Server(self, lambda url: started(url, claim)).serve()
        finally:
            await self.stop()

    async def start(self) -> None:
        """Open the store and begin all background work."""
        await self.store.open(self.log.committed)
        await self.filing.start()
        await self.registry.open(self._lapsed, self._gone)
        await self.signals.open(self.presence.hear, self.presence.missed)
        await self.broker.consume(self.hearing.take)
        await self.broker.open(self.hearing.linked)
        await self.sync.open()
        self.push.use(await self.subscriptions.open(self.push.new_keys))
        await self.alerts.open()
        if self.settings.push:
            await self.broker.work(ALERT, self.pushing.attempt)
        self._background("log", self.log.run(self.messages.judge))
        self._background("presence", self.presence.run())
        self._background("ladder", self.ladder.run())
        self._background("expiry", self.expiry.run())
        self._background("alerts", self.alerts.run())
        self._background("reaper", _every(_REAP_SECONDS, self._reap))
        self._background("dead letters", _every(_FORGET_SECONDS, self._forget_dead_letters))
        self._background("revisions", self.revisions.run())
        self._background("upkeep", self.upkeep.run())
        self._background("backlog", self.backlog.run())
        for name, work in self.filing.work().items():
            self._background(name, work)
        if not self.registry.alone:
            self._background("courier", self.courier.run())
            self._background("hearing", self.hearing.run())
            self._background("relay", self.relay.run())

    async def drain(self) -> None:
        """Take no new messages, and see that those taken are committed and answered."""
        self.services.draining = True
        await self.filing.drain()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.log.drain(), _DRAIN_SECONDS)

    async def stop(self) -> None:
        """End the background work and close the store."""
        await self.drain()
        await self.courier.drain()
        await self.broker.close()
        await self.push.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.filing.close()
        await self.presence.flush(everything=True)
        await self.devices.flush()
        self.passwords.close()
        await self.signals.close()
        await self.registry.close()
        await self.store.close()

    def _background(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work, name=name)
        task.add_done_callback(_watch)
        self._tasks.append(task)

    async def _reap(self) -> None:
        # Looked for every few seconds: those are the tolerance, not the pause added to it.
        silent = self.sessions.reap(2 * self.settings.heartbeat)
        for session in silent:
            self.presence.left(session)  # now, not when the peer has had its time to say goodbye
        if silent:
            log.info("sessions.reaped", sessions=len(silent))

    async def _forget_dead_letters(self) -> None:
        days = self.settings.dead_letter_days
        if days and await self.store.leads():
            forgotten = await self.broker.forget(now_ms() - days * 24 * 3600 * 1000)
            if forgotten:
                log.info("dead_letters.forgotten", letters=forgotten)

    # --- hooks -------------------------------------------------------------------------------

    async def admit(self, request: UpgradeRequest) -> Admission:
        """Who may open a socket, and what stands behind it."""
        found = await self.auth.admit(request)
        if isinstance(found, Refused):
            return found
        identity, name = found.identity, found.name
        return Accepted(
            lambda socket: Connection(self.services, identity, socket, name), found.subprotocol
        )

    async def _lapsed(self) -> None:
        """The lease had run out: for the others this node's sessions were gone."""
        await self.sessions.enter_again()
        self.presence.entered_again()
        self.hearing.missed()

    def _replaced(self, node: str, device: str, epoch: int) -> None:
        self.courier.close(node, device, epoch, Close.REPLACED)

    def _gone(self, node: str) -> None:
        """Another node is gone, and its sessions with it."""
        log.info("node.gone", gone=node)
        self.alerts.crashed()
        self.presence.missed()

    def _followed(self) -> Mapping[Kind, Follow]:
        """What to do about what other nodes and processes did."""

        async def operator(_: Sequence[str]) -> None:
            self.profiles.clear()
            self.chats.forget_all()
            await self.devices.recheck()

        def people(pairs: Sequence[str]) -> None:
            for pair in pairs:
                self._people_changed(pair.split())

        def subscribed(those: Sequence[str]) -> None:
            for each in those:
                self.subscriptions.follow(*each.split())

        def failed(those: Sequence[str]) -> None:
            self.delivery.failed.update((chat, user) for chat, user in map(str.split, those))

        return {
            "device": self.devices.revoked,
            "profile": self.profiles.drop,
            "people": people,
            "subscribed": subscribed,
            "unsubscribed": self.away.forget,
            "failed": failed,
            "operator": operator,
        }

    def _people_changed(self, users: Sequence[str]) -> None:
        for chat in self.chats.forget(users):
            self.log.tell_again(chat)
        self.presence.refresh(users)

    async def _ready(self) -> bool:
        await self.store.read(lambda reader: reader.fetch("SELECT 1"))
        return not self.services.draining

    def _gauges(self) -> list[Gauges]:
        return [
            self.store.gauges,
            self.broker.gauges,
            self.registry.gauges,
            self.signals.gauges,
            self.courier.gauges,
            self.hearing.gauges,
            self.relay.gauges,
            self.log.gauges,
            self.delivery.gauges,
            self.alerts.gauges,
            self.pushing.gauges,
            self.passwords.gauges,
            self.services.gauges,
            self.backlog.gauges,
            self.filing.gauges,
        ]


class _Server(uvicorn.Server):
    """uvicorn, that drains the log before it says goodbye to the sockets."""

    def __init__(self, app: App, started: Callable[[str], None]) -> None:
        settings = app.settings
        self._app = app
        self._started = started
        super().__init__(
            uvicorn.Config(
                app.http.app(),
                host=settings.host,
                port=settings.port,
                http=one_port(admit=app.admit, limits=PortLimits(connections=settings.connections)),
                lifespan="off",
                access_log=False,
                log_config=None,
                log_level="warning",
                server_header=False,
                proxy_headers=False,
                backlog=_BACKLOG,
                timeout_graceful_shutdown=int(settings.shutdown_seconds) or 1,
            )
        )

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn's, but that a signal obeyed is not raised again: that would end the process
        before the background work is finished and the store closed.
        """
        with super().capture_signals():
            yield
            self._captured_signals.clear()

    async def startup(self, *args: Any, **kwargs: Any) -> None:
        await super().startup(*args, **kwargs)
        if self.started:
            port = self.servers[0].sockets[0].getsockname()[1]
            self._started(structs.replace(self._app.settings, port=port).url)

    async def shutdown(self, *args: Any, **kwargs: Any) -> None:
        await self._app.drain()
        await super().shutdown(*args, **kwargs)


def _settle_garbage_collector() -> None:
    """Nearly all that a server makes is freed by its reference count. To look for cycles in all
    that was ever loaded took a tenth of the time under load, in pauses of 60 ms: so what is there
    now is never looked at again, and the rest seldom.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


async def _every(seconds: float, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
        except Exception:  # noqa: BLE001 - the next round may go well
            log.exception("background.failed", work=work.__qualname__)


def _watch(task: asyncio.Task[None]) -> None:
    """Background work never ends by itself; if it does, that must not stay unseen."""
    if not task.cancelled():
        log.error("background.ended", task=task.get_name(), exc_info=task.exception())


# --- settings, as each part wants them -----------------------------------------------------------


def _lifetimes(settings: Settings) -> Lifetimes:
    return Lifetimes(settings.device_idle_days, settings.device_days, settings.devices_per_account)


def _passwords(settings: Settings) -> Passwords:
    return Passwords(
        memory_kib=settings.password_memory_kib,
        passes=settings.password_passes,
        threads=settings.password_threads,
        queued=settings.password_queue,
    )


def _policy(settings: Settings) -> Policy:
    return Policy(
        settings.sign_up,
        sign_ups_per_address=Rate(settings.sign_ups_burst, settings.sign_ups_every),
        sign_ins_per_address=Rate(settings.sign_ins_burst, settings.sign_ins_every),
        sign_ins_per_account=Rate(settings.tries_burst, settings.tries_every),
    )


def _steps(settings: Settings) -> Steps:
    return Steps(
        acknowledge_seconds=settings.ack_timeout,
        limit=settings.retry_limit,
        backoff_seconds=settings.retry_backoff,
        factor=settings.retry_factor,
    )


def _tries(settings: Settings) -> Tries:
    return Tries(settings.retry_limit, _steps(settings).pause_ms)


def _contact(settings: Settings) -> str:
    secure = settings.public_url.startswith("https://")
    return settings.push_contact or (settings.public_url if secure else "")


def _pace(settings: Settings) -> Pace:
    return Pace(
        sends=Rate(settings.sends_burst, settings.sends_every),
        commands=Rate(settings.commands_burst, settings.commands_every),
        frames=Rate(settings.frames_burst, settings.frames_every),
    )


def _site(settings: Settings) -> Site:
    return Site(
        name=settings.name,
        public_url=settings.public_url,
        public_docs=settings.public_docs,
        metrics_token=settings.metrics_token,
        cookie_seconds=settings.device_days * 24 * 3600,
    )
