"""The composition root: every part is made here, by plain constructor calls, and run.

Nothing else knows the settings or the adapters, but for what stands beside it: `engines` (which
adapters), `parameters` (the settings as each part wants them), `filing` (all about files) and
`serving` (the port). Read `App.__init__` from top to bottom to see how the boxes hang together.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence

from chinwag.protocol.closing import Close
from chinwag.server import parameters
from chinwag.server.adapters.push.service import WebPush
from chinwag.server.background import Background
from chinwag.server.clock import now_ms
from chinwag.server.config import Settings
from chinwag.server.delivery.alerts import Alerts
from chinwag.server.delivery.away import Away
from chinwag.server.delivery.backlog import Backlog
from chinwag.server.delivery.courier import Courier
from chinwag.server.delivery.delivery import Delivery
from chinwag.server.delivery.expiry import Expiry
from chinwag.server.delivery.failures import Failures
from chinwag.server.delivery.ladder import Ladder
from chinwag.server.delivery.pushing import ALERT, Pushing
from chinwag.server.delivery.revisions import Follow, Kind, Revisions
from chinwag.server.engines import engines_of
from chinwag.server.filing import Filing
from chinwag.server.gateway.auth import Auth
from chinwag.server.gateway.connection import Connection, Services
from chinwag.server.gateway.handlers import handlers
from chinwag.server.gateway.http import Http
from chinwag.server.gateway.peers import Origins, Peers
from chinwag.server.gateway.upgrade import Accepted, Admission, Refused, UpgradeRequest
from chinwag.server.observe import Gauges, Metrics, log
from chinwag.server.ports.meters import Rate
from chinwag.server.services.actions import Actions
from chinwag.server.services.bots import Bots
from chinwag.server.services.chats import Chats
from chinwag.server.services.codes import new_claim
from chinwag.server.services.devices import Devices
from chinwag.server.services.elsewhere import Elsewhere
from chinwag.server.services.entrance import Entrance
from chinwag.server.services.groups import Groups
from chinwag.server.services.hearing import Hearing
from chinwag.server.services.invites import Invites
from chinwag.server.services.join_requests import JoinRequests
from chinwag.server.services.log import Log
from chinwag.server.services.membership import Membership
from chinwag.server.services.messages import Messages
from chinwag.server.services.people import People
from chinwag.server.services.presence import Presence
from chinwag.server.services.profiles import Profiles
from chinwag.server.services.receipts import Receipts
from chinwag.server.services.relay import Relay
from chinwag.server.services.subscriptions import Alerting, Subscriptions
from chinwag.server.services.sync import Sync
from chinwag.server.services.upkeep import Upkeep
from chinwag.server.serving import Serving, settle_garbage_collector
from chinwag.server.sessions.sessions import Sessions

_REAP_SECONDS = 5.0
_FORGET_SECONDS = 3600.0
_DRAIN_SECONDS = 5.0

Started = Callable[[str, str | None], None]


class App:
    """The whole server of one node."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        # What the rules stand on.
        self.store, self.broker, self.registry, self.signals, self.meters = engines_of(settings)
        alone = self.registry.alone
        self.sessions = Sessions(self.registry)
        self.delivery = Delivery(self.sessions)
        self.courier = Courier(self.registry.node, self.store, self.registry, self.broker)
        if not alone:
            self.sessions.elsewhere = self.courier.push
            self.sessions.replaced = self._replaced
        self.push = WebPush(contact=parameters.contact(settings), loopback=settings.push_loopback)
        # Alerts to devices that are not here.
        self.away = away = Away(self.sessions, settings.ack_timeout)
        shown: set[tuple[str, str]] = set()
        self.alerts = Alerts(self.store, self.broker, self.registry, away, shown)
        self.pushing = Pushing(self.store, self.push, away, shown, parameters.tries(settings))
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
            courier=None if alone else self.courier,
        )
        self.hearing = Hearing(
            self.store, self.chats, self.delivery, self.log, known=lambda: self.registry.certain
        )
        self.relay = Relay(self.store, self.courier)
        self.messages = Messages(self.store, self.chats, self.log)
        self.receipts = Receipts(self.chats, self.log, self.delivery)
        self.devices = Devices(
            self.store, self.sessions, parameters.lifetimes(settings), gone=away.forget
        )
        self.passwords = parameters.passwords(settings)
        self.entrance = Entrance(
            self.store, self.devices, self.passwords, self.meters, parameters.policy(settings)
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
        self.filing = Filing(settings, actions, self.messages, self.log, alone=alone)
        self.revisions = Revisions(self.store, self._followed())
        self.upkeep = Upkeep(self.store, self.devices, self.revisions)
        self.backlog = Backlog(self.store)
        failures = Failures(self.store, self.delivery)
        self.ladder = Ladder(
            self.store,
            self.broker,
            self.delivery,
            failures,
            parameters.steps(settings),
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
            attaching=self.filing.attaching,
            receipts=self.receipts,
            presence=self.presence,
            subscriptions=self.subscriptions,
            alerts=self.alerts,
            cold=handlers(
                sync=self.sync,
                presence=self.presence,
                messages=self.messages,
                deleting=self.filing.deleting,
                gallery=self.filing.gallery,
                ladder=self.ladder,
                chats=self.chats,
                receipts=self.receipts,
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
            pace=parameters.pace(settings),
        )
        metrics = Metrics(self._gauges())
        self.http = Http(
            parameters.site(settings),
            self.store,
            self.entrance,
            self.auth,
            metrics,
            self._ready,
            self.filing.before,
        )
        self.background = Background()

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
        settle_garbage_collector()
        claim = await new_claim(self.store)
        try:
            await Serving(
                self.settings,
                self.http.app(),
                self.admit,
                self.drain,
                lambda url: started(url, claim),
            ).serve()
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
        self.background.begin("log", self.log.run(self.messages.judge))
        self.background.begin("presence", self.presence.run())
        self.background.begin("ladder", self.ladder.run())
        self.background.begin("expiry", self.expiry.run())
        self.background.begin("alerts", self.alerts.run())
        self.background.every(_REAP_SECONDS, "reaper", self._reap)
        self.background.every(_FORGET_SECONDS, "dead letters", self._forget_dead_letters)
        self.background.begin("revisions", self.revisions.run())
        self.background.begin("upkeep", self.upkeep.run())
        self.background.begin("backlog", self.backlog.run())
        for name, work in self.filing.work().items():
            self.background.begin(name, work)
        if not self.registry.alone:
            self.background.begin("courier", self.courier.run())
            self.background.begin("hearing", self.hearing.run())
            self.background.begin("relay", self.relay.run())

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
        await self.background.stop()
        await self.filing.close()
        await self.presence.flush(everything=True)
        await self.devices.flush()
        self.passwords.close()
        await self.signals.close()
        await self.registry.close()
        await self.store.close()

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
