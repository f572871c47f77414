"""Golden frames: exact bytes that the Python and TypeScript tests both hold themselves to."""

import json

import msgspec
from msgspec import Raw, Struct

from chinwag.protocol import events, frames, pushes
from chinwag.protocol.generate import examples

FOLDER = "tests/golden"
REQUEST_ID = 7


def all_frames() -> dict[str, bytes]:
    """Name and canonical bytes of every golden frame: ``command-…`` comes from a client, all
    others from a server. A variant follows the name after a further dash.
    """
    found = {f"command-{name}": command(name) for name in examples.COMMANDS}
    found |= {f"answer-{name}": answer(name) for name in examples.ANSWERS}
    found |= {f"error-{name}": error(name) for name in examples.ERRORS}
    found |= {f"push-{name}": push(name) for name in examples.PUSHES}
    found |= {f"alert-{name}": frames.encode(it) for name, it in examples.ALERTS.items()}
    return found | {f"kind-{name}": kind(name) for name in examples.KINDS}


def command(name: str) -> bytes:
    """A request."""
    return frames.encode(frames.Request(examples.COMMANDS[name], REQUEST_ID))


def answer(name: str) -> bytes:
    """An answer to it."""
    ok = Raw(frames.encode(examples.ANSWERS[name]))
    return frames.encode(frames.Answer(REQUEST_ID, ok=ok))


def error(name: str) -> bytes:
    """A refusal."""
    return frames.encode(frames.Answer(REQUEST_ID, error=examples.ERRORS[name]))


def push(name: str) -> bytes:
    """A push."""
    return frames.encode(frames.Pushed(examples.PUSHES[name]))


def kind(name: str) -> bytes:
    """A push of an event of that kind."""
    event = events.Event(examples.GROUP, 5, examples.AT, examples.ADA, 2, examples.KINDS[name])
    return frames.encode(frames.Pushed(pushes.Event(event)))


def pages() -> dict[str, str]:
    """The golden files, by path."""
    return {f"{FOLDER}/{name}.json": _page(name, data) for name, data in all_frames().items()}


def _page(name: str, data: bytes) -> str:
    page = _Page(name, msgspec.json.decode(data), data.decode())
    return json.dumps(msgspec.to_builtins(page), ensure_ascii=False, indent=2) + "\n"


class _Page(Struct):
    name: str
    frame: object
    canonical: str
