"""Fixtures of the cluster's tests."""

from collections.abc import Iterator

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
