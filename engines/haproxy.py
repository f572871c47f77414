"""HAProxy with the configuration that we ship, `deploy/haproxy.cfg`, before local nodes."""

import re
import resource
import socket
import time
from collections.abc import Mapping
from pathlib import Path

from engines.engine import Engine, Failed
from engines.ports import free_port, is_open
from engines.programs import program

_POLL = 0.05
SHIPPED = Path(__file__).parents[1] / "deploy/haproxy.cfg"


class HAProxy(Engine):
    """A load balancer. ``nodes``: name and port of each. ``certificate``: a PEM file with the key;
    without it, people come by plain HTTP.
    """

    name = "haproxy"

    def __init__(
        self,
        nodes: Mapping[str, int],
        folder: Path | None = None,
        port: int = 0,
        *,
        certificate: Path | None = None,
    ) -> None:
        super().__init__(folder, port)
        self.plain_port = free_port()
        self._nodes = nodes
        self._certificate = certificate

    def url_at(self, port: int) -> str:
        """Where people reach the nodes, by way of this port."""
        return f"http{'s' if self._certificate else ''}://localhost:{port}"

    @property
    def configuration(self) -> Path:
        """The file it is started with."""
        return self.folder / "haproxy.cfg"

    def prepare(self) -> None:
        """Fit what we ship to this machine."""
        self.configuration.write_text(self._fitted(SHIPPED.read_text()))

    def launch(self) -> None:
        """Start it, in the foreground."""
        self.run([program("haproxy"), "-db", "-f", str(self.configuration)])

    def is_ready(self) -> bool:
        """Whether it listens, and has found a node that is ready."""
        try:
            return is_open(self.port) and (not self._nodes or "UP" in self.states().values())
        except OSError:  # its API is not there yet
            return False

    def states(self) -> dict[str, str]:
        """What it thinks of each node: UP, NOLB (draining), DOWN, MAINT, or on the way there."""
        return {
            fields[1]: fields[17]
            for line in self.command("show stat").splitlines()
            if (fields := line.split(","))[0] == "chinwag" and fields[1] in self._nodes
        }

    def await_all(self, seconds: float = 30) -> None:
        """Wait until it would send people to every node."""
        until = time.monotonic() + seconds
        while set(self.states().values()) != {"UP"}:
            if time.monotonic() > until:
                raise Failed(f"HAProxy does not find all nodes: {self.states()}")
            time.sleep(_POLL)

    def sessions(self) -> dict[str, int]:
        """How many connections each node has through it."""
        return {
            fields[1]: int(fields[4])
            for line in self.command("show stat").splitlines()
            if (fields := line.split(","))[0] == "chinwag" and fields[1] in self._nodes
        }

    def drain(self, node: str) -> None:
        """Give a node nothing new."""
        self.command(f"set server chinwag/{node} state drain")

    def readmit(self, node: str) -> None:
        """Let a drained node have new connections."""
        self.command(f"set server chinwag/{node} state ready")

    def command(self, line: str) -> str:
        """A command of its runtime API; the answer."""
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(5)
            link.connect(str(self.folder / "admin.sock"))
            link.sendall(f"{line}\n".encode())
            return b"".join(iter(lambda: link.recv(65_536), b"")).decode()

    def _fitted(self, text: str) -> str:
        tls = f" ssl crt {self._certificate} alpn h2,http/1.1" if self._certificate else ""
        servers = [f"    server {name} 127.0.0.1:{port}" for name, port in self._nodes.items()]
        for pattern, instead in (
            (r"    user haproxy\n    group haproxy\n", ""),
            (r"    maxconn 100000\n", f"    maxconn {_most_connections()}\n"),
            (r"/run/haproxy/admin\.sock", str(self.folder / "admin.sock")),
            (r"bind :80\n", f"bind 127.0.0.1:{self.plain_port}\n"),
            (r"bind :443 ssl .*\n", f"bind 127.0.0.1:{self.port}{tls}\n"),
            (r"gt 5000", "gt 50000"),  # all are behind one address here
            (r"(?:    server node\d .*\n)+", "\n".join([*servers, ""])),
        ):
            text, count = re.subn(pattern, instead.replace("\\", r"\\"), text)
            assert count == 1, f"{SHIPPED.name} has no {pattern!r}"
        return text


def _most_connections() -> int:
    """Each takes two files; without as many allowed as it may need, it does not start."""
    _, files = resource.getrlimit(resource.RLIMIT_NOFILE)
    return min(20_000, (files - 200) // 2) if files != resource.RLIM_INFINITY else 20_000
