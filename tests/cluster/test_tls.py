"""Nodes and `chinwag doctor` reach RabbitMQ and Redis by TLS, and trust no other certificate."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from chinwag.sdk import Client
from chinwag.server.config import Settings
from chinwag.server.doctor import State, examine
from cluster.behind import make_certificate
from engines.node import Node
from faults.people import PASSWORD
from faults.servers import WIDE
from flows.cast import eventually, texts


@contextlib.asynccontextmanager
async def _tls(url: str, certificate: Path) -> AsyncIterator[int]:
    """A port at which an engine speaks TLS."""
    place = urlsplit(url)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65_536):
                writer.write(data)
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        behind, ahead = await asyncio.open_connection(place.hostname, place.port)
        await asyncio.gather(copy(reader, ahead), copy(behind, writer))

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@pytest.fixture
async def settings(
    postgres: str, rabbitmq: str, redis: str, tmp_path: Path
) -> AsyncIterator[dict[str, str]]:
    """Engines behind TLS, with a certificate of an authority of our own."""
    pem = make_certificate(tmp_path / "ca.pem")
    vhost = urlsplit(rabbitmq).path
    async with _tls(rabbitmq, pem) as broker, _tls(redis, pem) as registry:
        yield {
            "database_url": postgres,
            "broker_url": f"amqps://guest:guest@localhost:{broker}{vhost}?cafile={pem}",
            "registry_url": f"rediss://localhost:{registry}/0?ssl_ca_certs={pem}",
        }


async def test_two_nodes_talk_over_links_with_tls(settings: dict[str, str], tmp_path: Path) -> None:
    nodes = [Node(f"node{n}", {**WIDE, **settings}) for n in range(2)]
    try:
        for node in nodes:
            await asyncio.to_thread(node.start)
        ann, ben = [
            await Client.sign_up(node.url, name, name, PASSWORD)
            for node, name in zip(nodes, ("ann", "ben"), strict=True)
        ]
        for client in (ann, ben):
            client.start()
            await client.wait_online()
        chat = (await ann.open_direct(ben.user)).chat
        await (await ann.send(chat, "over TLS")).accepted()
        await eventually(lambda: texts(ben, chat) == ["over TLS"])
        heard = await asyncio.to_thread(nodes[1].metrics)
        assert heard["parcels_heard_total"] > 0
        for client in (ann, ben):
            await client.close()
        found = list(await examine(Settings(data=str(tmp_path / "data"), **settings)))
    finally:
        for node in nodes:
            node.kill()
    states = {each.state for each in found if each.part in ("broker", "registry")}
    assert states == {State.OK}, found


async def test_a_certificate_of_somebody_else_is_refused(
    settings: dict[str, str], tmp_path: Path
) -> None:
    trusting_others = {name: url.partition("?")[0] for name, url in settings.items()}
    found = list(await examine(Settings(data=str(tmp_path / "data"), **trusting_others)))
    for part in ("broker", "registry"):
        wrong = [each for each in found if each.part == part and each.state is State.FAIL]
        assert "CERTIFICATE_VERIFY_FAILED" in str(wrong), found
