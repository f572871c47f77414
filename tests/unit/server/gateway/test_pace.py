"""When clients come back to a server that goes."""

from chinwag.server.gateway.pace import Pace


def _latest(clients: int, *, elsewhere: bool) -> int:
    """How long the last of many is sent away, in ms."""
    return max(Pace().reconnect_after(clients, elsewhere=elsewhere) for _ in range(1_000))


def test_a_server_that_restarts_gets_few_and_many_by_and_by() -> None:
    assert 2_000 < _latest(1, elsewhere=False) <= 3_200
    assert 2_000 < _latest(20_000, elsewhere=False) <= 3_200


def test_few_are_with_other_nodes_at_once_and_many_do_not_storm_them() -> None:
    assert _latest(1, elsewhere=True) < 210
    assert _latest(50, elsewhere=True) < 400
    assert 2_000 < _latest(20_000, elsewhere=True) <= 3_200
