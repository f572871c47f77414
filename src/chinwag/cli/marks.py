"""Light formatting of messages, and their wrapping: from a text to lines of marked pieces.

``*bold*``, ``_italic_``, ``~strike~``, ``code`` in single or triple back-ticks, addresses, and
mentions. A mark counts only at the edge of a word, so that ``snake_case`` and ``2*3*4`` stay.
"""

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from rich.cells import split_graphemes

_TOKEN = re.compile(
    r"```(?P<block>.+?)```"
    r"|`(?P<code>[^`\n]+)`"
    r"|(?P<link>https?://[^\s<>\"]*[^\s<>\".,;:!?'*_~)\]])"
    r"|(?<![\w@])@(?P<mention>[a-z0-9][a-z0-9._]*[a-z0-9_]|[a-z0-9])"
    r"|(?<![\w*])\*(?=[^\s*])(?P<bold>[^*\n]*)(?<=\S)\*(?![\w*])"
    r"|(?<![\w_])_(?=[^\s_])(?P<italic>[^_\n]*)(?<=\S)_(?![\w_])"
    r"|(?<![\w~])~(?=[^\s~])(?P<strike>[^~\n]*)(?<=\S)~(?![\w~])",
    re.DOTALL,
)
_NESTING = frozenset({"bold", "italic", "strike"})
_NONE: frozenset[str] = frozenset()


class Piece(NamedTuple):
    """A part of a text, and its marks: bold, italic, strike, code, link, mention."""

    text: str
    marks: frozenset[str] = _NONE


Line = tuple[Piece, ...]


def pieces(text: str, mentioned: Collection[str] = ()) -> list[Piece]:
    """``text`` (already `plain`) without its marks. ``mentioned``: handles that are mentions."""
    return [piece for piece in _parse(text, mentioned, _NONE) if piece.text]


def _parse(text: str, mentioned: Collection[str], outer: frozenset[str]) -> Iterator[Piece]:
    done = 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        inner = match[kind]
        if kind == "mention" and inner not in mentioned:
            continue
        yield Piece(text[done : match.start()], outer)
        done = match.end()
        marks = outer | {"code" if kind == "block" else kind}
        if kind in _NESTING and kind not in outer:
            yield from _parse(inner, mentioned, marks)
        elif kind in ("mention", "link"):
            yield Piece(match[0], marks)
        else:
            yield Piece(inner.strip("\n") if kind == "block" else inner, marks)
    yield Piece(text[done:], outer)


def wrap(parts: list[Piece], width: int) -> list[Line]:
    """Lines of at most ``width`` cells: broken at spaces, or inside words that are longer. Line
    feeds are kept, spaces at a break are not.
    """
    lines: list[Line] = []
    for paragraph in _paragraphs(parts):
        lines += _wrapped(paragraph, max(2, width))
    return lines


class _Cell(NamedTuple):
    text: str
    size: int
    marks: frozenset[str]


def _paragraphs(parts: list[Piece]) -> Iterator[list[_Cell]]:
    cells: list[_Cell] = []
    for part in parts:
        for number, text in enumerate(part.text.split("\n")):
            if number:
                yield cells
                cells = []
            spans, _ = split_graphemes(text)
            cells += [_Cell(text[start:end], size, part.marks) for start, end, size in spans]
    yield cells


def _wrapped(cells: list[_Cell], width: int) -> Iterator[Line]:
    begin = size = at = 0
    space = -1
    while at < len(cells):
        cell = cells[at]
        if cell.text == " " and "code" not in cell.marks:
            space = at
        if size + cell.size <= width:
            size += cell.size
            at += 1
            continue
        end = space if space > begin else at
        yield _line(cells[begin:end])
        begin = end + 1 if end == space else end
        at, size, space = begin, 0, -1
    yield _line(cells[begin:])


def _line(cells: list[_Cell]) -> Line:
    line: list[Piece] = []
    for cell in cells:
        if line and line[-1].marks == cell.marks:
            line[-1] = Piece(line[-1].text + cell.text, cell.marks)
        else:
            line.append(Piece(cell.text, cell.marks))
    return tuple(line)
