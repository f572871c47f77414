"""A stand-in for a node, to see what the load balancer hands on, and a certificate for it."""

import asyncio
import contextlib
import datetime
import ipaddress
import json
from collections.abc import AsyncIterator
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


class Echo:
    """An HTTP server that answers with the head it was sent, and `/readyz` with ``ready``."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.ready = 200
        self.port = 0
        self.asked: list[str] = []
        self._answering: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """A connection."""
        task = asyncio.get_running_loop().create_task(self._answer(reader, writer))
        self._answering[task] = writer

    async def close(self) -> None:
        """End all connections."""
        for writer in self._answering.values():
            writer.close()
        await asyncio.gather(*self._answering)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                line, *rest = head.strip().split("\r\n")
                path = line.split(" ")[1]
                if path != "/readyz":
                    self.asked.append(path)
                fields = [each.split(": ", 1) for each in rest]
                body = json.dumps({"node": self.name, "headers": fields}).encode()
                status = self.ready if path == "/readyz" else 200
                writer.write(
                    b"HTTP/1.1 %d It\r\ncontent-type: application/json\r\n"
                    b"content-length: %d\r\n\r\n%b" % (status, len(body), body)
                )
                await writer.drain()
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


@contextlib.asynccontextmanager
async def echoing(name: str) -> AsyncIterator[Echo]:
    """An echo on a free port."""
    echo = Echo(name)
    server = await asyncio.start_server(echo.take, "127.0.0.1", 0)
    echo.port = server.sockets[0].getsockname()[1]
    try:
        yield echo
    finally:
        await _knock(echo.port)  # whoever was let in before is known by now
        server.close()
        await echo.close()
        await server.wait_closed()


async def _knock(port: int) -> None:
    """Ask something, and wait for the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /readyz HTTP/1.1\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()


def make_certificate(path: Path) -> Path:
    """A certificate of this machine's own, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + secret)
    return path
