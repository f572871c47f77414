"""The engines as fixtures.

``postgres``, ``rabbitmq`` and ``redis`` are URLs: of an empty database, an empty virtual host, an
empty server, made for the one test. Behind them is one server a worker, which tests do no harm to,
or the one that the environment names (`VARIABLES`); that virtual host and that Redis are then the
same for all tests, so one worker has to do.

``own_postgres``, ``own_rabbitmq`` and ``own_redis`` are engines that a test may stop, kill, freeze
and starve; the tests of a module share them, and each finds them running.
"""

import os
from collections.abc import Callable, Iterator

import pytest

from engines.engine import Engine
from engines.postgres import Postgres, drop_database, new_database
from engines.rabbitmq import RabbitMQ
from engines.redis import Redis
from engines.s3 import S3

VARIABLES = {
    "postgres": "CHINWAG_TEST_POSTGRES_URL",
    "rabbitmq": "CHINWAG_TEST_RABBITMQ_URL",
    "redis": "CHINWAG_TEST_REDIS_URL",
}


def given(name: str) -> str:
    """The URL that the environment names, if it does."""
    return os.environ.get(VARIABLES[name], "")


def _running(make: Callable[[], Engine]) -> Iterator[Engine]:
    engine = make()
    engine.start()
    yield engine
    engine.kill()


@pytest.fixture(scope="module")
def s3() -> Iterator[S3]:
    """A storage that speaks S3, which tests share: each takes a prefix of its own. Not for longer
    than it is used: it goes on working when it has nothing to do.
    """
    server = S3()
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def shared_postgres() -> Iterator[str]:
    """The URL of a server that tests share."""
    if url := given("postgres"):
        yield url
        return
    for engine in _running(Postgres):
        yield engine.url


@pytest.fixture
def postgres(shared_postgres: str) -> Iterator[str]:
    """The URL of an empty database."""
    url = new_database(shared_postgres)
    yield url
    drop_database(url)


@pytest.fixture(scope="session")
def shared_rabbitmq() -> Iterator[Engine | None]:
    """The server that tests share; none where the environment names one."""
    if given("rabbitmq"):
        yield None
        return
    yield from _running(RabbitMQ)


@pytest.fixture
def rabbitmq(shared_rabbitmq: RabbitMQ | None) -> Iterator[str]:
    """The URL of an empty virtual host."""
    if shared_rabbitmq is None:
        yield given("rabbitmq")
        return
    url = shared_rabbitmq.vhost()
    yield url
    shared_rabbitmq.drop_vhost(url)


@pytest.fixture
def redis() -> Iterator[str]:
    """The URL of an empty server; it starts in no time, so that each test has its own."""
    if url := given("redis"):
        yield url
        return
    for engine in _running(Redis):
        yield engine.url


@pytest.fixture(scope="module")
def _own_postgres() -> Iterator[Engine]:
    yield from _running(Postgres)


@pytest.fixture(scope="module")
def _own_rabbitmq() -> Iterator[Engine]:
    yield from _running(RabbitMQ)


def _healed(engine: Engine) -> None:
    engine.resume()
    if not engine.running:
        engine.kill()
        engine.start()


@pytest.fixture
def own_postgres(_own_postgres: Postgres) -> Postgres:
    """A server to hurt. `Postgres.database` makes a database in it."""
    _healed(_own_postgres)
    return _own_postgres


@pytest.fixture
def own_rabbitmq(_own_rabbitmq: RabbitMQ) -> RabbitMQ:
    """A server to hurt. `RabbitMQ.vhost` makes a virtual host in it."""
    _healed(_own_rabbitmq)
    return _own_rabbitmq


@pytest.fixture
def own_redis() -> Iterator[Engine]:
    """A server to hurt."""
    yield from _running(Redis)
