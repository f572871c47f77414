"""Who is away."""

import math
import time

from chinwag.server.adapters.local_registry import LocalRegistry
from chinwag.server.delivery.away import Away
from chinwag.server.sessions.session import Session
from chinwag.server.sessions.sessions import Sessions
from house import Line


async def test_a_device_without_a_session_is_away() -> None:
    sessions = Sessions(LocalRegistry())
    away = Away(sessions, 10)
    away.add("ann", "phone")
    away.add("ann", "tablet")
    phone, tablet = Session("ann", "phone", Line()), Session("ann", "tablet", Line())
    await sessions.enter(phone)
    assert away.among(["ann", "ben"], "c", besides="ben")
    assert not away.among(["ann", "ben"], "c", besides="ann")
    await sessions.enter(tablet)
    assert not away.among(["ann"], "c", besides="")
    sessions.remove(phone)
    assert away.among(["ann"], "c", besides="")
    away.forget(["phone", "unknown"])
    assert not away.among(["ann"], "c", besides="")
    assert (len(away), "tablet" in away, "phone" in away) == (1, True, False)


async def test_a_session_that_owes_too_long_is_away_for_that_chat() -> None:
    sessions = Sessions(LocalRegistry())
    away = Away(sessions, 10)
    session = Session("ann", "phone", Line())
    await sessions.enter(session)
    now = time.monotonic()
    session.unacknowledged = {"new": now - 5, "old": now - 11, "ladder": math.inf}
    assert [away.is_away("phone", chat) for chat in ("none", "new", "old", "ladder")] == [
        False,
        False,
        True,
        True,
    ]
