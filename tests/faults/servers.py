"""The real server, as a process of its own that can be hurt."""

import asyncio
import json
import os
import re
import signal
import sys
import urllib.request
from pathlib import Path
from typing import Any

import psutil

from engines.ports import free_port

_START_SECONDS = 30.0
# People of a test are many behind one address, and faster than any.
WIDE = {
    "sign_up": "open",
    "sign_ups_burst": 0,
    "sign_ins_burst": 0,
    "handshakes_burst": 0,
    "sends_burst": 0,
    "commands_burst": 0,
    "frames_burst": 0,
    "log_format": "json",
}


def environment() -> dict[str, str]:
    """For processes that import what this one can."""
    plain = {name: it for name, it in os.environ.items() if not name.startswith("CHINWAG_")}
    return {**plain, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


class Server:
    """A server over a folder. It keeps its port and its data from one start to the next."""

    def __init__(self, data: Path, **settings: Any) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.database = data / "chinwag.db"
        self.log = data.parent / f"{data.name}.log"
        self.settings = {**WIDE, "port": self.port, "data": data, **settings}
        self._process: asyncio.subprocess.Process | None = None

    def move_to(self, data: Path) -> None:
        """Serve another folder from the next start on, at the same address."""
        self.data = self.settings["data"] = data
        self.database = data / "chinwag.db"

    @property
    def pid(self) -> int:
        """The process's number."""
        assert self._process is not None
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether there is a process."""
        return self._process is not None

    @property
    def rss(self) -> int:
        """Memory in use, in bytes."""
        return psutil.Process(self.pid).memory_info().rss

    async def metric(self, name: str) -> float:
        """A figure of the metrics page; 0 while there is none of this name."""
        page = await asyncio.to_thread(self._get, "/metrics")
        found = re.search(rf"^chinwag_{name} (\S+)$", page, re.MULTILINE)
        return float(found[1]) if found else 0.0

    def _get(self, path: str) -> str:
        with urllib.request.urlopen(self.url + path, timeout=_START_SECONDS) as answer:
            return answer.read().decode()

    async def start(self) -> None:
        """Start, and wait until the port is open."""
        flags = [f"--{name.replace('_', '-')}={value}" for name, value in self.settings.items()]
        with self.log.open("ab") as errors:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "chinwag",
                "serve",
                *flags,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                env=environment(),
            )
        assert self._process.stdout is not None
        async with asyncio.timeout(_START_SECONDS):
            line = await self._process.stdout.readline()
        assert line.startswith(b"chinwag is running"), self.log.read_text()[-2000:]

    async def kill(self) -> None:
        """``kill -9``."""
        self.signal(signal.SIGKILL)
        await self.ended()

    async def stop(self) -> int:
        """SIGTERM; the exit status."""
        self.signal(signal.SIGTERM)
        return await self.ended()

    def signal(self, number: int) -> None:
        """Send it a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    async def ended(self, within: float = 30.0) -> int:
        """Wait until it has ended; the exit status."""
        assert self._process is not None
        async with asyncio.timeout(within):
            await self._process.communicate()
        status = self._process.returncode
        self._process = None
        assert status is not None
        return status

    async def close(self) -> None:
        """See that it does not run any more."""
        if self._process is not None:
            if self._process.returncode is None:
                self._process.kill()
            await self.ended()

    def complaints(self, *expected: str) -> list[str]:
        """Errors in its log, but for events that are ``expected``."""
        lines = self.log.read_text().splitlines()
        found = []
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:
                found.append(line)
                continue
            if entry["level"] in ("error", "critical") and entry["event"] not in expected:
                found.append(line)
        return found
