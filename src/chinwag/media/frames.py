"""What crosses the pipes between the pool and a worker: a length, then a msgpack frame."""

import struct
from pathlib import Path
from typing import Any

import msgspec

from chinwag.media.made import Bounds, Code, Kind, Made

LENGTH = struct.Struct("!I")
LIMIT = 1024 * 1024
"""Bytes of a frame: a job names its segments, of which a large upload has some thousands."""


class Job(msgspec.Struct, frozen=True):
    """Make what ``kind`` needs of the files at ``paths``, read as one, and write it into the folder
    ``into``, under names that start with ``name``.
    """

    kind: Kind
    paths: tuple[str, ...]
    into: str
    name: str
    bounds: Bounds


class Ready(msgspec.Struct, frozen=True, tag=True):
    """The worker has loaded what it needs and takes a job."""


class Done(msgspec.Struct, frozen=True, tag=True):
    made: Made


class Refusal(msgspec.Struct, frozen=True, tag=True):
    code: Code
    text: str


class Failure(msgspec.Struct, frozen=True, tag=True):
    """The worker met what it did not expect, and ends."""

    text: str


Answer = Ready | Done | Refusal | Failure


def _path(kind: type, value: Any) -> Path:
    if kind is not Path:
        raise NotImplementedError(kind)
    return Path(value)


_encoder = msgspec.msgpack.Encoder(enc_hook=str)  # a path travels as its name
_jobs = msgspec.msgpack.Decoder(Job)
_answers: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer, dec_hook=_path)


def pack(frame: Job | Answer) -> bytes:
    """The frame with its length before it."""
    data = _encoder.encode(frame)
    return LENGTH.pack(len(data)) + data


def job(data: bytes) -> Job:
    return _jobs.decode(data)


def answer(data: bytes) -> Answer:
    """Raises `msgspec.MsgspecError` for what is none: a worker may have been taken over."""
    return _answers.decode(data)
