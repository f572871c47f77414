"""`make cluster`, as a person would use it."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from chinwag.protocol.http import SignUp
from chinwag.sdk.accounts import sign_up
from engines.keeper import family

_ROOT = Path(__file__).parents[2]


def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def page(url: str) -> str:
    """What is there."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        return str(answer.read().decode())


class Playground:
    """The command, running, and what it said."""

    def __init__(self, said: Path, *flags: str) -> None:
        self._said = said
        with said.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "engines", *flags],
                cwd=_ROOT,
                stdout=output,
                stderr=output,
                env={**os.environ, "PYTHONPATH": str(_ROOT)},
            )

    @property
    def said(self) -> str:
        return self._said.read_text()

    def ready(self) -> str:
        """Wait until people can come; the URL."""
        until(lambda: "is at" in self.said or self.process.poll() is not None, 100)
        found = re.search(r"is at (\S+)", self.said)
        assert found, self.said
        return found[1]

    def below(self, word: str) -> list[psutil.Process]:
        """Its living processes whose command line has this word."""
        return [it for it in family(self.process.pid)[1:] if word in _command(it)]


def _command(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.NoSuchProcess:  # or a zombie
        return ""


@pytest.fixture
def playground(tmp_path: Path) -> Iterator[Playground]:
    playground = Playground(tmp_path / "said", "--nodes", "2")
    yield playground
    playground.process.kill()
    playground.process.wait()


@pytest.mark.slow
def test_a_cluster_to_try_out(playground: Playground) -> None:
    url = playground.ready()
    claim = re.search(r"/claim/(\S+)", playground.said)
    assert claim
    (redis,) = playground.below("redis-server")
    redis.kill()
    playground.below("chinwag serve")[0].kill()
    for name in ("redis", "node"):
        until(lambda name=name: re.search(rf"{name}\S* is started again", playground.said))
        until(lambda name=name: re.search(rf"{name}\S* is up", playground.said))
    # The link that was told first is good, though a node has started since.
    form = SignUp(handle="ann", name="Ann", password="lodestar-kiln-7", claim=claim[1])
    asyncio.run(sign_up(url, form))
    assert json.loads(page(f"{url}/api/server"))["claimed"]
    assert "<script" in page(url)
    below = family(playground.process.pid)[1:]
    playground.process.send_signal(signal.SIGINT)
    assert playground.process.wait(60) == 0
    assert "data are forgotten" in playground.said
    until(lambda: not [it for it in below if it.is_running() and it.status() != "zombie"])
