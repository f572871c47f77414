"""An engine as a process that can be started, stopped and hurt."""

import contextlib
import os
import pwd
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from engines.keeper import KEEPER, family, kill
from engines.ports import free_port

_POLL = 0.02


class Failed(Exception):
    """An engine did not do as it was told; the text has the end of its log."""


class Engine:
    """One server on one free port. ``folder`` keeps its data; without one they are thrown away.

    Attributes:
        port: where it listens, on loopback, from one start to the next.
        url: for clients.
        log: the file of what it says.
    """

    name = "engine"
    start_seconds = 60.0
    stop_signal = signal.SIGTERM
    stop_seconds = 15.0

    def __init__(self, folder: Path | None = None, port: int = 0) -> None:
        self.port = port or free_port()
        self.folder = folder.absolute() if folder else throw_away(self.name)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.log = self.folder / f"{self.name}.log"
        self._processes: list[subprocess.Popen[bytes]] = []

    # --- what each engine is ------------------------------------------------------------------

    @property
    def url(self) -> str:
        """For clients on this machine."""
        return self.url_at(self.port)

    def url_at(self, port: int) -> str:
        """The same server by way of another port, as of a proxy in between."""
        raise NotImplementedError

    def prepare(self) -> None:
        """Make what the first start needs. Called before every start."""

    def launch(self) -> None:
        """Start its processes, by `run`."""
        raise NotImplementedError

    def is_ready(self) -> bool:
        """Whether it serves."""
        raise NotImplementedError

    # --- life ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Start, or start again, on the same port and data; returns when it serves."""
        self.begin()
        self.await_ready()

    def begin(self) -> None:
        """Start without waiting."""
        assert not self.running, f"{self.name} runs already"
        self.prepare()
        self.launch()

    def await_ready(self) -> None:
        """Wait until it serves."""
        until = time.monotonic() + self.start_seconds
        while not self.is_ready():
            if time.monotonic() > until or not self.running:
                self.kill()
                raise Failed(f"{self.name} does not start; its log ends:\n{self.log_tail()}")
            time.sleep(_POLL)

    def stop(self) -> None:
        """Let it end in its own way. Stopping twice is fine."""
        if not self._processes:
            return
        self.resume()
        first = self._processes[0]
        first.send_signal(self.stop_signal)
        with contextlib.suppress(subprocess.TimeoutExpired):
            first.wait(self.stop_seconds)
        self.kill()

    def kill(self) -> None:
        """``kill -9`` of all its processes."""
        processes, self._processes = self._processes, []
        kill([process.pid for process in processes])
        for process in processes:
            process.wait()
            KEEPER.forget(process.pid)

    def restart(self) -> None:
        """Stop and start."""
        self.stop()
        self.start()

    def pause(self) -> None:
        """Freeze it (SIGSTOP): connections stay, nothing answers, until `resume`."""
        self._signal_all(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on (SIGCONT)."""
        self._signal_all(signal.SIGCONT)

    @property
    def running(self) -> bool:
        """Whether its first process is there."""
        return bool(self._processes) and self._processes[0].poll() is None

    @property
    def pids(self) -> list[int]:
        """All its processes."""
        return [each.pid for process in self._processes for each in family(process.pid)]

    def log_tail(self, lines: int = 20) -> str:
        """The end of what it said."""
        if not self.log.exists():
            return "(nothing)"
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    # --- for the engines ----------------------------------------------------------------------

    def run(
        self,
        command: Sequence[str],
        env: Mapping[str, str] | None = None,
        user: str | None = None,
        *,
        whole: bool = False,
    ) -> None:
        """Start a process that belongs to this engine. ``env`` is added to our own, or is the
        ``whole`` of it.
        """
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={**({} if whole else os.environ), **(env or {})},
                start_new_session=True,
                user=user,
                group=None if user is None else pwd.getpwnam(user).pw_gid,
                extra_groups=None if user is None else [],
            )
        self._processes.append(process)
        KEEPER.watch(process.pid)

    def _signal_all(self, number: signal.Signals) -> None:
        for pid in self.pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)


def start_all(*engines: Engine) -> None:
    """Start these at the same time; all or none."""
    with ThreadPoolExecutor(len(engines)) as pool:
        started = [pool.submit(engine.start) for engine in engines]
    failures = [problem for each in started if (problem := each.exception())]
    if failures:
        stop_all(*engines)
        raise failures[0]


def stop_all(*engines: Engine) -> None:
    """Stop these at the same time."""
    with ThreadPoolExecutor(len(engines)) as pool:
        for stopped in [pool.submit(engine.stop) for engine in engines]:
            stopped.result()


def throw_away(name: str) -> Path:
    """A folder that goes with this process."""
    folder = Path(tempfile.mkdtemp(prefix=f"chinwag-{name}-"))
    folder.chmod(0o755)  # an engine may run as another user
    KEEPER.discard(folder)
    return folder
