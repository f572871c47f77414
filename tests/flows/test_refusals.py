"""Every refusal of somebody stands in the log: when, under which request, and why."""

import asyncio
import json
import re
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from flows.cast import eventually
from flows.conftest import People
from flows.raw import Raw
from flows.servers import Server
from flows.test_http import JSON, exchange

ABSENT = "00000000-0000-7000-8000-000000000000"
UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z")


async def logged(server: Server, since: int, **wanted: Any) -> dict[str, Any]:
    """The first log line from byte ``since`` on with these fields."""

    def found() -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in server.log.read_bytes()[since:].splitlines()]
        return [line for line in lines if wanted.items() <= line.items()]

    line: dict[str, Any] = (await eventually(found))[0]
    assert UTC.fullmatch(line["timestamp"])
    return line


@pytest.mark.parametrize(
    ("path", "headers", "status", "reason"),
    [
        ("sign-in", {}, 401, "wrong_credentials"),
        ("sign-in", {"Origin": "https://evil.example"}, 403, "forbidden_origin"),
        ("sign-out", {"Authorization": "Bearer made-up"}, 401, "unauthenticated"),
    ],
)
async def test_over_http(
    server: Server, path: str, headers: dict[str, str], status: int, reason: str
) -> None:
    since = server.log_size()
    body = json.dumps({"handle": "nobody.at.all", "password": "not-this-one"})
    given = (f"/api/{path}", body, JSON | headers)
    found = await asyncio.to_thread(exchange, server, "POST", *given)
    assert found[0] == status
    name = found[1]["x-request-id"]
    line = await logged(server, since, event="http.refused", request=name)
    assert (line["reason"], line["path"]) == (reason, f"/api/{path}")
    assert line["address"] == "127.0.0.1"


async def test_a_visitor_without_a_token_is_no_failure(server: Server) -> None:
    since = server.log_size()
    for headers in ({}, {"Authorization": "Bearer made-up"}):
        given = ("/api/sign-out", "{}", JSON | headers)
        assert (await asyncio.to_thread(exchange, server, "POST", *given))[0] == 401
    await logged(server, since, event="http.refused")
    assert server.log.read_bytes()[since:].count(b"http.refused") == 1


async def test_at_the_door_of_the_socket(server: Server) -> None:
    since = server.log_size()
    url = server.url.replace("http", "ws") + "/ws"
    with pytest.raises(InvalidStatus) as refused:
        async with connect(url, additional_headers={"Authorization": "Bearer made-up"}):
            pass
    name = refused.value.response.headers["X-Request-Id"]
    line = await logged(server, since, event="socket.refused", request=name)
    assert (line["reason"], line["address"]) == ("unauthenticated", "127.0.0.1")


@pytest.mark.parametrize("command", ["history", "send", "typing", "leave"])
async def test_on_the_socket(people: People, server: Server, command: str) -> None:
    (anna,) = await people(1)
    since = server.log_size()
    fields: dict[str, Any] = {
        "send": {"client_id": "refused-12345", "body": {"text": "canary-in-a-refusal"}},
        "leave": {"client_id": "refused-67890"},
    }.get(command, {})
    socket = await Raw.open(server.url, anna.token)
    for _ in range(2):
        assert (await socket.ask(command, chat=ABSENT, **fields))["error"]["code"] == "not_found"
    await socket.close()
    await logged(server, since, event="command.refused", user=anna.id, reason="not_found")
    lines = [
        json.loads(line)
        for line in server.log.read_bytes()[since:].splitlines()
        if anna.id.encode() in line and b"command.refused" in line
    ]
    assert {line["command"].lower() for line in lines} == {command}
    names = [line["request"].partition("-") for line in lines]
    assert len({socket for socket, _, _ in names}) == 1
    assert len({number for _, _, number in names}) == 2
    assert b"canary-in-a-refusal" not in server.log.read_bytes()
