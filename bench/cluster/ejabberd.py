"""ejabberd from Debian's package, with its archive on a PostgreSQL that is given."""

import json
import os
import pwd
import re
import subprocess
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from engines.engine import Engine
from engines.ports import free_port, is_open
from engines.programs import program

DOMAIN = "localhost"
ROOMS = f"conference.{DOMAIN}"
PASSWORD = "unused"
_SCHEMA = Path("/usr/share/ejabberd/sql/pg.sql")
_LIBRARIES = Path("/usr/lib")


def missing() -> str:
    """Why it cannot be run here; empty when it can."""
    if not _SCHEMA.exists() or not _code():
        return "ejabberd is not installed (scripts/peers.sh installs it on Debian)"
    if not any(_LIBRARIES.glob("erlang/lib/p1_pgsql-*")):
        return "erlang-p1-pgsql is not installed (scripts/peers.sh installs it on Debian)"
    return ""


def _code() -> Path | None:
    return next((path.parent for path in _LIBRARIES.glob("*/ejabberd-*")), None)


class Ejabberd(Engine):
    """One node, without Erlang's distribution: nobody else sees it. ``database``: the URL of an
    empty database, in which it makes its tables.
    """

    name = "ejabberd"
    start_seconds = 60.0

    def __init__(self, database: str) -> None:
        super().__init__()
        self._api = free_port()
        self._database = database
        # As root it would run as root; the package made a user for it.
        self._user = "ejabberd" if os.geteuid() == 0 else None

    def url_at(self, port: int) -> str:
        """Where clients reach it, by way of this port."""
        return f"xmpp://127.0.0.1:{port}"

    def prepare(self) -> None:
        """Fill in its configuration, and make its tables."""
        database = urlsplit(self._database)
        blanks = {
            "PORT": self.port,
            "API": self._api,
            "SQL_PORT": database.port,
            "SQL_DATABASE": database.path[1:],
            "SQL_USER": database.username,
        }
        text = Path(__file__).with_suffix(".yml").read_text("utf-8")
        filled = re.sub("@([A-Z_]+)@", lambda blank: str(blanks[blank[1]]), text)
        (self.folder / "ejabberd.yml").write_text(filled, "utf-8")
        # It asks the machine for names otherwise, and waits for an answer.
        (self.folder / "inetrc").write_text(
            '{lookup, ["file", "native"]}.\n{host, {127,0,0,1}, ["localhost"]}.\n'
        )
        if self._user:
            account = pwd.getpwnam(self._user)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        create = [program("psql"), self._database, "--no-psqlrc", "-qf", str(_SCHEMA)]
        subprocess.run(create, check=True, capture_output=True)

    def launch(self) -> None:
        """Start it."""
        erl = [program("erl"), "-noinput", "+K", "true", "+P", "250000"]
        self.run(
            [*erl, "-mnesia", "dir", f'"{self.folder}/mnesia"', "-s", "ejabberd"],
            {
                "HOME": str(self.folder),
                "ERL_LIBS": str(_code()),
                "ERL_INETRC": str(self.folder / "inetrc"),
                "ERL_MAX_PORTS": "32000",
                "ERL_CRASH_DUMP_BYTES": "0",
                "EJABBERD_CONFIG_PATH": str(self.folder / "ejabberd.yml"),
                "EJABBERD_LOG_PATH": str(self.folder / "said.log"),
            },
            user=self._user,
        )

    def is_ready(self) -> bool:
        """Whether it takes clients and commands."""
        return is_open(self.port) and is_open(self._api)

    def register(self, people: int) -> None:
        """Accounts ``person0`` … ."""
        for number in range(people):
            self._ask("register", user=f"person{number}", host=DOMAIN, password=PASSWORD)

    def make_room(self, name: str) -> None:
        """A lasting room with an archive."""
        self._ask("create_room", name=name, service=ROOMS, host=DOMAIN)

    def _ask(self, command: str, **told: str) -> Any:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._api}/api/{command}",
            json.dumps(told).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())
