"""Ends what a process has started when that process ends, however it ends.

The keeper is a process of its own that reads its standard input: ``+ PID`` for a process to watch
over, ``- PID`` for one that is gone, ``/ FOLDER`` for one to delete. At the end of the input, which
also comes when its parent is killed, it kills what is left, with all children, and deletes.
"""

import atexit
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil

_SECONDS = 10.0


class Keeper:
    """This process's end of the pipe. A fork of this process has none."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._owner = 0

    def watch(self, pid: int) -> None:
        """End this process, and its children, with us."""
        self._tell(f"+ {pid}")

    def forget(self, pid: int) -> None:
        """It is gone already; its number may be given to another."""
        self._tell(f"- {pid}")

    def discard(self, folder: Path) -> None:
        """Delete this folder at the end."""
        self._tell(f"/ {folder}")

    def _tell(self, line: str) -> None:
        if self._process is None or self._owner != os.getpid():
            self._start()
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _start(self) -> None:
        self._owner = os.getpid()
        # In a session of its own: Ctrl+C at the terminal is not for it.
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, text=True, start_new_session=True
        )
        atexit.register(self._end, self._process, self._owner)

    @staticmethod
    def _end(process: "subprocess.Popen[str]", owner: int) -> None:
        if owner == os.getpid():
            assert process.stdin is not None
            process.stdin.close()
            process.wait()


KEEPER = Keeper()


def family(pid: int) -> list[psutil.Process]:
    """A process and all below it, the oldest first; empty when it is gone."""
    try:
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def kill(pids: list[int]) -> None:
    """Kill these with all that is below them; returns when they are gone."""
    doomed = [process for pid in pids for process in family(pid)]
    for process in doomed:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    until = time.monotonic() + _SECONDS
    while any(map(_runs, doomed)) and time.monotonic() < until:
        time.sleep(0.01)


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _keep() -> None:
    pids: list[int] = []
    folders: list[str] = []
    for line in sys.stdin:
        verb, _, what = line.rstrip("\n").partition(" ")
        match verb:
            case "+":
                pids.append(int(what))
            case "-":
                pids = [pid for pid in pids if pid != int(what)]
            case _:
                folders.append(what)
    kill(pids)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _keep()
