"""Which engines a node stands on: the settings' URLs alone decide. What is not used is not even
imported, so that a small server starts quickly.
"""

import socket
from pathlib import Path
from typing import NamedTuple

from chinwag.server.adapters.local_broker import LocalBroker
from chinwag.server.adapters.local_meters import LocalMeters
from chinwag.server.adapters.local_registry import LocalRegistry
from chinwag.server.adapters.local_signals import LocalSignals
from chinwag.server.adapters.sqlite.store import SqliteStore
from chinwag.server.config import Settings
from chinwag.server.ports.blobs import Blobs
from chinwag.server.ports.broker import Broker
from chinwag.server.ports.meters import Meters
from chinwag.server.ports.registry import Registry
from chinwag.server.ports.signals import Signals
from chinwag.server.ports.store import Store

_NODE_CHARS = 64


class Engines(NamedTuple):
    """One of each."""

    store: Store
    broker: Broker
    registry: Registry
    signals: Signals
    meters: Meters


def engines_of(settings: Settings) -> Engines:
    """The engines that the settings name."""
    store = store_of(settings, exclusive=not (settings.database_url and settings.broker_url))
    broker = broker_of(settings, store)
    return Engines(store, broker, *_sessions_of(settings))


def node_of(settings: Settings) -> str:
    """The name of this node among the others."""
    return settings.node or f"{socket.gethostname()}:{settings.port}"[:_NODE_CHARS]


def store_of(settings: Settings, *, exclusive: bool) -> Store:
    """The store that the settings name. ``exclusive``: for the only server on these data."""
    if not settings.database_url:
        return SqliteStore(settings.database, exclusive=exclusive)
    from chinwag.server.adapters.postgres.store import PostgresStore  # noqa: PLC0415

    return PostgresStore(settings.database_url, exclusive=exclusive)


def broker_of(settings: Settings, store: Store) -> Broker:
    """The broker that the settings name. It is not connected before it is opened."""
    if not settings.broker_url:
        return LocalBroker(store)
    from chinwag.server.adapters.rabbitmq.broker import RabbitBroker  # noqa: PLC0415

    return RabbitBroker(settings.broker_url, node_of(settings), store)


def blobs_of(settings: Settings) -> Blobs:
    """The storage of files that the settings name. It is not connected before it is opened."""
    if settings.files.startswith("s3://"):
        from chinwag.server.adapters.blobs.bucket import BucketBlobs  # noqa: PLC0415

        return BucketBlobs(settings.files, settings.files_endpoint)
    from chinwag.server.adapters.blobs.folder import FolderBlobs  # noqa: PLC0415

    return FolderBlobs(Path(settings.files).expanduser().absolute())


def _sessions_of(settings: Settings) -> tuple[Registry, Signals, Meters]:
    if not settings.registry_url:
        return LocalRegistry(), LocalSignals(), LocalMeters()
    from chinwag.server.adapters.redis.link import Link  # noqa: PLC0415
    from chinwag.server.adapters.redis.meters import RedisMeters  # noqa: PLC0415
    from chinwag.server.adapters.redis.registry import RedisRegistry  # noqa: PLC0415
    from chinwag.server.adapters.redis.signals import RedisSignals  # noqa: PLC0415

    link = Link(settings.registry_url)
    registry = RedisRegistry(link, node_of(settings), settings.lease_seconds)
    return registry, RedisSignals(link), RedisMeters(link)
