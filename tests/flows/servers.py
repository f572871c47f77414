"""A real server as a process of its own, on a free port, with its log at hand."""

import asyncio
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import chinwag
from engines.ports import free_port

_CHINWAG = [sys.executable, "-m", "chinwag"]
_SOURCE = str(Path(chinwag.__file__).parents[1])
_SECONDS = 30.0
# What a test does in a second would be a day of a person's, and all from one address.
GENEROUS = {
    "sign_ups_burst": 0,
    "sign_ins_burst": 0,
    "tries_burst": 0,
    "look_ups_burst": 0,
    "sends_burst": 100_000,
    "commands_burst": 100_000,
    "frames_burst": 1_000_000,
    "handshakes_burst": 0,
    "password_queue": 1_000,
}


class Server:
    """One server and its data folder. ``settings`` become flags.

    Attributes:
        url: where it answers, once it was started.
        port: where it will.
        log: the file that its log goes to.
        data: its data folder.
    """

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.data = folder / "data"
        self.log = folder / "server.log"
        self.url = ""
        self.port = free_port()
        self.status: int | None = None
        self._settings = {"sign_up": "open"} | GENEROUS | settings
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> "Server":
        """Start, or start again on the same port with the same data; returns when ready."""
        flags = ["--port", str(self.port), "--data", str(self.data), "--log-format", "json"]
        for name, value in self._settings.items():
            flags += [f"--{name.replace('_', '-')}", str(value)]
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                [*_CHINWAG, "serve", *flags],
                stdout=subprocess.PIPE,
                stderr=log,
                env=os.environ | {"PYTHONPATH": _SOURCE},
                text=True,
            )
        assert self._process.stdout is not None
        first = self._process.stdout.readline()
        found = re.search(r"http://\S+", first)
        try:
            assert found, f"no URL in {first!r}; the log:\n{self.log.read_text()}"
            self.url = found[0].replace("localhost", "127.0.0.1")
            self._await_ready()
        except BaseException:
            self.kill()
            raise
        return self

    @property
    def pid(self) -> int:
        """The process."""
        assert self._process is not None
        return self._process.pid

    def signal(self, number: signal.Signals) -> None:
        """Send the process a signal."""
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        """End it without a word."""
        self.signal(signal.SIGKILL)
        self.wait()

    def wait(self) -> int:
        """Wait until the process is gone; its exit status."""
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            self.status = self._process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise
        finally:
            self._process.stdout.close()
            self._process = None
        return self.status

    def stop(self) -> None:
        """Let it finish, by SIGTERM. Stopping twice is fine."""
        if self._process is not None:
            self.signal(signal.SIGTERM)
            self.wait()

    def claim_path(self) -> str:
        """The path of the link by which a new server is claimed, as it told at its first start."""
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if found := re.search(r"/claim/\S+", line):
                return found[0]
        raise AssertionError("the server said nothing of a claim")

    def errors(self, since: int = 0) -> list[str]:
        """Log lines from byte ``since`` on that tell of a bug: errors and traces."""
        with self.log.open("rb") as log:
            log.seek(since)
            lines = log.read().decode().splitlines()
        return [line for line in lines if _is_error(line)]

    def log_size(self) -> int:
        """Where the log ends now."""
        return self.log.stat().st_size

    def get(self, path: str) -> tuple[int, str]:
        """A plain GET: status and body."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=_SECONDS) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def run(self, *words: str, stdin: str = "") -> str:
        """A `chinwag` command on this server's data, as its operator runs it; what it prints."""
        done = subprocess.run(
            [*_CHINWAG, *words, "--data", str(self.data)],
            input=stdin,
            capture_output=True,
            env=os.environ | {"PYTHONPATH": _SOURCE, "COLUMNS": "200"},
            text=True,
            timeout=_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def tamper(self, sql: str) -> None:
        """Change what is stored, while the server is stopped, as no user could."""
        with sqlite3.connect(self.data / "chinwag.db") as database:
            database.execute(sql)
        database.close()

    async def metric(self, name: str) -> float:
        """A figure of the metrics page; 0 while there is none of this name."""
        _, page = await asyncio.to_thread(self.get, "/metrics")
        found = re.search(rf"^chinwag_{name} (\S+)$", page, re.MULTILINE)
        return float(found[1]) if found else 0.0

    def _await_ready(self) -> None:
        until = time.monotonic() + _SECONDS
        while True:
            try:
                if self.get("/readyz")[0] == 200:
                    return
            except OSError:
                pass
            assert time.monotonic() < until, "the server did not become ready"
            time.sleep(0.02)


def _is_error(line: str) -> bool:
    try:
        entry = json.loads(line)
    except ValueError:
        return True  # whatever did not come through the log
    return entry.get("level") in ("error", "critical") or "exception" in entry
