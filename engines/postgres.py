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
    ``settings`` are added to ours.

    Otherwise they survive ``kill -9`` all the same, as what was written is with the kernel; what
    they would not survive is a power cut.
    """

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": sessions are ended, nothing is lost

    def __init__(
        self,
        folder: Path | None = None,
        port: int = 0,
        *,
        durable: bool = False,
        **settings: object,
    ) -> None:
        super().__init__(folder, port)
        self._data = self.folder / "data"
        self._settings = {"fsync": "on" if durable else "off", **settings}
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
        initdb = ["initdb", "-D", str(self._data), "-U", _USER, "--auth=trust", "--no-sync"]
        self._make(*initdb, "--encoding=UTF8", "--no-locale")

    def copy_of(self, other: "Postgres", *, standby: bool = False) -> None:
        """Begin with a base backup of another server, which runs. As a ``standby`` it follows it
        from its start on; otherwise it recovers by its settings and is a server by itself then.
        """
        follow = ["--write-recovery-conf"] if standby else []
        self._make("pg_basebackup", "-D", str(self._data), "-d", other.url, "-c", "fast", *follow)
        if not standby:
            signal_file = self._data / "recovery.signal"
            signal_file.touch()
            self._give(signal_file)

    def tell(self, **settings: object) -> None:
        """Settings that it has from its next start on."""
        self._settings |= settings

    def archive(self) -> Path:
        """Keep all that is written, from the next start on; the folder where."""
        kept = self.folder / "archive"
        kept.mkdir()
        self._give(kept)
        self.tell(archive_mode="on", archive_command=f"cp %p {kept}/%f")
        return kept

    def promote(self) -> None:
        """Let a standby be a server by itself."""
        _ask(self.url, "SELECT pg_promote()")

    def ask(self, sql: str) -> str:
        """What a statement gives, as text."""
        return _ask(self.url, sql)

    def _make(self, name: str, *arguments: str) -> None:
        """Run a program that fills the folder of data."""
        self._data.mkdir(mode=0o700, exist_ok=True)
        self._give(self._data)
        done = subprocess.run(
            [program(name), *arguments],
            user=self._user,
            group=pwd.getpwnam(self._user).pw_gid if self._user else None,
            extra_groups=[] if self._user else None,
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failed(f"{name}: {done.stderr.strip() or done.stdout.strip()}")

    def _give(self, path: Path) -> None:
        """To the user that the server runs as."""
        if self._user:
            account = pwd.getpwnam(self._user)
            os.chown(path, account.pw_uid, account.pw_gid)

    def launch(self) -> None:
        """Start the server."""
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 200,
            "log_min_messages": "warning",
            **self._settings,
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
