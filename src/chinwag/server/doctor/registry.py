"""Redis or Valkey: whether it keeps a value for a while, and carries signals."""

import asyncio
import secrets
import time
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import AuthenticationError, RedisError, ResponseError

from chinwag.server.doctor.chart import Ailment, Chart, doubt
from chinwag.server.doctor.places import shown

_OLDEST = 6
_SECONDS = 4.0
_APART = 1.0
_NEARLY_FULL = 0.8
_POLICY = "set maxmemory-policy noeviction: others may drop sessions of people who are there"


async def examine(chart: Chart, url: str) -> None:
    """Put something there, and take it out."""
    redis: Redis = Redis.from_url(url, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS)
    try:
        if await chart.look(lambda: _reach(redis, url), f"does Redis run at {shown(url)}?"):
            await chart.look(lambda: _round_trip(redis), "the user needs to read, write and expire")
            await chart.look(lambda: _signal(redis), "the user needs the channels (ACL: &*)")
            await chart.look(lambda: _memory(redis), _POLICY)
            await chart.look(lambda: _clock(redis), "let both machines set their clocks by NTP")
    finally:
        await redis.aclose()


async def _reach(redis: Any, url: str) -> str:
    try:
        about = await redis.info("server")
    except AuthenticationError as error:
        raise Ailment(
            f"it does not let us in: {error}", "see the password in registry_url"
        ) from None
    engine = "Valkey" if "valkey_version" in about else "Redis"
    version = str(about.get("valkey_version") or about.get("redis_version", "?"))
    text = f"{engine} {version} at {shown(url)}"
    if version.partition(".")[0].isdigit() and int(version.partition(".")[0]) < _OLDEST:
        raise Ailment(f"{text} is too old", f"{_OLDEST} or later is needed")
    if about.get("redis_mode") == "cluster":
        raise Ailment(f"{text} is a cluster", "use one server, or one with Sentinel or a replica")
    return text


async def _round_trip(redis: Any) -> str:
    key, value = f"chinwag:doctor:{secrets.token_hex(8)}", secrets.token_bytes(32)
    await redis.set(key, value, px=200)
    if await redis.get(key) != value:
        raise Ailment("what was set cannot be read")
    began = time.monotonic()
    while await redis.exists(key):  # its clock decides
        if time.monotonic() - began > _SECONDS:
            raise Ailment("a value does not expire")
        await asyncio.sleep(0.02)
    return "sets a value, reads it, and forgets it in time"


async def _signal(redis: Any) -> str:
    channel, body = f"chinwag:doctor:{secrets.token_hex(8)}", secrets.token_bytes(32)
    async with redis.pubsub(ignore_subscribe_messages=True) as listening:
        await listening.subscribe(channel)
        async with asyncio.timeout(_SECONDS):
            while True:
                await redis.publish(channel, body)
                found = await listening.get_message(timeout=0.2)
                if found is not None:
                    break
    if found["data"] != body:
        raise Ailment("a signal arrived as something else")
    return "carries signals"


async def _memory(redis: Any) -> str:
    try:
        policy = (await redis.config_get("maxmemory-policy")).get("maxmemory-policy", "")
    except (ResponseError, RedisError) as error:
        about = await redis.info("memory")
        policy = about.get("maxmemory_policy", "")
        if not policy:
            raise doubt(f"it does not tell its memory policy: {error}") from None
    about = await redis.info("memory")
    used, most = int(about["used_memory"]), int(about.get("maxmemory", 0))
    room = f"{used / 1024**2:.0f} MiB used" + (f" of {most / 1024**2:.0f}" if most else "")
    if policy != "noeviction":
        raise Ailment(f"its memory policy is {policy}; {room}")
    if most and used > _NEARLY_FULL * most:
        raise doubt(f"nearly full: {room}", "raise maxmemory")
    return f"its memory policy is noeviction; {room}"


async def _clock(redis: Any) -> str:
    before = time.time()
    seconds, micros = await redis.time()
    after = time.time()
    theirs = seconds + micros / 1e6
    apart = max(0.0, before - theirs, theirs - after)
    text = f"its clock and this machine's are {apart * 1000:.0f} ms apart"
    if apart > _APART:
        raise doubt(text)
    return text
