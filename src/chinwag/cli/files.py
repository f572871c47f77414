"""Files in words: what kind, how large, how long. Names are other people's text."""

from chinwag.cli.text import one_line
from chinwag.protocol.files import File

KINDS = {"photo": "Photo", "video": "Video", "voice": "Voice message", "document": "Document"}
_UNITS = ("bytes", "KB", "MB", "GB", "TB")


def size_words(size: float) -> str:
    """47 KB, 1.2 GB: three digits at most, in units of 1,000."""
    unit = 0
    while round(size) >= 1000 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    digits = 1 if unit and size < 9.95 else 0
    return f"{size:.{digits}f} {_UNITS[unit] if unit or round(size) != 1 else 'byte'}"


def length_words(millis: int) -> str:
    """0:12, 1:02:03: how long a recording is."""
    minutes, seconds = divmod(max(1, round(millis / 1000)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def name_of(file: File) -> str:
    """The file's name, harmless to a terminal."""
    return one_line(file.name, 120) or KINDS.get(file.kind, "File")


def said_of(file: File) -> str:
    """What stands for it where there is one line: Photo; Voice message 0:12; tea.pdf."""
    if file.kind == "document":
        return name_of(file)
    kind = KINDS[file.kind]
    return f"{kind} {length_words(file.duration)}" if file.duration else kind


def preview_of(file: File, caption: str) -> str:
    """The same with the caption, if there is one."""
    return f"{said_of(file)}: {caption}" if caption else said_of(file)
