"""What one can write instead of a message: ``/send PATH [caption]`` and ``/save [WHERE]``; and the
path of a file that was dropped on the terminal, which arrives as if it had been pasted.
"""

import io
import itertools
import shlex
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from chinwag.cli.files import KINDS, size_words
from chinwag.cli.text import one_line
from chinwag.sdk import kind_of_name

_MOST_PATHS = 4096


class SendFile(NamedTuple):
    """Send that file."""

    path: Path
    caption: str


class SaveFile(NamedTuple):
    """Save the newest file of the chat, ``where`` it says, or in the usual folder."""

    where: Path | None


def command(text: str) -> SendFile | SaveFile | None:
    """What the text asks for; None if it is a message."""
    word, _, rest = text.strip().partition(" ")
    if word == "/save":
        return SaveFile(_path(rest.strip())) if rest.strip() else SaveFile(None)
    if word != "/send" or not rest.strip():
        return None
    whole = _path(rest.strip())
    if _is_file(whole):
        return SendFile(whole, "")
    left = io.StringIO(rest)
    lexer = shlex.shlex(left, posix=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    try:
        first = lexer.get_token() or ""
    except ValueError:  # a quotation mark that is not closed
        return SendFile(whole, "")
    return SendFile(_path(first), left.read().strip())


def hint(text: str) -> str:
    """What Enter will do; empty for a message."""
    asked = command(text) if text.startswith("/") else None
    match asked:
        case SendFile(path=path):
            name = one_line(path.name, 60)
            try:
                size = path.stat().st_size
            except (OSError, ValueError):
                return "There is no such file"
            if not _is_file(path):
                return f"{name} is a folder" if path.is_dir() else f"{name} cannot be sent"
            return f"Enter sends {name} ({KINDS[kind_of_name(path.name)]}, {size_words(size)})"
        case SaveFile():
            return "Enter saves the newest file of this chat"
    return "/send PATH [caption]   /save [WHERE]" if "/s" <= text < "/send " and " " not in (
        text) else ""  # fmt: skip


def dropped(text: str) -> Path | None:
    """The file that was dropped, if that is all that was pasted."""
    text = text.strip()
    if not text or len(text) > _MOST_PATHS or "\n" in text:
        return None
    if text.startswith("file://"):
        path = Path(unquote(urlsplit(text).path))
    else:
        try:
            words = shlex.split(text)
        except ValueError:
            words = []
        path = Path(words[0]) if len(words) == 1 else Path(text)
    return path if path.is_absolute() and _is_file(path) else None


def sending(path: Path, caption: str = "") -> str:
    """How that is written."""
    return f"/send {shlex.quote(str(path))} {caption}"


def completed(text: str) -> str:
    """The text with its path completed as far as there is one way to do it."""
    if not text.startswith("/send "):
        return text
    typed = next(iter(_words(text.removeprefix("/send "))), "")
    path = _path(typed)
    folder, begin = (path, "") if typed.endswith("/") or not typed else (path.parent, path.name)
    try:
        found = sorted(it for it in folder.iterdir() if it.name.startswith(begin))
    except (OSError, ValueError):
        return text
    shown = [it for it in found if begin.startswith(".") or not it.name.startswith(".")]
    common = _common([it.name for it in shown])
    if not common or (len(shown) > 1 and common == begin):
        return text
    whole = folder / common
    if len(shown) == 1:
        return f"/send {shlex.quote(str(whole))}{'/' if whole.is_dir() else ' '}"
    return f"/send {shlex.quote(str(whole))}"


def _common(names: list[str]) -> str:
    """How all of them begin."""
    same = itertools.takewhile(lambda letters: len(set(letters)) == 1, zip(*names, strict=False))
    return "".join(letters[0] for letters in same)


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:  # a quotation mark that is not closed yet
        return [text.lstrip("'\"")]


def _path(text: str) -> Path:
    text = text.replace("\0", "")
    path = Path(unquote(urlsplit(text).path)) if text.startswith("file://") else Path(text)
    try:
        return path.expanduser()
    except RuntimeError:  # nobody of that name has a home
        return path


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
