"""RabbitMQ: whether it takes, confirms and hands back, on both kinds of queues that are used."""

import asyncio
import contextlib
import logging
import secrets
from typing import Any

from aiormq import Connection
from aiormq.exceptions import AMQPConnectionError, AMQPError

from chinwag.server.doctor.chart import Ailment, Chart
from chinwag.server.doctor.places import shown

_OLDEST = (3, 10)  # quorum queues whose messages expire
_CONNECT_SECONDS, _CONFIRM_SECONDS = 5.0, 4.0
_LEFT_OVER_MS = 60_000
_QUORUM = {"x-queue-type": "quorum", "x-expires": _LEFT_OVER_MS}
_ALARM = (
    "see `rabbitmqctl status`: free disk space or memory; until then messages between nodes go by"
    " way of the database"
)


async def examine(chart: Chart, url: str) -> None:
    """Send something through it."""
    logging.getLogger("aiormq").setLevel(logging.CRITICAL)  # we say ourselves what happened
    connection = Connection(url)

    async def reach() -> str:
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await connection.connect()
        except AMQPError as error:
            if type(error) is AMQPConnectionError:  # there is nobody
                raise
            raise Ailment(
                f"it does not let us in: {error}", "see user, password and vhost in broker_url"
            ) from None
        return _version(connection, url)

    async def passing() -> str:
        how = {"exclusive": True, "auto_delete": True}
        return await _round_trip(connection, "a queue of our own", how)

    async def lasting() -> str:
        how = {"durable": True, "arguments": _QUORUM}
        return await _round_trip(connection, "a quorum queue", how)

    try:
        if await chart.look(
            reach, f"is RabbitMQ running and reachable at {shown(url)}?"
        ) and await chart.look(
            passing, "the user in broker_url needs to configure, write and read in its vhost"
        ):
            await chart.look(
                lasting, "does the majority of its nodes run? See `rabbitmqctl cluster_status`"
            )
    finally:
        with contextlib.suppress(Exception):  # it is of no further use either way
            await asyncio.wait_for(connection.close(), 1)


def _version(connection: Connection, url: str) -> str:
    version = str(connection.server_properties.get("version", ""))
    text = f"RabbitMQ {version} at {shown(url)}"
    numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
    if len(numbers) == 2 and numbers < _OLDEST:
        raise Ailment(f"{text} is too old", "3.10 or later is needed")
    return text


async def _round_trip(connection: Connection, what: str, how: dict[str, Any]) -> str:
    channel = await connection.channel(publisher_confirms=True)
    body = secrets.token_bytes(64)
    queue = f"chinwag.doctor.{secrets.token_hex(8)}"
    await channel.queue_declare(queue, **how)
    try:
        await channel.basic_publish(body, routing_key=queue, timeout=_CONFIRM_SECONDS)
    except TimeoutError:
        if await _is_blocked(connection):
            raise Ailment("an alarm is on: it takes no messages", _ALARM) from None
        raise Ailment(f"no confirm within {_CONFIRM_SECONDS:g} s", _ALARM) from None
    message = await channel.basic_get(queue, no_ack=True, timeout=_CONFIRM_SECONDS)
    await channel.queue_delete(queue)
    if message.body != body:
        raise Ailment(f"{what} gave back something else")
    return f"{what} takes, confirms and hands back"


async def _is_blocked(connection: Connection) -> bool:
    """Whether it said so: it does as soon as somebody publishes during an alarm."""
    try:
        await asyncio.wait_for(connection.ready(), 0.05)
    except TimeoutError:
        return True
    return False
