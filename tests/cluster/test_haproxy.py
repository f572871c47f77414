"""The load balancer as we ship it: what it lets through, what it adds, whom it asks."""

import asyncio
import ssl
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from cluster.behind import Echo, echoing, make_certificate
from engines.haproxy import SHIPPED, HAProxy
from engines.node import Node
from engines.ports import free_port
from engines.programs import program
from flows.cast import eventually, sign_up

_FORGED = {
    "X-Forwarded-For": "127.0.0.1",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "elsewhere.example",
    "X-Real-IP": "127.0.0.1",
    "Forwarded": "for=127.0.0.1",
}


@pytest.fixture
async def echoes() -> AsyncIterator[list[Echo]]:
    async with echoing("one") as one, echoing("two") as two:
        yield [one, two]


@pytest.fixture
async def balancer(echoes: list[Echo], tmp_path: Path) -> AsyncIterator[HAProxy]:
    """With TLS, before two echoes."""
    certificate = make_certificate(tmp_path / "certificate.pem")
    haproxy = HAProxy({echo.name: echo.port for echo in echoes}, certificate=certificate)
    await asyncio.to_thread(haproxy.start)
    yield haproxy
    haproxy.kill()


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[aiohttp.ClientSession]:
    """Of whom each request is a connection of its own."""
    connector = aiohttp.TCPConnector(ssl=False, force_close=True)
    async with aiohttp.ClientSession(connector=connector) as session:
        yield session


@pytest.fixture
def nodes() -> Iterator[dict[str, Node]]:
    """Real nodes, each for itself."""
    made = {name: Node(name, {"sign_up": "open"}) for name in ("one", "two")}
    for node in made.values():
        node.begin()
    for node in made.values():
        node.await_ready()
    yield made
    for node in made.values():
        node.kill()


@pytest.fixture
def plain(nodes: dict[str, Node]) -> Iterator[HAProxy]:
    """Without TLS, before real nodes."""
    haproxy = HAProxy({name: node.port for name, node in nodes.items()})
    haproxy.start()
    yield haproxy
    haproxy.kill()


def test_what_we_ship_is_valid(tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path / "certificate.pem")
    ours = tmp_path / "haproxy.cfg"
    text = SHIPPED.read_text().replace("/etc/haproxy/certs/", str(certificate))
    # The user comes with Debian's package; there may be another here.
    ours.write_text(text.replace("    user haproxy\n    group haproxy\n", ""))
    done = subprocess.run(
        [program("haproxy"), "-c", "-f", ours], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr


async def _headers(client: aiohttp.ClientSession, url: str) -> dict[str, Any]:
    async with client.get(url, headers=_FORGED) as answer:
        sent = (await answer.json())["headers"]
    names = Counter(name.lower() for name, _ in sent)
    assert max(names.values()) == 1
    return {name.lower(): value for name, value in sent}


async def test_who_a_client_is_does_not_go_by_its_word(
    balancer: HAProxy, client: aiohttp.ClientSession
) -> None:
    seen = await _headers(client, f"{balancer.url}/page")
    assert seen["x-forwarded-for"] in ("127.0.0.1", "::1")  # ours: there is only this machine
    assert seen["x-forwarded-proto"] == "https"
    assert {"x-forwarded-host", "x-real-ip", "forwarded"}.isdisjoint(seen)


async def test_a_forged_protocol_is_corrected(
    echoes: list[Echo], client: aiohttp.ClientSession
) -> None:
    haproxy = HAProxy({echo.name: echo.port for echo in echoes})
    await asyncio.to_thread(haproxy.start)
    seen = await _headers(client, f"{haproxy.url}/page")
    haproxy.kill()
    assert seen["x-forwarded-proto"] == "http"


@pytest.mark.parametrize("path", ["/metrics", "/readyz", "/healthz"])
async def test_operators_pages_are_not_for_the_public(
    balancer: HAProxy, echoes: list[Echo], client: aiohttp.ClientSession, path: str
) -> None:
    async with client.get(balancer.url + path) as answer:
        assert answer.status == 404
    assert path not in echoes[0].asked + echoes[1].asked


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/c/1", 308), ("POST", "/api/sign-in", 403), ("GET", "/ws", 403), ("PUT", "/", 403)],
)
async def test_only_pages_are_sent_on_to_https(
    balancer: HAProxy, client: aiohttp.ClientSession, method: str, path: str, status: int
) -> None:
    plain = f"http://localhost:{balancer.plain_port}{path}"
    async with client.request(method, plain, allow_redirects=False) as answer:
        assert answer.status == status
        if status == 308:
            assert answer.headers["Location"].startswith("https://")


def _tls(version: ssl.TLSVersion) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = context.maximum_version = version
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context


async def test_tls_is_modern_and_speaks_http2(balancer: HAProxy) -> None:
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        _, writer = await asyncio.open_connection(
            "127.0.0.1", balancer.port, ssl=_tls(version), server_hostname="localhost"
        )
        assert writer.get_extra_info("ssl_object").selected_alpn_protocol() == "h2"
        writer.close()
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old = _tls(ssl.TLSVersion.TLSv1_1)
    old.set_ciphers("ALL:@SECLEVEL=0")  # or our own side would refuse
    with pytest.raises(ssl.SSLError):
        await asyncio.open_connection("127.0.0.1", balancer.port, ssl=old)


@pytest.mark.slow
async def test_an_endless_head_is_cut(balancer: HAProxy) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", balancer.plain_port)
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
    async with asyncio.timeout(20):
        answer = await reader.read()
    assert answer.startswith(b"HTTP/1.1 408")
    writer.close()


async def test_a_draining_node_gets_nothing_new(
    balancer: HAProxy, echoes: list[Echo], client: aiohttp.ClientSession
) -> None:
    one, two = echoes
    one.ready = 404
    await eventually(lambda: balancer.states()["one"] == "NOLB")
    for number in range(6):
        async with client.get(f"{balancer.url}/page/{number}") as answer:
            assert (await answer.json())["node"] == "two"
    one.ready, two.ready = 200, 404
    await eventually(lambda: "UP" in balancer.states()["one"])
    async with client.get(f"{balancer.url}/again") as answer:
        assert answer.status == 200


async def test_without_any_node_people_are_told_when_to_come_back(
    balancer: HAProxy, echoes: list[Echo], client: aiohttp.ClientSession
) -> None:
    for echo in echoes:
        echo.ready = 404
    await eventually(lambda: set(balancer.states().values()) == {"NOLB"})
    async with client.get(f"{balancer.url}/page") as answer:
        assert answer.status == 503
        assert answer.headers["Retry-After"] == "2"


async def test_sockets_are_spread_over_the_nodes_and_leave_a_frozen_one(
    nodes: dict[str, Node], plain: HAProxy
) -> None:
    # Each node knows its own people only, so they sign up there, and come by HAProxy one by one.
    people = [await sign_up(nodes["one"].url) for _ in range(4)]
    for person in people:
        await person.away()
    plain.drain("two")
    clients = [await person.again(url=plain.url) for person in people]
    assert plain.sessions()["one"] >= 4
    assert plain.sessions()["two"] == 0
    nodes["one"].pause()
    await eventually(lambda: not any(client.caught_up for client in clients), within=20)
    assert "DOWN" in plain.states()["one"]
    nodes["one"].resume()
    await eventually(lambda: all(client.caught_up for client in clients), within=40)
    for person in people:
        await person.close()


async def test_a_killed_node_is_out_of_the_way_at_once(
    nodes: dict[str, Node], plain: HAProxy, client: aiohttp.ClientSession
) -> None:
    nodes["one"].kill()
    for _ in range(10):
        async with client.get(f"{plain.url}/api/server") as answer:
            assert answer.status == 200


@pytest.mark.parametrize(
    ("public_url", "cookie"),
    [("http://localhost:{port}", True), ("http://chat.example.org", False)],
)
async def test_pages_without_tls_work_on_this_machine_only(
    public_url: str, cookie: bool, client: aiohttp.ClientSession
) -> None:
    haproxy_port, node_port = free_port(), free_port()
    url = public_url.format(port=haproxy_port)
    settings = {"sign_up": "open", "trusted_proxies": "127.0.0.1", "public_url": url}
    node = Node("one", settings, port=node_port)
    haproxy = HAProxy({"one": node_port}, port=haproxy_port)
    await asyncio.to_thread(node.start)
    await asyncio.to_thread(haproxy.start)
    who = {"handle": "anna", "name": "Anna", "password": "lodestar-kiln-7"}
    sign_up = f"{haproxy.url}/api/sign-up"
    async with client.post(sign_up, json=who, headers={"Origin": url}) as answer:
        assert answer.status == 201
        assert ("chinwag" in answer.cookies) is cookie
    haproxy.kill()
    node.kill()
