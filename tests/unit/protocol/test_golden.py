"""The golden frames: each decodes to its example and encodes to the same bytes, and everything
that crosses the wire has one.
"""

import json
from pathlib import Path

import msgspec
import pytest
from msgspec import Struct

from chinwag.protocol import alerts, errors, frames
from chinwag.protocol.generate import examples, shapes

FOLDER = Path(__file__).parents[2] / "golden"


def canonical(name: str) -> bytes:
    page = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    assert page["name"] == name
    data: str = page["canonical"]
    assert json.loads(data) == page["frame"]
    return data.encode()


def plain(name: str) -> str:
    """The name without its variant."""
    return name.partition("-")[0]


def by_tag(classes: tuple[type[Struct], ...]) -> dict[str, type[Struct]]:
    return {shapes.tag(cls): cls for cls in classes}


@pytest.mark.parametrize("name", examples.COMMANDS)
def test_command(name: str) -> None:
    data = canonical(f"command-{name}")
    request = frames.decode_request(data)
    assert request.do == examples.COMMANDS[name]
    assert type(request.do) is by_tag(shapes.COMMANDS)[plain(name)]
    assert frames.encode(request) == data


@pytest.mark.parametrize("name", examples.ANSWERS)
def test_answer(name: str) -> None:
    data = canonical(f"answer-{name}")
    seen = frames.decode_server(data)
    kind = shapes.ANSWERS[by_tag(shapes.COMMANDS)[plain(name)]]
    assert seen.reply is not None
    assert seen.ok is not None
    assert (seen.error, seen.push) == (None, None)
    ok = msgspec.json.decode(seen.ok, type=kind)
    assert ok == examples.ANSWERS[name]
    again = frames.Answer(seen.reply, ok=msgspec.Raw(frames.encode(ok)))
    assert frames.encode(again) == data


@pytest.mark.parametrize("name", examples.ERRORS)
def test_error(name: str) -> None:
    data = canonical(f"error-{name}")
    seen = frames.decode_server(data)
    assert seen.reply is not None
    assert (seen.ok, seen.push) == (None, None)
    assert seen.error == examples.ERRORS[name]
    assert seen.error.code == plain(name)
    assert frames.encode(frames.Answer(seen.reply, error=seen.error)) == data


@pytest.mark.parametrize(
    "name",
    [f"push-{name}" for name in examples.PUSHES] + [f"kind-{name}" for name in examples.KINDS],
)
def test_push(name: str) -> None:
    data = canonical(name)
    seen = frames.decode_server(data)
    assert seen.push is not None
    assert (seen.reply, seen.ok, seen.error) == (None, None, None)
    assert frames.encode(frames.Pushed(frames.decode_push(seen.push))) == data


@pytest.mark.parametrize("name", examples.ALERTS)
def test_alert(name: str) -> None:
    data = canonical(f"alert-{name}")
    alert = msgspec.json.decode(data, type=alerts.Alert)
    assert alert == examples.ALERTS[name]
    assert frames.encode(alert) == data


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (examples.COMMANDS, by_tag(shapes.COMMANDS)),
        (examples.ANSWERS, by_tag(shapes.COMMANDS)),
        (examples.PUSHES, by_tag(shapes.PUSHES)),
        (examples.KINDS, by_tag(shapes.KINDS)),
        (examples.ALERTS, by_tag(shapes.ALERTS)),
        (examples.ERRORS, errors.CATALOGUE),
    ],
    ids=["commands", "answers", "pushes", "kinds", "alerts", "errors"],
)
def test_everything_has_a_golden_frame(found: dict[str, object], wanted: dict[str, object]) -> None:
    assert {plain(name) for name in found} == set(wanted)
    assert set(wanted) <= set(found), "the frame without a variant is the page's example"


@pytest.mark.parametrize("name", examples.ANSWERS)
def test_examples_are_of_the_declared_type(name: str) -> None:
    wanted = shapes.ANSWERS[by_tag(shapes.COMMANDS)[plain(name)]]
    assert type(examples.ANSWERS[name]) is wanted


def test_every_optional_field_of_a_command_is_shown_somewhere() -> None:
    shown: dict[type[Struct], set[str]] = {cls: set() for cls in shapes.COMMANDS}
    for command in examples.COMMANDS.values():
        shown[type(command)] |= set(msgspec.to_builtins(command))
    missing = {
        (cls.__name__, field.name)
        for cls in shapes.COMMANDS
        for field in shapes.shape(cls).fields
        if field.name not in shown[cls]
    }
    assert missing == set()
