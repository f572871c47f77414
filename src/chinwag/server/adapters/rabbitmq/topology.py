"""What there is in RabbitMQ, by name. A change of anything here needs another name: a broker keeps
what was declared before, and refuses to have it declared differently.

    chinwag.nodes      parcels, by node     -> one queue a connected node
    chinwag.unroutable parcels for nobody   -> chinwag.unroutable, for a look, a minute long
    chinwag.jobs       jobs that are due    -> chinwag.jobs.<kind>, or the queue of one node
    chinwag.pause.<ms> jobs that are not    -> chinwag.pause.<ms>, and back to chinwag.jobs
    chinwag.dead       jobs nobody survived -> chinwag.dead
"""

from typing import Any

from aiormq.abc import AbstractChannel

NODES = "chinwag.nodes"
UNROUTABLE = "chinwag.unroutable"
JOBS = "chinwag.jobs"
DEAD = "chinwag.dead"
_PAUSE = "chinwag.pause"

_PARCELS, _PARCEL_BYTES = 20_000, 256 * 2**20
_UNROUTABLE, _UNROUTABLE_BYTES, _UNROUTABLE_MS = 1_000, 16 * 2**20, 60_000
_NOTES = 1_000_000
# After so many givers who went away while they had it, a message is not given to anybody else.
_DELIVERIES = 20

_STEPS: tuple[int, ...] = tuple(n * 10**k for k in range(2, 7) for n in (1, 2, 5))[:-2]
"""The pauses there are, in ms: 0.1 s to 17 minutes. Longer ones are made of several."""


def work_queue(kind: str) -> str:
    """The queue of the due jobs of a kind."""
    return f"{JOBS}.{kind}"


def for_node(node: str) -> str:
    """The routing key of jobs that are for one node only; no kind has such a name."""
    return f"@{node}"


def pause(ms: int) -> int:
    """The longest pause that there is, not longer than wanted (but for what does not matter)."""
    fits = [step for step in _STEPS if step <= ms * 1.05 + 50]
    return fits[-1] if fits else _STEPS[0]


def pause_exchange(ms: int) -> str:
    """The exchange, and the queue, of a pause."""
    return f"{_PAUSE}.{ms}"


async def declare(channel: AbstractChannel) -> None:
    """What takes parcels and jobs. Here as below only the last is waited for, as the broker may be
    far or slow: it does what a channel asks in order, and ends the channel if one of it fails.
    """
    await channel.exchange_declare(UNROUTABLE, exchange_type="fanout", durable=True, nowait=True)
    bounds: dict[str, Any] = {
        "x-max-length": _UNROUTABLE,
        "x-max-length-bytes": _UNROUTABLE_BYTES,
        "x-message-ttl": _UNROUTABLE_MS,
    }
    await channel.queue_declare(UNROUTABLE, durable=True, nowait=True, arguments=bounds)
    await channel.queue_bind(UNROUTABLE, UNROUTABLE, nowait=True)
    otherwise: dict[str, Any] = {"alternate-exchange": UNROUTABLE}
    await channel.exchange_declare(
        NODES, exchange_type="direct", durable=True, nowait=True, arguments=otherwise
    )
    await channel.exchange_declare(JOBS, exchange_type="direct", durable=True, nowait=True)
    await channel.exchange_declare(DEAD, exchange_type="fanout", durable=True, nowait=True)
    await channel.queue_declare(DEAD, durable=True, nowait=True, arguments=_quorum())
    await channel.queue_bind(DEAD, DEAD)


async def declare_node(channel: AbstractChannel, node: str) -> str:
    """This connection's queue for its node's parcels; whoever consumes it by the same channel finds
    it bound. What does not fit is refused, so that who sent it knows.
    """
    bounds = {
        "x-max-length": _PARCELS,
        "x-max-length-bytes": _PARCEL_BYTES,
        "x-overflow": "reject-publish",
    }
    # Named by the broker: that of a connection which the broker still believes in may linger.
    queue = await _own_queue(channel, bounds)
    await channel.queue_bind(queue, NODES, routing_key=node, nowait=True)
    return queue


async def declare_kind(channel: AbstractChannel, kind: str) -> str:
    """The queue of a kind."""
    queue = work_queue(kind)
    limits = {"x-delivery-limit": _DELIVERIES, "x-dead-letter-exchange": DEAD}
    await channel.queue_declare(queue, durable=True, nowait=True, arguments=_quorum() | limits)
    await channel.queue_bind(queue, JOBS, routing_key=kind)
    return queue


async def declare_own_jobs(channel: AbstractChannel, node: str) -> str:
    """This connection's queue for the jobs that are for its node only; as `declare_node`."""
    queue = await _own_queue(channel, {"x-max-length": _NOTES, "x-overflow": "reject-publish"})
    await channel.queue_bind(queue, JOBS, routing_key=for_node(node), nowait=True)
    return queue


async def declare_pause(channel: AbstractChannel, ms: int) -> None:
    """A pause. All in its queue wait equally long, so none waits for another."""
    name = pause_exchange(ms)
    await channel.exchange_declare(name, exchange_type="fanout", durable=True, nowait=True)
    after = {"x-message-ttl": ms, "x-dead-letter-exchange": JOBS}
    await channel.queue_declare(name, durable=True, nowait=True, arguments=_quorum() | after)
    await channel.queue_bind(name, name)


async def depth(channel: AbstractChannel, queue: str) -> int:
    """How many messages wait in a queue for somebody to take them."""
    return (await channel.queue_declare(queue, passive=True)).message_count or 0


def _quorum() -> dict[str, Any]:
    return {
        "x-queue-type": "quorum",
        "x-max-length": _NOTES,
        "x-overflow": "reject-publish",
    }


async def _own_queue(channel: AbstractChannel, bounds: dict[str, Any]) -> str:
    declared = await channel.queue_declare("", exclusive=True, arguments=bounds)
    assert declared.queue is not None
    return declared.queue
