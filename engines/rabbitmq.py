"""RabbitMQ, with a virtual host a caller, and its alarms at hand."""

import base64
import itertools
import json
import os
import subprocess
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import quote

from engines.engine import Engine, Failed
from engines.ports import free_port, is_open
from engines.programs import program

_LOGIN = "guest:guest"  # good on loopback only
_names = itertools.count(1)
# Two threads, which do not spin while they wait: a test machine has other work.
_ERLANG = "+S 2:2 +SDcpu 1 +sbwt none +sbwtdcpu none +sbwtdio none"
_SETTINGS = """\
listeners.tcp.1 = 127.0.0.1:{port}
management.tcp.ip = 127.0.0.1
management.tcp.port = {management}
disk_free_limit.absolute = 50MB
raft.wal_max_size_bytes = 32000000
log.file = false
log.console = true
log.console.level = warning
"""


class RabbitMQ(Engine):
    """A node of its own, with its own port mapper, so that no other Erlang of the machine sees it.

    Attributes:
        management: the port of the HTTP API.
    """

    name = "rabbitmq"
    start_seconds = 90.0
    stop_seconds = 30.0

    def __init__(self, folder: Path | None = None, port: int = 0) -> None:
        super().__init__(folder, port)
        self.management, self._mapper, self._distribution = (free_port() for _ in range(3))

    def url_at(self, port: int, vhost: str = "/") -> str:
        """A URL of a virtual host, by way of this port."""
        return f"amqp://{_LOGIN}@127.0.0.1:{port}/{quote(vhost, safe='')}"

    def prepare(self) -> None:
        """Write its settings."""
        settings = _SETTINGS.format(port=self.port, management=self.management)
        (self.folder / "rabbitmq.conf").write_text(settings)
        (self.folder / "enabled_plugins").write_text("[rabbitmq_management].\n")

    def launch(self) -> None:
        """Start the node, and its port mapper: it would otherwise leave one behind."""
        self.run([program("rabbitmq-server")], self._environment())
        epmd = [program("epmd"), "-port", str(self._mapper), "-address", "127.0.0.1"]
        self.run(epmd, self._environment())

    def is_ready(self) -> bool:
        """Whether clients and the HTTP API are served."""
        if not is_open(self.port) or not is_open(self.management):
            return False
        try:
            return bool(self.ask("GET", "overview"))
        except (OSError, Failed):
            return False

    # --- virtual hosts ------------------------------------------------------------------------

    def vhost(self, name: str = "") -> str:
        """Make an empty virtual host; its URL."""
        name = name or f"chinwag-{os.getpid()}-{next(_names)}"
        self.ask("PUT", f"vhosts/{quote(name, safe='')}", {})
        return self.url_at(self.port, name)

    def drop_vhost(self, url: str) -> None:
        """Delete a virtual host, whoever is connected to it."""
        self.ask("DELETE", f"vhosts/{url.rpartition('/')[2]}")

    def queues(self, vhost: str = "/") -> list[dict[str, Any]]:
        """What the HTTP API says of the queues; its counts are up to five seconds old."""
        found: list[dict[str, Any]] = self.ask("GET", f"queues/{quote(vhost, safe='')}")
        return found

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the HTTP API."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.management}/api/{path}",
            None if body is None else json.dumps(body).encode(),
            {
                "Authorization": f"Basic {base64.b64encode(_LOGIN.encode()).decode()}",
                "Content-Type": "application/json",
            },
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                said = answer.read()
        except urllib.error.HTTPError as error:
            with error:
                raise Failed(f"{method} {path}: {error.code} {error.read()!r}") from error
        return json.loads(said) if said else None

    # --- alarms -------------------------------------------------------------------------------

    def fill_disk(self) -> None:
        """Raise the disk alarm: publishers are blocked until `clear_disk`."""
        self.control("set_disk_free_limit", "1000000GB")

    def clear_disk(self) -> None:
        """End the disk alarm."""
        self.control("set_disk_free_limit", "50MB")

    def fill_memory(self) -> None:
        """Raise the memory alarm: publishers are blocked until `clear_memory`."""
        self.control("set_vm_memory_high_watermark", "absolute", "1MB")

    def clear_memory(self) -> None:
        """End the memory alarm."""
        self.control("set_vm_memory_high_watermark", "0.4")

    def control(self, *words: str) -> str:
        """``rabbitmqctl``; what it prints. Takes seconds."""
        done = subprocess.run(
            [program("rabbitmqctl"), "--quiet", *words],
            env={**os.environ, **self._environment()},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        if done.returncode:
            raise Failed(f"rabbitmqctl {' '.join(words)}: {done.stderr or done.stdout}")
        return done.stdout

    def _environment(self) -> dict[str, str]:
        folder = str(self.folder)
        return {
            "HOME": folder,  # of the cookie
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self._mapper),
            "RABBITMQ_NODENAME": "chinwag@localhost",
            "RABBITMQ_DIST_PORT": str(self._distribution),
            "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/enabled_plugins",
            "RABBITMQ_MNESIA_BASE": f"{folder}/data",
            "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",  # of the system's own service
            "RABBITMQ_PID_FILE": f"{folder}/pid",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"{_ERLANG}"
            " -kernel inet_dist_use_interface {127,0,0,1}",
            "RUNNING_UNDER_SYSTEMD": "1",  # the shell gives way to Erlang, which minds SIGTERM
        }
