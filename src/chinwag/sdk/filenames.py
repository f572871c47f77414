"""Names of files as other people give them, made into names that a file may have here.

Such a name is anybody's text: it may be a path, hide its ending behind a right-to-left override,
hold control characters, or be a device of the system. What is left of it is one plain component
that every common file system takes.
"""

import re
import unicodedata

MAX_BYTES = 180
"""Room is left for a number and for the name of an unfinished download, of the 255 bytes that file
systems take."""
# Nothing below belongs to a name: separators, what shells and Windows read as signs of their own.
_SIGNS = re.compile(r'[/\\<>:"|?*]')
_RESERVED = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])$", re.IGNORECASE
)
_LONGEST_ENDING = 20


def safe_name(name: str, fallback: str = "file") -> str:
    """A name for a file in one folder, made of ``name`` as far as that goes."""
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", name)[-1] or name)
    name = "".join(" " if it.isspace() else it for it in name if _belongs(it))
    name = _SIGNS.sub("_", name).strip(" .")
    stem, dot, ending = name.rpartition(".")
    if not dot or not stem or len(ending) > _LONGEST_ENDING:
        stem, dot, ending = name, "", ""
    ending = ending.strip()
    if _RESERVED.match(stem.partition(".")[0].strip()):
        stem = f"_{stem}"
    room = MAX_BYTES - len(f"{dot}{ending}".encode())
    stem = stem.encode()[:room].decode(errors="ignore").rstrip(". ")
    return f"{stem}{dot}{ending}" if stem else fallback


def numbered(name: str, number: int) -> str:
    """The name that is tried when ``number`` others like it are taken: ``tea (1).jpg``."""
    if number == 0:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem:
        stem, dot, ending = name, "", ""
    return f"{stem} ({number}){dot}{ending}"


def _belongs(character: str) -> bool:
    """Whether it can be seen: no control, no mark of direction, no half of a pair."""
    if character.isspace():
        return character not in "\r\n\v\f\x85\u2028\u2029"
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")
