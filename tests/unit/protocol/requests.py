"""Requests as a hostile or broken client might build them: by name, out of loose parts."""

import json
from typing import Any

import pytest

from chinwag.protocol import errors, frames
from chinwag.protocol.generate import examples

COMMANDS = sorted(frames.COMMAND_NAMES)


def request(do: object, request_id: object = 7) -> bytes:
    """A frame, of whatever shape."""
    return json.dumps({"id": request_id, "do": do}).encode()


def example(name: str) -> dict[str, Any]:
    """The ``do`` of an example, to be bent."""
    built: dict[str, Any] = json.loads(frames.encode(examples.COMMANDS[name]))
    return built


def refusal(data: bytes) -> frames.BadRequest:
    """What a frame is refused with; the test fails if it is not."""
    with pytest.raises(frames.BadRequest) as caught:
        frames.decode_request(data)
    return caught.value


def refused(data: bytes) -> tuple[int, str, str]:
    """Id, code and field of the refusal."""
    found = refusal(data)
    assert found.error.kind in errors.CATALOGUE.values()
    return found.id, found.error.kind.code, found.error.field
