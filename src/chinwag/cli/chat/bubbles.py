"""Drawing rows of a conversation as lines of a terminal."""

from itertools import pairwise
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from chinwag.cli.chat.attached import file_lines
from chinwag.cli.chat.ink import Content, fit, ink
from chinwag.cli.chat.theme import Palette
from chinwag.cli.chat.timeline import Bubble, Day, Row, Service, Unread
from chinwag.cli.marks import Line, Piece, pieces, wrap
from chinwag.sdk import Tick

# A line longer than this is hard to read.
MEASURE = 65
MARGIN = 1
PADDING = 1
TICKS = {
    Tick.CLOCK: "◷",
    Tick.SENT: "✓",
    Tick.DELIVERED: "✓✓",
    Tick.READ: "✓✓",
    Tick.FAILED: "!",
}


class Box(NamedTuple):
    """Where the coloured ground of a bubble is."""

    left: int
    width: int
    colour: str


class Block(NamedTuple):
    """A drawn row. ``box``: None for lines without a ground of their own."""

    lines: list[Strip]
    box: Box | None = None


class Pen(NamedTuple):
    """With what, and how wide, is drawn."""

    palette: Palette
    width: int


def draw(row: Row, pen: Pen, *, marked: bool = False) -> Block:
    """One row."""
    match row:
        case Bubble():
            return _bubble(row, pen, marked=marked)
        case Unread(text=text):
            return Block([_rule(text, pen, pen.palette.unread, bold=True)])
        case Day(text=text):
            return Block([_rule(text, pen, pen.palette.muted)])
        case Service(text=text):
            return _service(text, pen)


def tick_colour(tick: Tick, palette: Palette, plain: str) -> str:
    """Of the mark beside an own message."""
    if tick is Tick.READ:
        return palette.read
    return palette.error if tick is Tick.FAILED else plain


def gap(upper: Box | None, lower: Box | None, pen: Pen) -> Strip:
    """The line between two rows: half a line of a box's ground above and below the box, so that it
    looks round. Where two boxes are above each other there is room for the upper one's only.
    """
    palette = pen.palette
    if (
        upper
        and lower
        and upper.left < lower.left + lower.width
        and (lower.left < upper.left + upper.width)
    ):
        lower = None
    segments: list[Segment] = []
    edges = {0, pen.width}
    for box in (upper, lower):
        if box:
            edges |= {box.left, min(box.left + box.width, pen.width)}
    cuts = sorted(edges)
    for begin, end in pairwise(cuts):
        glyph, colour = " ", palette.text
        if upper and _covers(upper, begin):
            glyph, colour = "▀", upper.colour
        elif lower and _covers(lower, begin):
            glyph, colour = "▄", lower.colour
        segments.append(Segment(glyph * (end - begin), ink(colour, palette.ground)))
    return Strip(segments, pen.width)


def _covers(box: Box, column: int) -> bool:
    return box.left <= column < box.left + box.width


def _rule(text: str, pen: Pen, colour: str, *, bold: bool = False) -> Strip:
    palette = pen.palette
    line = ink(palette.line if not bold else colour, palette.ground)
    text = f" {text} "
    left = max(0, (pen.width - cell_len(text)) // 2)
    right = max(0, pen.width - left - cell_len(text))
    side = 1 if right and left else 0
    words = ink(colour, palette.ground, frozenset({"bold"} if bold else ()))
    return Strip(
        [
            Segment(" " * side, line),
            Segment("─" * (left - side), line),
            Segment(text, words),
            Segment("─" * (right - side), line),
            Segment(" " * side, line),
        ]
    ).adjust_cell_length(pen.width, line)


def _service(text: str, pen: Pen) -> Block:
    palette = pen.palette
    style = ink(palette.muted, palette.ground)
    lines = []
    for line in wrap([Piece(text)], min(MEASURE, pen.width - 4)):
        said = "".join(it.text for it in line)
        left = max(0, (pen.width - cell_len(said)) // 2)
        strip = Strip([Segment(" " * left, style), Segment(said, style)])
        lines.append(strip.adjust_cell_length(pen.width, style))
    return Block(lines)


def _bubble(row: Bubble, pen: Pen, *, marked: bool) -> Block:
    palette = pen.palette
    if row.own:
        ground = palette.own_marked if marked else palette.own
    else:
        ground = palette.bubble_marked if marked else palette.bubble
    most = min(MEASURE, max(pen.width * 4 // 5, min(pen.width - 4, 54))) - 2 * PADDING
    most = max(4, min(most, pen.width - 2 * MARGIN - 2 * PADDING))
    lines: list[Content] = []
    if row.name:
        colour = palette.people[row.hue]
        lines.append([(fit(row.name, most), ink(colour, ground, frozenset({"bold"})))])
    if row.quote:
        lines += _quote(row, most, ground, palette)
    if row.file:
        lines += file_lines(row.file, most, ground, palette, own=row.own)
    if row.text or not row.file:
        text = wrap(pieces(row.text, row.mentioned), most)
        lines += [_text(line, ground, palette) for line in text]
    if row.invite and not row.own:
        lines.append([("Enter: join the group", ink(palette.accent, ground))])
    _end(lines, _meta(row, ground, palette), most)
    if row.reason:
        lines += _failed(row, most, ground, palette)
    return _boxed(lines, row, ground, pen, marked=marked)


def _text(line: Line, ground: str, palette: Palette) -> Content:
    content: Content = []
    for piece in line:
        colour = palette.text
        marks = piece.marks
        if "code" in marks:
            colour = palette.code
        elif "mention" in marks:
            colour, marks = palette.accent, marks | {"bold"}
        elif "link" in marks:
            colour = palette.accent
        content.append((piece.text, ink(colour, ground, marks)))
    return content


def _quote(row: Bubble, most: int, ground: str, palette: Palette) -> list[Content]:
    assert row.quote is not None
    name, text = row.quote.name, row.quote.text
    colour = palette.people[row.quote.hue] if name and name != "You" else palette.accent
    bar = ("▎ ", ink(colour, ground))
    muted = ink(palette.own_muted if row.own else palette.muted, ground)
    lines: list[Content] = []
    if name:
        lines.append([bar, (fit(name, most - 2), ink(colour, ground, frozenset({"bold"})))])
    lines.append([bar, (fit(text, most - 2), muted)])
    return lines


def _meta(row: Bubble, ground: str, palette: Palette) -> Content:
    muted = palette.own_muted if row.own else palette.muted
    meta = [(row.time, ink(muted, ground))]
    if row.tick is not None:
        colour = tick_colour(row.tick, palette, muted)
        bold = frozenset({"bold"} if row.tick in (Tick.READ, Tick.FAILED) else ())
        meta.append((f" {TICKS[row.tick]}", ink(colour, ground, bold)))
    return meta


def _failed(row: Bubble, most: int, ground: str, palette: Palette) -> list[Content]:
    hint = " · t to try again" if row.again or not row.seq else ""
    reason = wrap([Piece(f"{row.reason}{hint}")], most)
    return [_plain(line, ink(palette.error, ground)) for line in reason]


def _plain(line: Line, style: Style) -> Content:
    return [(piece.text, style) for piece in line]


def _end(lines: list[Content], meta: Content, most: int) -> None:
    """Time and tick at the end of the last line, or on one of their own if they do not fit."""
    size = _size(meta)
    if not lines or _size(lines[-1]) + 2 + size > most:
        lines.append([])
    widest = max(_size(line) for line in lines)
    room = max(widest, _size(lines[-1]) + 2 * bool(lines[-1]) + size) - _size(lines[-1]) - size
    lines[-1] = [*lines[-1], (" " * room, meta[0][1]), *meta]


def _boxed(lines: list[Content], row: Bubble, ground: str, pen: Pen, *, marked: bool) -> Block:
    inner = max(_size(line) for line in lines)
    width = inner + 2 * PADDING
    left = max(0, pen.width - MARGIN - width) if row.own else MARGIN
    outside = ink(pen.palette.accent, pen.palette.ground)
    pad = ink(pen.palette.text, ground)
    right = max(0, pen.width - left - width)
    strips = []
    for line in lines:
        before = f"{' ' * (left - 1)}▐" if marked and left else " " * left
        strips.append(
            Strip(
                [
                    Segment(before, outside),
                    Segment(" " * PADDING, pad),
                    *(Segment(text, style) for text, style in line),
                    Segment(" " * (inner - _size(line) + PADDING), pad),
                    Segment(" " * right, outside),
                ]
            ).adjust_cell_length(pen.width, outside)
        )
    return Block(strips, Box(left, width, ground))


def _size(content: Content) -> int:
    return sum(cell_len(text) for text, _ in content)
