"""Which engines a node stands on: the settings' URLs alone decide. What is not used is not even
imported, so that a small server starts quickly.
"""

from typing import NamedTuple

from chinwag.server.adapters.local_broker import LocalBroker
from chinwag.server.adapters.local_meters import LocalMeters
from chinwag.server.adapters.local_registry import LocalRegistry
from chinwag.server.adapters.local_signals import LocalSignals
from chinwag.server.adapters.sqlite.store import SqliteStore
from chinwag.server.config import Settings
from chinwag.server.ports.broker import Broker
from chinwag.server.ports.meters import Meters
from chinwag.server.ports.registry import Registry
from chinwag.server.ports.signals import Signals
from chinwag.server.ports.store import Store


class Engines(NamedTuple):
    """One of each."""

    store: Store
    broker: Broker
    registry: Registry
    signals: Signals
    meters: Meters


def engines_of(settings: Settings) -> Engines:
    """The engines that the settings name."""
    store = _store(settings)
    return Engines(store, LocalBroker(store), LocalRegistry(), LocalSignals(), LocalMeters())


def _store(settings: Settings) -> Store:
    if not settings.database_url:
        return SqliteStore(settings.database)
    from chinwag.server.adapters.postgres.store import PostgresStore  # noqa: PLC0415

    return PostgresStore(settings.database_url, exclusive=not settings.broker_url)
