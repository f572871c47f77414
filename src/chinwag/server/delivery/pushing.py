"""`Pushing`: does the jobs that `alerts` puts, one a device: tells it of each chat what is due, and
closes what has been read elsewhere, as things stand at that moment.

Alerts arrive at least once: a crash between sending one and writing that down sends it again. The
push service keeps of each chat only the newest that waits.
"""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import msgspec
from msgspec import Struct

from chinwag.protocol import alerts
from chinwag.protocol.frames import encode
from chinwag.server.clock import now_ms
from chinwag.server.delivery import dues
from chinwag.server.delivery.away import Away
from chinwag.server.delivery.dues import Due
from chinwag.server.delivery.notices import topic
from chinwag.server.delivery.revisions import note
from chinwag.server.observe import log
from chinwag.server.ports.broker import Job, Verdict
from chinwag.server.ports.push import Alert, Fate, PushService, Reply, Target
from chinwag.server.ports.store import Store, Tx

ALERT = "alert"
_KEPT_SECONDS = 7 * 24 * 3600
# The broker bounds an attempt; what is left after so long is for the next.
_TURN_SECONDS = 15.0
# Devices of one person at once: slow endpoints must not hold up everybody else.
_AT_ONCE = 4
_LATER_MS = 1_000

_SUBSCRIPTION = (
    "SELECT account, endpoint, key, auth, previews, closing FROM push_subscriptions"
    " WHERE device = $1"
)
_SETTLE = (
    "UPDATE alerts SET done = CASE WHEN done > $3 THEN done ELSE $3 END, shown = $4"
    " WHERE device = $1 AND chat = $2"
)
_TIDY = "DELETE FROM alerts WHERE device = $1 AND chat = $2 AND due <= done AND shown = 0"
_LOCK = "SELECT device FROM push_subscriptions WHERE device = $1 FOR UPDATE"
_NEXT_ROUND = "UPDATE push_subscriptions SET round = round + 1 WHERE device = $1"


class Parcel(Struct):
    """The body of a job. ``tries``: those in vain, since one that was not."""

    device: str
    tries: int = 0


_parcel = msgspec.json.Decoder(Parcel).decode


@dataclass(frozen=True, slots=True)
class Tries:
    """How many there are, and the pause in ms after so many."""

    limit: int
    pause_ms: Callable[[int], int]


@dataclass(frozen=True, slots=True)
class _Browser:
    """A subscription."""

    device: str
    user: str
    target: Target
    previews: bool
    closing: bool


class Pushing:
    """From jobs to push services. ``shown``: (user, chat) of which a notification may be on a
    screen.
    """

    def __init__(
        self,
        store: Store,
        service: PushService,
        away: Away,
        shown: set[tuple[str, str]],
        tries: Tries,
    ) -> None:
        self._store = store
        self._service = service
        self._away = away
        self._shown = shown
        self._tries = tries
        self._busy: Counter[str] = Counter()
        self._fates: Counter[Fate] = Counter()
        self._given_up = 0

    async def attempt(self, job: Job) -> Verdict:
        """Tell a device all that is due to it."""
        parcel = _parcel(job.body)
        browser = await self._browser(parcel.device)
        if browser is None:
            return Verdict()  # signed out, or gone
        if self._busy[browser.user] >= _AT_ONCE:
            return Verdict(done=False, delay=_LATER_MS)
        self._busy[browser.user] += 1
        try:
            return await self._tell(browser, parcel)
        finally:
            self._busy[browser.user] -= 1
            if not self._busy[browser.user]:
                del self._busy[browser.user]

    async def _browser(self, device: str) -> _Browser | None:
        rows = await self._store.read(lambda reader: reader.fetch(_SUBSCRIPTION, device))
        if not rows:
            return None
        user, endpoint, key, auth, previews, closing = rows[0]
        return _Browser(device, user, Target(endpoint, key, auth), bool(previews), bool(closing))

    async def _tell(self, browser: _Browser, parcel: Parcel) -> Verdict:
        until = time.monotonic() + _TURN_SECONDS
        tries = parcel.tries
        while True:
            now = now_ms()
            read = partial(dues.read, device=browser.device, user=browser.user, now=now)
            due, total = await self._store.read(read)
            if not due and await self._finish(browser.device):
                return Verdict()
            for each in due:
                if time.monotonic() > until:
                    return Verdict(done=False, body=encode(Parcel(browser.device, tries)))
                reply = await self._one(browser, each, self._alert(browser, each, total, now))
                if reply.fate is Fate.GONE:
                    return await self._forget(browser, reply)
                if reply.fate is Fate.FAILED:
                    return self._later(browser.device, tries + 1, reply)
                tries = 0

    # --- one chat ----------------------------------------------------------------------------

    def _alert(self, browser: _Browser, due: Due, total: int, now: int) -> Alert | None:
        """What the device is to be told of a chat; None if nothing, any more."""
        if not self._away.is_away(browser.device, due.chat):
            return None  # its page shows by itself what there is
        name = topic(browser.device, due.chat)
        if due.is_news(now):
            payload = due.notice(total).payload(preview=browser.previews)
            return Alert(payload, name, "high", _KEPT_SECONDS)
        if due.is_over and browser.closing:
            payload = encode(alerts.Read(due.chat, due.read, total))
            return Alert(payload, name, "normal", _KEPT_SECONDS)
        return None

    async def _one(self, browser: _Browser, due: Due, alert: Alert | None) -> Reply:
        """Send the alert, if there is one, and write down that this chat is settled."""
        reply = Reply(Fate.TAKEN)
        if alert is not None:
            reply = await self._service.send(browser.target, alert)
            self._fates[reply.fate] += 1
        if reply.fate is Fate.REFUSED:
            log.warning("alerts.refused", device=browser.device, reason=reply.reason)
        elif reply.fate is not Fate.TAKEN:
            return reply
        shown = 0 if due.is_over else due.shown
        if alert is not None and alert.urgency == "high" and reply.fate is Fate.TAKEN:
            shown = due.due

        async def work(tx: Tx) -> None:
            await tx.execute(_SETTLE, browser.device, due.chat, due.due, shown)
            await tx.execute(_TIDY, browser.device, due.chat)

        await self._store.transact(work)
        if shown:
            # Not before: whoever looks after the pair finds it in the store, too.
            self._shown.add((browser.user, due.chat))
        return reply

    # --- the job -----------------------------------------------------------------------------

    async def _finish(self, device: str) -> bool:
        """End the round, unless something became due meanwhile."""

        async def work(tx: Tx) -> bool:
            await tx.fetch(
                _LOCK, device
            )  # against `Alerts`, who write what is due and read the round
            if await dues.is_any(tx, device):
                return False
            await tx.execute(_NEXT_ROUND, device)
            return True

        return await self._store.transact(work)

    def _later(self, device: str, tries: int, reply: Reply) -> Verdict:
        if tries >= self._tries.limit:
            self._given_up += 1
            # Should it be replayed, nothing has been tried yet.
            body = encode(Parcel(device))
            return Verdict(done=False, dead=True, error=reply.reason, body=body)
        pause = max(self._tries.pause_ms(tries), reply.retry_after)
        body = encode(Parcel(device, tries))
        return Verdict(done=False, delay=pause, error=reply.reason, body=body)

    async def _forget(self, browser: _Browser, reply: Reply) -> Verdict:
        """The subscription is no more; it may have been replaced just now."""

        async def work(tx: Tx) -> bool:
            if not await tx.execute(
                "DELETE FROM push_subscriptions WHERE device = $1 AND endpoint = $2",
                browser.device,
                browser.target.endpoint,
            ):
                return False
            await tx.execute("DELETE FROM alerts WHERE device = $1", browser.device)
            await note(tx, "unsubscribed", browser.device)
            return True

        if not await self._store.transact(work):
            return Verdict(done=False)
        self._away.forget([browser.device])
        log.info("alerts.unsubscribed", device=browser.device, reason=reply.reason)
        return Verdict()

    def gauges(self) -> dict[str, float]:
        """Figures for the metrics page. Dropped are those that a push service refuses, or that
        became dead letters.
        """
        return {
            "alerts_sent_total": self._fates[Fate.TAKEN],
            "alerts_failed_total": self._fates[Fate.FAILED],
            "alerts_dropped_total": self._fates[Fate.REFUSED] + self._given_up,
            "push_subscriptions_gone_total": self._fates[Fate.GONE],
        }
