"""Fixtures: a server, and a data folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from unit.cli.people import Server


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server") / "data")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """One that the test may stop."""
    server = Server(tmp_path / "server-data")
    server.start()
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's data folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    for name in ("CHINWAG_URL", "CHINWAG_TOKEN", "CHINWAG_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "share"
