"""Text with its colours: what lines of a terminal are put together from."""

from functools import lru_cache

from rich.cells import cell_len
from rich.style import Style

from chinwag.cli.marks import Piece, wrap

Content = list[tuple[str, Style]]


@lru_cache(maxsize=2048)
def ink(colour: str, ground: str, marks: frozenset[str] = frozenset()) -> Style:
    """A style; made once."""
    return Style(
        color=colour,
        bgcolor=ground,
        bold="bold" in marks or None,
        italic="italic" in marks or None,
        strike="strike" in marks or None,
        underline="link" in marks or None,
    )


def fit(text: str, width: int) -> str:
    """``text`` cut to ``width`` cells with an ellipsis."""
    if cell_len(text) <= width:
        return text
    line = wrap([Piece(text.replace(" ", "\u00a0"))], max(2, width - 1))[0]
    return "".join(it.text for it in line).replace("\u00a0", " ") + "…"


def fit_name(name: str, width: int) -> str:
    """A file's name cut to ``width`` cells in its middle: the ending says what it is."""
    if cell_len(name) <= width:
        return name
    stem, dot, ending = name.rpartition(".")
    tail = f"{dot}{ending}"
    if not stem or cell_len(tail) > width // 2:
        return fit(name, width)
    return fit(stem, max(2, width - cell_len(tail))) + tail
