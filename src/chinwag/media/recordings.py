"""Voice messages: their sound as it is, in a new container without anything else; a waveform."""

from array import array
from base64 import b64encode
from collections.abc import Iterable

from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream

from chinwag.media.containers import Span, container, packets, read, wanted, write
from chinwag.media.made import Made, Outputs, Refused
from chinwag.media.task import Task, judged

PEAKS = 64
RATE = 8000
"""Samples a second that are looked at."""
STEP = RATE // 50
"""Samples to a loudness, before these are brought down to `PEAKS`."""
TARGETS = {
    "opus": ("webm", "audio/webm"),
    "vorbis": ("webm", "audio/webm"),
    "aac": ("mp4", "audio/mp4"),
    "mp3": ("mp3", "audio/mpeg"),
    "mp3float": ("mp3", "audio/mpeg"),
}
"""The container that browsers play a codec in, by FFmpeg's name and as a media type."""


def make_recording(task: Task) -> Made:
    form = container(task.head(16))
    if form is None:
        raise Refused("not_a_recording", "not a kind of recording that browsers play")
    with judged("not_a_recording", "cannot be played"), read(task, form) as source:
        audio = wanted(source, "audio")
        if not isinstance(audio, AudioStream) or wanted(source, "video"):
            raise Refused("not_a_recording", "not a recording of sound alone")
        if audio.codec_context.name not in TARGETS:
            raise Refused("not_a_recording", "a kind of sound that browsers do not play")
        into, kind = TARGETS[audio.codec_context.name]
        span, loudness = Span(), _Loudness()
        with write(task.path("content"), into) as target:
            stream = target.add_stream_from_template(audio)
            stream.metadata.clear()
            for packet in packets(source, audio):
                span.add(packet)
                if span.seconds > task.bounds.duration:
                    raise Refused("not_a_recording", "too long")
                loudness.add(packet.decode())
                packet.stream = stream
                target.mux(packet)
            loudness.add(audio.decode(None))
    if not loudness.heard:
        raise Refused("not_a_recording", "nothing to hear in it")
    return Made(
        type=kind,
        size=task.path("content").stat().st_size,
        duration=round(span.seconds * 1000),
        waveform=b64encode(loudness.peaks()).decode(),
        outputs=Outputs(task.path("content")),
    )


class _Loudness:
    """The loudest of each fiftieth of a second."""

    def __init__(self) -> None:
        self._resampler = AudioResampler(format="s16", layout="mono", rate=RATE)
        self._loudest: list[int] = []
        self._left = array("h")

    @property
    def heard(self) -> bool:
        return bool(self._loudest or self._left)

    def add(self, frames: Iterable[object]) -> None:
        for frame in frames:
            assert isinstance(frame, AudioFrame)
            for part in self._resampler.resample(frame):
                samples = array("h")
                samples.frombytes(bytes(part.planes[0])[: part.samples * samples.itemsize])
                self._take(samples)

    def _take(self, samples: "array[int]") -> None:
        self._left.extend(samples)
        whole = len(self._left) // STEP * STEP
        for start in range(0, whole, STEP):
            step = self._left[start : start + STEP]
            self._loudest.append(_loudest(step))
        del self._left[:whole]

    def peaks(self) -> bytes:
        """`PEAKS` loudnesses over the whole length, the greatest of them 255."""
        heard = self._loudest or [_loudest(self._left)]
        count = len(heard)
        found = [
            # Of fewer than PEAKS, some are taken more than once.
            max(heard[at * count // PEAKS : -(-(at + 1) * count // PEAKS)])
            for at in range(PEAKS)
        ]
        loudest = max(found) or 1
        return bytes(round(each * 255 / loudest) for each in found)


def _loudest(samples: "array[int]") -> int:
    return max(max(samples), -min(samples))  # noqa: PLW3301 (one flat call would copy them all)
