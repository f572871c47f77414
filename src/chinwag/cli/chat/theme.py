"""Two themes, each designed for itself: warm neutral ground, deep teal, amber for what is new."""

from collections.abc import Iterable
from typing import NamedTuple
from zlib import crc32

from textual.theme import Theme


class Palette(NamedTuple):
    """Colours by their job. Contrast on their grounds is AA or better, of ``text`` AAA."""

    name: str
    dark: bool
    ground: str
    surface: str  # the list, and what stands above the ground
    raised: str  # cursor, dialogs' fields
    bubble: str
    own: str
    own_marked: str
    bubble_marked: str
    line: str
    text: str
    muted: str
    own_muted: str
    accent: str
    on_accent: str
    unread: str
    on_unread: str
    error: str
    online: str
    read: str
    code: str
    people: tuple[str, ...]


LIGHT = Palette(
    name="chinwag-light",
    dark=False,
    ground="#f3eee6",
    surface="#faf7f2",
    raised="#ebe4d8",
    bubble="#fffdfa",
    own="#d5e9e3",
    own_marked="#bfdcd4",
    bubble_marked="#efe8dc",
    line="#ddd4c6",
    text="#26221d",
    muted="#6d655b",
    own_muted="#4b6a63",
    accent="#0d645d",
    on_accent="#ffffff",
    unread="#b35c00",
    on_unread="#ffffff",
    error="#b3261e",
    online="#2c7a4b",
    read="#0a6ea8",
    code="#7a3e12",
    people=(
        "#a13d63", "#8a4b08", "#1f6f8b", "#5b4bb0", "#2d7347", "#a8432a",
        "#3a5fa8", "#7c3f8c", "#6b6410", "#0f6e6e", "#94355a", "#4d5f2a",
    ),
)  # fmt: skip

DARK = Palette(
    name="chinwag-dark",
    dark=True,
    ground="#181513",
    surface="#1f1c19",
    raised="#2f2a26",
    bubble="#2a2622",
    own="#17403b",
    own_marked="#21554f",
    bubble_marked="#3a342f",
    line="#38322c",
    text="#efe9e0",
    muted="#a39a8d",
    own_muted="#93b8b0",
    accent="#5cc3b5",
    on_accent="#0e211e",
    unread="#f0a54a",
    on_unread="#2a1a04",
    error="#ff8a7d",
    online="#7bc794",
    read="#6fc3f5",
    code="#f0c08a",
    people=(
        "#f093b3", "#e8b06a", "#7cc7e0", "#b3a6f2", "#88cf9f", "#f29a80",
        "#93b4f0", "#d79ae6", "#d3c766", "#6fd0cb", "#f2a0c0", "#b4c98a",
    ),
)  # fmt: skip

PALETTES = {it.name: it for it in (DARK, LIGHT)}


def theme(palette: Palette) -> Theme:
    """The palette for Textual; its names become CSS variables, as ``$c-line``."""
    variables = {
        f"c-{name.replace('_', '-')}": value
        for name, value in palette._asdict().items()
        if isinstance(value, str) and value.startswith("#")
    }
    variables |= {
        "input-cursor-background": palette.accent,
        "input-cursor-foreground": palette.on_accent,
        "input-selection-background": f"{palette.accent} 35%",
        "border": palette.line,
        "border-blurred": palette.line,
        "scrollbar": palette.line,
        "scrollbar-hover": palette.muted,
        "scrollbar-active": palette.accent,
        "scrollbar-background": palette.ground,
        "scrollbar-background-hover": palette.ground,
        "scrollbar-background-active": palette.ground,
        "scrollbar-corner-color": palette.ground,
        "block-cursor-background": palette.raised,
        "block-cursor-foreground": palette.text,
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": palette.surface,
        "block-cursor-blurred-foreground": palette.text,
        "block-cursor-blurred-text-style": "none",
        "block-hover-background": palette.raised,
        "footer-key-foreground": palette.accent,
        "link-color": palette.accent,
    }
    return Theme(
        name=palette.name,
        primary=palette.accent,
        secondary=palette.accent,
        accent=palette.accent,
        warning=palette.unread,
        error=palette.error,
        success=palette.online,
        foreground=palette.text,
        background=palette.ground,
        surface=palette.surface,
        panel=palette.raised,
        boost=palette.raised,
        dark=palette.dark,
        variables=variables,
    )


def hue(user: str) -> int:
    """One of the twelve, the same for the same person everywhere."""
    return crc32(user.encode()) % len(DARK.people)


def hues(users: Iterable[str]) -> dict[str, int]:
    """One of the twelve for each, different ones as far as they go."""
    taken: dict[str, int] = {}
    for user in sorted(users):
        wanted = hue(user)
        free = (it % len(DARK.people) for it in range(wanted, wanted + len(DARK.people)))
        used = set(taken.values())
        taken[user] = next((it for it in free if it not in used), wanted)
    return taken
