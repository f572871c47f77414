"""Files: what a message shows of the one it holds, and how an upload stands. Bytes go over HTTP."""

from msgspec import Struct

from chinwag.protocol.errors import Failure
from chinwag.protocol.scalars import (
    FileKind,
    FileName,
    FileSize,
    Id,
    MediaType,
    Millis,
    Pixels,
    Placeholder,
    Preview,
    UploadState,
    Waveform,
)


class File(Struct, omit_defaults=True):
    """A file as its message shows it; made by the server alone. ``size`` is that of the content as
    it is downloaded; ``width`` and ``height`` are pixels, the right way up; ``duration`` is in
    milliseconds; ``placeholder`` is a ThumbHash; ``waveform`` is 64 loudnesses of 0 to 255, a byte
    each. ``previews`` says which there are: WebP, the longest side at most 320 or 1,280 pixels.
    """

    id: Id
    kind: FileKind
    name: FileName
    type: MediaType
    size: FileSize
    width: Pixels = 0
    height: Pixels = 0
    duration: Millis = 0
    placeholder: Placeholder = ""
    waveform: Waveform = ""
    previews: tuple[Preview, ...] = ()


class Upload(Struct, omit_defaults=True):
    """How an upload stands. Its ``id`` will be the file's. It is ``open`` until the last byte came,
    then ``checking``, then ``ready``, with the ``file``, or ``refused``, with the ``error``.
    """

    id: Id
    state: UploadState
    received: FileSize
    size: FileSize
    expires_at: Millis
    file: File | None = None
    error: Failure | None = None
