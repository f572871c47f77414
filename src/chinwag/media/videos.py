"""Videos: their picture and sound as they are, in a new container without anything else, and a
frame to show of them.

Not kept: titles, places, dates, names of devices and programs, chapters, subtitles, attachments,
tracks of data (where phones and cameras note where they were).
"""

from collections.abc import Iterator

from av.bitstream import BitStreamFilterContext
from av.codec.context import ThreadType
from av.container import InputContainer
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image, ImageStat

from chinwag.media.containers import Span, container, packets, read, wanted, write
from chinwag.media.made import Made, Outputs, Refused
from chinwag.media.previews import MEDIUM, write_medium, write_small
from chinwag.media.task import Task, judged

WEBM = (frozenset({"vp8", "vp9", "av1"}), frozenset({"opus", "vorbis"}))
MP4 = (frozenset({"h264", "hevc", "av1", "vp9"}), frozenset({"aac", "mp3", "opus"}))
"""The video and audio that browsers play in a container."""
NOTES = {"h264": "filter_units=remove_types=6"}
"""What takes the notes out of a stream itself (SEI): some cameras write there where they were."""
MOMENTS = (0.1, 0.3, 0.6)
"""Parts of the duration at which a frame may be worth showing."""
DISTINCT = 12.0
"""Standard deviation of the grey of a frame that shows something."""
PATIENCE = 90
"""Frames decoded to get from a key frame to the moment."""


def make_video(task: Task) -> Made:
    form = container(task.head(16))
    if form not in ("mov", "matroska"):
        raise Refused("not_a_video", "not a kind of video that browsers play")
    with judged("not_a_video", "not a video that can be played"):
        with read(task, form) as source:
            _check(source, task)
            poster, rotation = _poster(source)
        small, hash_ = write_small(task, poster)
        medium = write_medium(task, poster)
        with read(task, form) as source:
            kind, seconds = _remux(source, task, form, rotation)
            video = _video(source)
            size = (video.width, video.height)
    if rotation % 180:
        size = (size[1], size[0])
    return Made(
        type=kind,
        size=task.path("content").stat().st_size,
        width=size[0],
        height=size[1],
        duration=round(seconds * 1000),
        placeholder=hash_,
        outputs=Outputs(task.path("content"), small, medium),
    )


def _video(source: InputContainer) -> VideoStream:
    video = wanted(source, "video")
    if not isinstance(video, VideoStream):
        raise Refused("not_a_video", "nothing to see in it")
    return video


def _check(source: InputContainer, task: Task) -> None:
    video = _video(source)
    if not 0 < video.width * video.height <= task.bounds.pixels:
        raise Refused("not_a_video", f"frames of {video.width} × {video.height}")
    if (source.duration or 0) > task.bounds.duration * 1_000_000:
        raise Refused("not_a_video", "too long")


def _poster(source: InputContainer) -> tuple[Image.Image, int]:
    """A frame that shows something, upright, and by how many degrees, counter-clockwise, frames
    are to be turned for that.
    """
    video = _video(source)
    video.codec_context.thread_type = ThreadType.NONE
    length = (source.duration or 0) / 1_000_000
    best: tuple[float, Image.Image, int] | None = None
    for moment in MOMENTS:
        frame = _frame_at(source, video, length * moment)
        if frame is None:
            continue
        image = _image(frame)
        contrast = ImageStat.Stat(image.convert("L")).stddev[0]
        if best is None or contrast > best[0]:
            best = (contrast, image, frame.rotation)
        if contrast >= DISTINCT:
            break
    if best is None:
        raise Refused("not_a_video", "no frame of it can be shown")
    _, image, rotation = best
    quarters = round(rotation / 90) % 4
    return image.rotate(quarters * 90, expand=True), quarters * 90


def _frame_at(source: InputContainer, video: VideoStream, seconds: float) -> VideoFrame | None:
    """The first frame from then on, or the last that there is before."""
    source.seek(int(seconds * 1_000_000))
    found = None
    for count, frame in enumerate(_frames(source, video)):
        found = frame
        if count >= PATIENCE or frame.pts is None or frame.time >= seconds:
            break
    return found


def _frames(source: InputContainer, video: VideoStream) -> Iterator[VideoFrame]:
    yield from source.decode(video)


def _image(frame: VideoFrame) -> Image.Image:
    """In the size of the larger preview: a whole frame of RGB would take its time."""
    scale = min(1.0, MEDIUM / max(frame.width, frame.height))
    width, height = (max(1, round(side * scale)) for side in (frame.width, frame.height))
    scaled = frame.reformat(width=width, height=height, format="rgb24")
    image = scaled.to_image()  # type: ignore[no-untyped-call]
    assert isinstance(image, Image.Image)
    return image


def _remux(source: InputContainer, task: Task, form: str, rotation: int) -> tuple[str, float]:
    """Answers the media type, and the seconds it plays."""
    video, audio = _video(source), wanted(source, "audio")
    into = _target(form, video, audio)
    span = Span()
    with write(task.path("content"), into) as target:
        image = target.add_stream_from_template(video)
        if rotation:
            image.set_display_rotation(rotation)
        streams: dict[int, Stream] = {video.index: image}
        if audio:
            streams[audio.index] = target.add_stream_from_template(audio)
        if into == "mp4" and video.codec_context.name == "hevc":
            image.codec_context.codec_tag = "hvc1"  # players of Apple take no other
        for stream in streams.values():
            stream.metadata.clear()
        notes = NOTES.get(video.codec_context.name)
        filters = {video.index: BitStreamFilterContext(notes, video, image)} if notes else {}
        for packet in packets(source, *filter(None, (video, audio))):
            span.add(packet)
            if span.seconds > task.bounds.duration:
                raise Refused("not_a_video", "too long")
            at = packet.stream_index
            bare = filters[at].filter(packet) if at in filters else [packet]
            for each in bare:
                each.stream = streams[at]
            target.mux(bare)
    if not span.seconds:
        raise Refused("not_a_video", "nothing to play in it")
    return f"video/{into}", span.seconds


def _target(form: str, video: Stream, audio: Stream | None) -> str:
    codecs = (video.codec_context.name, audio.codec_context.name if audio else None)
    order = (("webm", WEBM), ("mp4", MP4))
    for into, (videos, audios) in order if form == "matroska" else reversed(order):
        if codecs[0] in videos and (codecs[1] is None or codecs[1] in audios):
            return into
    raise Refused("not_a_video", "a kind of picture or sound that browsers do not play")
