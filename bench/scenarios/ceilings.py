"""What the same machine does without chinwag: bare echoes over sockets, bare inserts to disk."""

import asyncio
import subprocess
import sys

import uvloop

from bench.client import Client, Wires, handshake, masked
from bench.context import Context
from bench.machine import Usage, pin
from bench.quiet import quiet
from bench.results import Figure
from bench.scenarios.direct import WARM_UP
from bench.server import Process, echo

WINDOW = 8
_BYTES = 200
BATCH = 400


async def run(server: Process, clients: int, seconds: float) -> tuple[float, Usage, Usage]:
    """Echoes a second."""
    wires, echoes = Wires(), 0
    frame = masked(b"x" * _BYTES)

    class Echoed:
        """Sends again what came back."""

        def __init__(self) -> None:
            self.client = Client(wires, handshake("none"), self.take)

        def take(self, payload: bytes) -> None:
            nonlocal echoes
            echoes += 1
            self.client.send(frame)

    peers = [Echoed() for _ in range(clients)]
    for peer in peers:
        await peer.client.connect(server.port)
    for peer in peers:
        for _ in range(WINDOW):
            peer.client.send(frame)
    await asyncio.sleep(WARM_UP)
    with quiet() as load:
        usage, before = server.usage(), echoes
        await asyncio.sleep(seconds)
        number = echoes - before
        usage.end()
    for peer in peers:
        peer.client.close()
    return number / usage.seconds, usage, load


def measure(context: Context) -> list[Figure]:
    """Both, on the server's core."""
    context.step("ceiling: echoes")
    with context.folder() as folder, echo(folder, context.cores.server) as server:
        rate, usage, load = uvloop.run(run(server, context.pairs, context.seconds))
    context.found["echo"] = rate
    figures = [
        Figure(
            "ceilings",
            f"bare echo, {context.pairs} × {WINDOW} in flight",
            rate,
            "echoes/s",
            server=usage.share,
            load=load.share,
            others=max(usage.others, load.others),
        )
    ]
    context.step("ceiling: inserts")
    with context.folder() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "bench.inserts", str(folder), str(BATCH), str(context.seconds)],
            check=True,
            capture_output=True,
            text=True,
            preexec_fn=lambda: pin(context.cores.server),
        )
    context.found["inserts"] = float(done.stdout)
    figures.append(
        Figure(
            "ceilings",
            f"bare inserts, synchronous=FULL, {BATCH} a commit",
            context.found["inserts"],
            "rows/s",
        )
    )
    return figures
