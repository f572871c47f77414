"""`chinwag doctor` on real engines, well and ill."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

import chinwag
from chinwag.server.config import Settings
from chinwag.server.doctor import Finding, State, examine
from engines.haproxy import HAProxy
from engines.node import Node
from engines.ports import free_port
from engines.postgres import Postgres
from engines.rabbitmq import RabbitMQ

SOURCE = str(Path(chinwag.__file__).parents[1])
CLAIMED = b"\r\nHost:", b"\r\nX-Forwarded-Proto: http\r\nHost:"


async def examined(**settings: object) -> list[Finding]:
    """All findings."""
    return list(await examine(Settings(**settings)))


def wrong(findings: list[Finding], part: str) -> str:
    """All that is not well with a part, in words, with what to change."""
    return "; ".join(
        f"{each.state}: {each.text}: {each.advice}"
        for each in findings
        if each.part == part and each.state is not State.OK
    )


def said(findings: list[Finding], part: str) -> str:
    """All that is said of a part."""
    return "; ".join(each.text for each in findings if each.part == part)


@asynccontextmanager
async def careless_proxy(port: int) -> AsyncIterator[int]:
    """It passes on what clients claim of their address."""

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data.replace(*CLAIMED))
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, ahead = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(copy(reader, ahead), copy(behind, writer), return_exceptions=True)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_a_deployment_that_is_well(tmp_path, postgres, rabbitmq, redis) -> None:
    port = free_port()
    proxy = HAProxy({"node": port})
    settings = {
        "data": str(tmp_path / "data"),
        "port": port,
        "public_url": proxy.url,
        "trusted_proxies": ("127.0.0.1",),
        "database_url": postgres,
    }
    engines = {"broker_url": rabbitmq, "registry_url": redis}
    node = Node("node", settings | {"trusted_proxies": "127.0.0.1"}, port=port)
    before = await examined(**settings | engines)
    assert "the database is empty" in said(before, "database")
    assert "no node runs here" in said(before, "node")
    assert "fail" in wrong(before, "proxy")
    try:
        await asyncio.to_thread(node.start)
        await asyncio.to_thread(proxy.start)
        for _ in range(2):  # it leaves nothing behind that the next would stumble over
            after = await examined(**settings | engines)
            for part in ("settings", "data", "alerts", "broker", "registry", "node", "proxy"):
                assert wrong(after, part) == ""
            assert "reads it by another connection" in said(after, "database")
            assert "sign" in said(after, "alerts")
            assert "is believed" in said(after, "proxy")
        async with careless_proxy(port) as careless:
            claims = await examined(**settings | {"public_url": f"http://localhost:{careless}"})
        assert "limits can be got around" in wrong(claims, "proxy")
    finally:
        node.kill()
        proxy.kill()


async def test_a_proxy_that_is_not_trusted_is_found(tmp_path) -> None:
    port = free_port()
    proxy = HAProxy({"node": port})
    node = Node("node", {"public_url": proxy.url}, port=port)
    try:
        await asyncio.to_thread(node.start)
        await asyncio.to_thread(proxy.start)
        findings = await examined(data=str(tmp_path), port=port, public_url=proxy.url)
        assert "the proxy is not trusted" in wrong(findings, "proxy")
        assert "trusted_proxies" in wrong(findings, "proxy")
    finally:
        node.kill()
        proxy.kill()


async def test_a_database_that_would_lose_messages_fails(tmp_path, own_postgres: Postgres) -> None:
    findings = await examined(data=str(tmp_path), database_url=own_postgres.database())
    assert "fsync = off: a crash may lose messages" in wrong(findings, "database")


async def test_engines_that_are_away_are_told_apart(tmp_path) -> None:
    findings = await examined(
        data=str(tmp_path),
        database_url=f"postgresql://me:sesame-one@127.0.0.1:{free_port()}/chinwag",
        broker_url=f"amqp://me:sesame-two@127.0.0.1:{free_port()}/",
        registry_url=f"redis://:sesame-three@127.0.0.1:{free_port()}/0",
    )
    for part in ("database", "broker", "registry"):
        assert "fail" in wrong(findings, part)
        assert "running" in wrong(findings, part) or "run at" in wrong(findings, part)
    assert "sesame" not in str(findings)


async def test_an_alarm_of_the_broker_is_named(tmp_path, own_rabbitmq: RabbitMQ, redis) -> None:
    settings = {
        "data": str(tmp_path),
        "database_url": f"postgresql://127.0.0.1:{free_port()}/none",
        "broker_url": own_rabbitmq.vhost(),
        "registry_url": redis,
    }
    await asyncio.to_thread(own_rabbitmq.fill_disk)
    try:
        assert "an alarm is on" in wrong(await examined(**settings), "broker")
    finally:
        await asyncio.to_thread(own_rabbitmq.clear_disk)


def ask(*words: str, **settings: object) -> subprocess.CompletedProcess[str]:
    """`chinwag doctor` as people run it."""
    plain = {name: it for name, it in os.environ.items() if not name.startswith("CHINWAG_")}
    told = {f"CHINWAG_{name.upper()}": str(value) for name, value in settings.items()}
    return subprocess.run(
        [sys.executable, "-m", "chinwag", "doctor", *words],
        env=plain | told | {"PYTHONPATH": SOURCE},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_it_tells_people_and_programs_and_by_its_status(tmp_path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    well = ask(data=data, port=free_port(), push_contact="mailto:me@example.org")
    assert (well.returncode, well.stderr) == (0, "")
    assert well.stdout.endswith("all is well\n")
    assert list(data.iterdir()) == []
    away = f"postgresql://me:sesame@127.0.0.1:{free_port()}/chinwag"
    ill = ask("--json", data=data, database_url=away)
    told = json.loads(ill.stdout)
    assert (ill.returncode, told["well"]) == (1, False)
    assert {each["part"] for each in told["findings"] if each["state"] == "fail"} == {"database"}
    assert "sesame" not in ill.stdout + ill.stderr
    broken = ask(database_url="mysql://me:sesame@host/x")
    assert broken.returncode == 1
    assert "database_url begins with postgresql://" in broken.stdout
    assert "sesame" not in broken.stdout + broken.stderr


@pytest.mark.parametrize("damage", [b"no database at all, but long enough to be read", b""])
async def test_a_sqlite_file_is_looked_into(tmp_path, damage) -> None:
    settings = Settings(data=str(tmp_path))
    settings.database.write_bytes(damage)
    assert ("cannot be read" in wrong(list(await examine(settings)), "database")) == bool(damage)
