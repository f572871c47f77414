"""The link to the server: one session after another, for as long as it makes sense."""

import asyncio
import contextlib
import random
import ssl
from collections.abc import Callable

from chinwag.protocol.closing import Close, reconnects
from chinwag.protocol.errors import ChinwagError
from chinwag.protocol.pushes import Push
from chinwag.sdk.changes import Status, StatusChanged
from chinwag.sdk.connection import Connection
from chinwag.sdk.errors import Closed, CloseInfo, Refused, SdkError, SignedOut, StoreError
from chinwag.sdk.replica import Replica
from chinwag.sdk.session import Looks, Session

BACKOFF_SECONDS = (0.5, 30.0)
# A session that lasted this long was a good one: the next backoff starts from the beginning. One
# that at least caught up shows that the server is there: it starts low.
GOOD_SECONDS = 5.0
LOW_ATTEMPTS = 2


class Link:
    """Keeps a session open. ``attach`` is called with each caught-up connection, and with None
    when it is gone.

    Attributes:
        status: see `changes.Status`.
        trouble: why the last session ended or did not begin; None while all is well.
        failure: the final error, once there will be no other session.
    """

    def __init__(
        self,
        url: str,
        token: str,
        replica: Replica,
        *,
        push: Callable[[Push], None],
        attach: Callable[[Connection | None], None],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._url = url
        self._token = token
        self._tls = tls
        self._replica = replica
        self._push = push
        self._attach = attach
        self.looks = Looks()
        self.status: Status = "offline"
        self.trouble: Exception | None = None
        self.failure: Exception | None = None
        self.connection: Connection | None = None
        self._session: Session | None = None
        self._attempts = 0
        self._hurry = asyncio.Event()
        self._waiters: set[asyncio.Future[Connection]] = set()

    async def run(self) -> None:
        """Connect, and connect again, until signed out or cancelled."""
        while self.failure is None:
            pause = await self._one_session()
            if self.failure is None:
                self._become("offline")
                await self._pause(pause)

    async def online(self) -> Connection:
        """Wait for a caught-up connection.

        Raises:
            SignedOut, Closed, StoreError: there will be none.
        """
        if self.failure is not None:
            raise self.failure
        if self.connection is not None and not self.connection.closed.done():
            return self.connection
        waiter: asyncio.Future[Connection] = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            return await waiter
        finally:
            self._waiters.discard(waiter)

    def hurry(self) -> None:
        """Do not wait for the end of the pause: the network may be back."""
        self._attempts = 0
        self._hurry.set()

    def look(self) -> None:
        """What the person looks at has changed: `looks` is different."""
        if self.connection is not None and self._session is not None:
            self._session.beat_now(self.connection)

    def end(self, failure: Exception) -> None:
        """There will be no other session."""
        if self.failure is not None:
            return
        self.failure = failure
        self._become("signed_out" if isinstance(failure, SignedOut) else "closed")
        for waiter in list(self._waiters):
            if not waiter.done():
                waiter.set_exception(failure)

    # --- inside ------------------------------------------------------------------------------

    async def _one_session(self) -> float:
        """One session from beginning to end; gives the pause before the next one, in seconds."""
        loop = asyncio.get_running_loop()
        self._become("connecting")
        self._session = session = Session(self._replica, self.looks, self._push)
        began = loop.time()
        try:
            info = await session.run(self._open, self._begin)
        except Refused as error:
            return self._refused(error)
        except StoreError as error:
            self.end(error)
            return 0.0
        except (OSError, SdkError, ChinwagError) as error:
            self.trouble = error
            return self._backoff()
        finally:
            self._lost()
        return self._ended(info, session, loop.time() - began)

    async def _open(self, push: Callable[[Push], None]) -> Connection:
        connection = await Connection.open(self._url, self._token, push, tls=self._tls)
        self._become("syncing")
        return connection

    def _begin(self, connection: Connection) -> None:
        self.connection = connection
        self.trouble = None
        self._attempts = min(self._attempts, LOW_ATTEMPTS)
        self._become("online")
        self._attach(connection)
        for waiter in list(self._waiters):
            if not waiter.done():
                waiter.set_result(connection)

    def _lost(self) -> None:
        self._session = None
        if self.connection is not None:
            self.connection = None
        self._replica.acks.attach(None)
        self._attach(None)

    def _ended(self, info: CloseInfo, session: Session, lasted: float) -> float:
        self.trouble = Closed(f"the connection closed ({info.code} {info.reason})".rstrip())
        if not reconnects(info.code):
            self.end(SignedOut(info.code))
            return 0.0
        if lasted >= GOOD_SECONDS:
            self._attempts = 0
        if session.reconnect_after is not None:
            return session.reconnect_after
        return self._backoff()

    def _refused(self, error: Refused) -> float:
        self.trouble = error
        if error.status == 401:
            self.end(SignedOut(Close.SIGNED_OUT))
            return 0.0
        return max(error.retry_after, self._backoff())

    def _backoff(self) -> float:
        """Full jitter: anything up to a ceiling that doubles."""
        low, high = BACKOFF_SECONDS
        ceiling = min(high, low * 2 ** min(self._attempts, 10))
        self._attempts += 1
        return random.uniform(0, ceiling)  # noqa: S311 - spreads load

    async def _pause(self, seconds: float) -> None:
        self._hurry.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._hurry.wait()

    def _become(self, status: Status) -> None:
        if status != self.status:
            self.status = status
            self._replica.hub.publish((StatusChanged(status),))
