"""What a client says a file is called, made harmless: it will be shown, and be saved by others."""

import re

from chinwag.protocol import limits

NAMELESS = "file"
# C0 and C1, DEL, line and paragraph separators, and what turns text around (CVE-2021-42574): with
# the latter, "gpj.exe" reads as "exe.jpg".
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")
# What a browser would run, or may: whoever wants it has it as bytes.
_ACTIVE = re.compile(r"html|xml|svg|script|flash|java|xhtml|x-msdownload")
_BYTES = "application/octet-stream"


def named(name: str) -> str:
    """The last part of a path, without what is not seen, cut in its middle to what file systems
    take (255 bytes), so that it keeps its ending.
    """
    last = _UNSEEN.sub("", re.split(r"[/\\]", name)[-1]).strip(" .") or NAMELESS
    stem, dot, ending = last.rpartition(".")
    if not dot or len(ending) > 16:
        stem, dot, ending = last, "", ""
    while stem and len(f"{stem}{dot}{ending}".encode()) > limits.FILE_NAME_CHARS:
        stem = stem[:-1]
    return f"{stem}{dot}{ending}"


def typed(declared: str) -> str:
    """A media type without parameters, if it is one and nothing that runs."""
    kind = declared.partition(";")[0].strip().lower()
    return kind if _TYPE.fullmatch(kind) and not _ACTIVE.search(kind) else _BYTES
