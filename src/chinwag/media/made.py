"""What media work is asked for and what it yields; all that the server knows of it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Kind = Literal["photo", "video", "voice", "document", "avatar"]
Code = Literal["not_a_picture", "picture_too_large", "not_a_video", "not_a_recording"]


@dataclass(frozen=True, slots=True)
class Outputs:
    """The files that were written. ``content`` is absent where the bytes that came stay as they
    are: only for a document. ``small`` and ``medium`` are WebP, longest side at most 320 and 1280
    px; a moving picture's ``medium`` moves too.
    """

    content: Path | None = None
    small: Path | None = None
    medium: Path | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What a file turned out to be, and what was made of it.

    ``type``: the media type of the content, as found, never as declared; of a document only
    ``application/pdf`` is found, any other has "". ``size``: bytes of the content. ``width`` and
    ``height``: px after orientation, those of the page for a PDF. ``duration``: ms.
    ``placeholder``: a ThumbHash, and ``waveform``: 64 peaks of 0..255, both in base64.
    """

    type: str = ""
    size: int = 0
    width: int = 0
    height: int = 0
    duration: int = 0
    placeholder: str = ""
    waveform: str = ""
    outputs: Outputs = field(default_factory=Outputs)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a job may take before it is refused (pixels, frames, time of the medium) or killed (the
    rest). Sizes in bytes, times in seconds.
    """

    pixels: int = 40_000_000
    """Of one picture or frame, as its header tells, before anything is decoded."""
    frames: int = 600
    """Of a moving picture."""
    motion: int = 300_000_000
    """Pixels of all frames of a moving picture together."""
    duration: int = 12 * 3600
    """Of a video or a recording."""
    memory: int = 1536 * 1024 * 1024
    """Address space of a worker (RLIMIT_AS)."""
    cpu: int = 60
    """Of the processor, for one job."""
    wall: float = 120.0
    """From the job's start to its kill."""
    output: int = 2 * 1024 * 1024 * 1024 + 64 * 1024 * 1024
    """Of one file that is written: a video keeps about the size it has."""
    waiting: int = 64
    """Jobs that may wait for a worker."""
    jobs: int = 200
    """After how many a worker is replaced."""


class Refused(Exception):
    """The file is not what it is to be, or is beyond what is worked on: the same again will fare no
    better. Sent as a document it may still go.
    """

    def __init__(self, code: Code, text: str) -> None:
        super().__init__(text)
        self.code: Code = code


class Killed(Exception):
    """The job came to its bounds, or the worker died; it may go well the next time, or never."""


class Overloaded(Exception):
    """So many jobs wait that this one was not taken; later there will be room."""
