"""How a file is handed to a browser so that it can do no harm there: shown only as what the server
found it to be, and otherwise saved under a name that is no path and no trick.
"""

import re
import unicodedata
from urllib.parse import quote

from chinwag.server.services.file_names import named

UNKNOWN = "application/octet-stream"

_SHOWN = frozenset(
    {
        "image/jpeg", "image/png", "image/webp", "image/gif", "image/avif",
        "video/mp4", "video/webm", "video/quicktime",
        "audio/ogg", "audio/webm", "audio/mp4", "audio/mpeg", "audio/aac", "audio/wav",
    }
)  # fmt: skip
# What a document may say it is. Nothing that a browser would run, or render as a page.
_DECLARED = re.compile(
    r"(?:audio|video|font)/[a-z0-9.+-]+|text/plain|text/csv|text/calendar"
    r"|image/(?:jpeg|png|webp|gif|avif|heic|heif|bmp|tiff)"
    r"|application/(?:pdf|zip|gzip|x-7z-compressed|x-tar|x-bzip2|vnd\.rar|json|rtf|msword"
    r"|epub\+zip|vnd\.ms-[a-z.-]+|vnd\.oasis\.opendocument\.[a-z.-]+"
    r"|vnd\.openxmlformats-officedocument\.[a-z.-]+)"
)
# RFC 8187, section 3.2.1: what needs no percent-encoding.
_PLAIN = "!#$&+-.^_`|~"


def shown_type(kind: str) -> str:
    """The type of what is shown in place; `UNKNOWN`, which browsers save, for any other."""
    return kind if kind in _SHOWN else UNKNOWN


def declared_type(kind: str) -> str:
    """The type of what is saved: as its sender said, if that is harmless."""
    return kind if _DECLARED.fullmatch(kind) else UNKNOWN


def disposition(name: str, *, attachment: bool) -> str:
    """``Content-Disposition`` (RFC 6266) with the name twice: for all, and as it is."""
    name = named(name)
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r'["\\%;]', "_", plain).strip() or "file"
    if plain.startswith("."):
        plain = f"file{plain}"
    how = "attachment" if attachment else "inline"
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe=_PLAIN)}"
