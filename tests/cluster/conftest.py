"""Fixtures of the cluster's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster.many import Many
from faults.histories import History
from web.conftest import pytest_runtest_makereport

__all__ = ["pytest_runtest_makereport"]  # a hook


@pytest.fixture(scope="session")
def _many() -> Iterator[Many]:
    many = Many()
    many.start()
    yield many
    many.kill()


@pytest.fixture
def many(_many: Many) -> Many:
    """Three nodes and their engines behind HAProxy. The tests of a worker share them, and each
    finds them running; its people are its own.
    """
    _many.heal()
    return _many


@pytest.fixture(scope="session")
def history() -> History:
    """What the clients of all tests did and saw: their cluster has the traces of all."""
    return History()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A client that is put away in the middle of a handshake leaves its socket to the garbage
    collector, which says so at some later moment, in whatever test that is.
    """
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning"))
