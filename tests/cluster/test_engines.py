"""The engines that other tests lean on: they start, can be hurt, and leave nothing behind."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import psutil
import pytest
from redis.asyncio import Redis as Client

from engines.engine import Engine
from engines.keeper import family
from engines.ports import is_open
from engines.postgres import Postgres
from engines.rabbitmq import RabbitMQ
from engines.redis import Redis
from faults.network import network_to

_ROOT = Path(__file__).parents[2]


def until(true: Callable[[], object], seconds: float = 20) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def alive(pids: list[int]) -> list[int]:
    """Those that still run; init may take a moment to bury the others."""
    found = []
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                found.append(pid)
    return found


async def test_each_test_has_an_empty_database(postgres: str) -> None:
    link = await asyncpg.connect(postgres)
    await link.execute("CREATE TABLE only_here (one int)")
    tables = await link.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    assert tables == 1
    await link.close()


async def test_what_was_committed_survives_kill_and_restart(own_postgres: Postgres) -> None:
    url = own_postgres.database()
    link = await asyncpg.connect(url)
    await link.execute("CREATE TABLE kept (one int)")
    own_postgres.kill()
    with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)):
        await link.fetch("SELECT 1")
    with contextlib.suppress(OSError):
        await link.close()
    own_postgres.start()
    own_postgres.restart()
    link = await asyncpg.connect(url)
    assert await link.fetch("SELECT one FROM kept") == []
    await link.close()


async def test_a_frozen_engine_answers_nothing_until_it_goes_on(own_redis: Redis) -> None:
    own_redis.pause()
    client = Client.from_url(own_redis.url, socket_timeout=0.2)
    with pytest.raises(Exception, match="Timeout"):
        await client.ping()
    own_redis.resume()
    assert await client.ping()
    await client.aclose()


async def test_the_way_to_an_engine_can_be_cut(own_redis: Redis) -> None:
    async with network_to(own_redis) as network:
        client = Client.from_url(own_redis.url_at(network.port), socket_timeout=0.2)
        assert await client.ping()
        network.stall()
        with pytest.raises(Exception, match="Timeout"):
            await client.ping()
        network.resume()
        assert await client.ping()
        await client.aclose()


def test_a_virtual_host_comes_empty(rabbitmq: str) -> None:
    assert rabbitmq.startswith("amqp://")
    assert not rabbitmq.endswith("/")


def test_rabbitmq_can_be_made_to_refuse(own_rabbitmq: RabbitMQ) -> None:
    def alarmed() -> bool:
        return own_rabbitmq.control("eval", "rabbit_alarm:get_alarms().").strip() != "[]"

    own_rabbitmq.fill_disk()
    until(alarmed)
    own_rabbitmq.clear_disk()
    until(lambda: not alarmed())
    own_rabbitmq.fill_memory()
    until(alarmed)
    own_rabbitmq.clear_memory()
    until(lambda: not alarmed())


@pytest.mark.slow
def test_killed_rabbitmq_comes_back_with_its_virtual_hosts(own_rabbitmq: RabbitMQ) -> None:
    url = own_rabbitmq.vhost()
    pids = own_rabbitmq.pids
    own_rabbitmq.kill()
    assert alive(pids) == []
    own_rabbitmq.start()
    own_rabbitmq.drop_vhost(url)  # refused if it were not there


@pytest.mark.parametrize(
    ("engine", "number"),
    [(Postgres, signal.SIGINT), (RabbitMQ, signal.SIGKILL), (Redis, signal.SIGKILL)],
)
def test_nothing_outlives_who_started_it(
    engine: type[Engine], number: signal.Signals, tmp_path: Path
) -> None:
    # Whoever is started in the background by a shell ignores interrupts, and so would this.
    script = (
        "import signal, time; signal.signal(signal.SIGINT, signal.default_int_handler);"
        f"from {engine.__module__} import {engine.__name__} as E; e = E();"
        "e.start(); print(e.port, e.folder, flush=True); time.sleep(600)"
    )
    with (tmp_path / "errors").open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-c", script],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=_ROOT,
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
        )
    assert process.stdout is not None
    with process.stdout:
        line = process.stdout.readline()
    assert line, (tmp_path / "errors").read_text()
    port, folder = line.split()
    below = [each.pid for each in family(process.pid)]
    assert is_open(int(port))
    process.send_signal(number)
    process.wait()
    until(lambda: not alive(below))
    until(lambda: not Path(folder).exists())
    until(lambda: not is_open(int(port)))  # a thread of who has ended may still have it
