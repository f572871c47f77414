"""PostgreSQL, with a database a caller."""

import itertools
import os
import pwd
import signal
import socket
import subprocess
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from engines.engine import Engine, Failed
from engines.programs import program

_USER = "chinwag"
_names = itertools.count(1)


class Postgres(Engine):
    """A server whose superuser needs no password. ``durable``: commits wait for the disk.

    Without that they survive ``kill -9`` all the same, as what was written is with the kernel; what
    they would not survive is a power cut.
    """

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": sessions are ended, nothing is lost

    def __init__(self, folder: Path | None = None, port: int = 0, *, durable: bool = False) -> None:
        super().__init__(folder, port)
        self._data = self.folder / "data"
        self._durable = durable
        # It refuses to run as root.
        self._user = _somebody() if os.geteuid() == 0 else None

    def url_at(self, port: int, database: str = "postgres") -> str:
        """A URL of a database, by way of this port."""
        return f"postgresql://{_USER}@127.0.0.1:{port}/{database}"

    def database(self, name: str = "") -> str:
        """Make an empty database; its URL."""
        return new_database(self.url, name)

    def prepare(self) -> None:
        """Make the cluster of databases."""
        if (self._data / "PG_VERSION").exists():
            return
        self._data.mkdir(exist_ok=True)
        if self._user:
            account = pwd.getpwnam(self._user)
            os.chown(self._data, account.pw_uid, account.pw_gid)
        initdb = [program("initdb"), "-D", self._data, "-U", _USER, "--auth=trust", "--no-sync"]
        done = subprocess.run(
            [*initdb, "--encoding=UTF8", "--no-locale"],
            user=self._user,
            group=pwd.getpwnam(self._user).pw_gid if self._user else None,
            extra_groups=[] if self._user else None,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failed(f"initdb: {done.stderr.strip() or done.stdout.strip()}")

    def launch(self) -> None:
        """Start the server."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 200,
            "fsync": "on" if self._durable else "off",
            "log_min_messages": "warning",
        }
        flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self.run([program("postgres"), "-D", str(self._data), *flags], user=self._user)

    def is_ready(self) -> bool:
        """Whether it says so itself: the port is open before recovery is over."""
        command = [program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(command, check=False).returncode == 0


def new_database(url: str, name: str = "") -> str:
    """Make an empty database beside that of ``url``; its URL."""
    name = name or f"chinwag_{socket.gethostname()}_{os.getpid()}_{next(_names)}".lower()
    _ask(url, f'CREATE DATABASE "{name}"')
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def drop_database(url: str) -> None:
    """Delete a database of `new_database`, whoever is connected to it."""
    parts = urlsplit(url)
    _ask(
        urlunsplit(parts._replace(path="/postgres")),
        f'DROP DATABASE IF EXISTS "{parts.path[1:]}" WITH (FORCE)',
    )


def _ask(url: str, sql: str) -> str:
    command = [program("psql"), url, "--no-psqlrc", "-qAtc", sql]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    if done.returncode:
        raise Failed(f"psql: {done.stderr.strip()}")
    return done.stdout


def _somebody() -> str:
    """A user that may run it when we are root."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise Failed("PostgreSQL does not run as root, and there is no user postgres")
