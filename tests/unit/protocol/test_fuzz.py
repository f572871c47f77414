"""Whatever a client sends, a request comes out or `BadRequest`: nothing else, and with a field
path that holds nothing of what was sent.
"""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chinwag.protocol import frames, limits
from chinwag.protocol.generate import golden

PATH = re.compile(r"|\$(\.[a-z0-9_]+|\[(\d+|\.\.\.)\])*")
GOLDEN = [data for name, data in golden.all_frames().items() if name.startswith("command-")]
TOKENS = [
    b'"',
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"null",
    b"true",
    b"-1",
    b"1e999",
    b"NaN",
]
TOKENS += [b"\\ud800", b"\\u0000", b"\x00", b"\xff", b"9" * 400, b"[" * 2_000, b'{"a":' * 500, b" "]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=20,
)


def survives(data: bytes) -> None:
    try:
        request = frames.decode_request(data)
    except frames.BadRequest as caught:
        bad = caught
    else:
        assert frames.decode_request(frames.encode(request)) == request
        return
    assert 0 <= bad.id <= limits.SAFE_INTEGER
    assert PATH.fullmatch(bad.error.field)
    assert frames.encode(frames.Answer(bad.id, error=bad.error.failure()))


@given(st.binary(max_size=400))
def test_random_bytes(data: bytes) -> None:
    survives(data)


@given(JSON, JSON)
def test_random_json(request_id: object, do: object) -> None:
    survives(frames.encode({"id": request_id, "do": do}))


@given(st.sampled_from(sorted(frames.COMMAND_NAMES)), st.dictionaries(st.text(max_size=9), JSON))
def test_random_fields(name: str, fields: dict[str, object]) -> None:
    survives(frames.encode({"id": 7, "do": {"type": name, **fields}}))


def mutant(rng: random.Random) -> bytes:
    """A golden request, cut, spliced with another, or with tokens thrown in."""
    data = bytearray(rng.choice(GOLDEN))
    for _ in range(rng.randint(1, 4)):
        at, to = sorted(rng.choices(range(len(data) + 1), k=2))
        match rng.randrange(5):
            case 0:
                data[at:at] = rng.choice(TOKENS)
            case 1:
                data[at : min(to, at + 8)] = b""
            case 2:
                data[at:to] = data[at:to] * 2
            case 3:
                data[at:] = rng.choice(GOLDEN)[at:]
            case 4:
                data[at : at + 1] = bytes([rng.randrange(256)])
    return bytes(data)


@pytest.mark.parametrize("seed", range(10))
def test_mutants(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(1_000):
        survives(mutant(rng))


@settings(max_examples=20)
@given(st.integers(1, 20_000), st.sampled_from([b"[", b'{"a":', b'{"do":', b'{"id":7,"do":[']))
def test_any_depth(depth: int, opening: bytes) -> None:
    survives(opening * depth)
    survives(b'{"id":7,"do":' + opening * depth)
