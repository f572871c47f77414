"""Draw chinwag's mark into every icon that browsers and home screens ask for: `icons.py`.

Needs the development environment and Chromium (CHROMIUM names one that is elsewhere). What it
writes to web/public is checked in, so that building the client needs neither.
"""

import os
import struct
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

PUBLIC = Path(__file__).resolve().parents[1] / "web/public"
TEAL, DEEP, CORAL, CREAM = "#0f7a7a", "#0e5f62", "#f0714d", "#fbf6ee"

# On a square of 64: a bubble with a smile, and one behind it that listens.
_FRONT = (
    "M19 20h14a16 16 0 0 1 16 16v2a16 16 0 0 1-16 16h-9.5l-9.4 7.6A2.5 2.5 0 0 1 10 59.6v-6.7"
    "A16 16 0 0 1 3 38v-2a16 16 0 0 1 16-16z"
)
_BACK = "M33 3h12a16 16 0 0 1 16 16v4a16 16 0 0 1-16 16H33a16 16 0 0 1-16-16v-4A16 16 0 0 1 33 3z"
_SMILE = (
    '<path d="M17 37q9 8.5 18 0" fill="none" stroke="{}" stroke-width="4.5"'
    ' stroke-linecap="round"/>'
)
_GAP = (
    f'<mask id="gap"><path fill="#fff" d="M0 0h64v64H0z"/>'
    f'<path d="{_FRONT}" stroke="#000" stroke-width="6"/></mask>'
)
_DOT = '<circle cx="51" cy="51" r="{}" {}/>'


def mark(front: str = TEAL, back: str = CORAL, smile: str = CREAM) -> str:
    """The mark alone."""
    return (
        f'{_GAP}<path fill="{back}" mask="url(#gap)" d="{_BACK}"/>'
        f'<path fill="{front}" d="{_FRONT}"/>{_SMILE.format(smile)}'
    )


def favicon() -> str:
    """For a tab, on whatever ground."""
    return _svg(mark())


def favicon_unread() -> str:
    """The same with a dot: something waits."""
    hole = _DOT.format(16, 'fill="#000"')
    room = f'<mask id="room"><path fill="#fff" d="M0 0h64v64H0z"/>{hole}</mask>'
    dot = _DOT.format(12.5, 'fill="#e4502c"')
    return _svg(f'{room}<g mask="url(#room)">{mark()}</g>{dot}')


def badge() -> str:
    """For Android's status bar, which takes the shape alone."""
    cut = f'<mask id="cut"><path fill="#fff" d="M0 0h64v64H0z"/>{_SMILE.format("#000")}</mask>'
    back = f'<path fill="#fff" mask="url(#gap)" d="{_BACK}"/>'
    return _svg(f'{_GAP}{cut}{back}<path fill="#fff" mask="url(#cut)" d="{_FRONT}"/>')


def tile(share: float, corner: int) -> str:
    """For a home screen: the mark on a ground of its own, taking up this share of the width."""
    shift = 32 * (1 - share)
    ground = f'<rect width="64" height="64" rx="{corner}" fill="{DEEP}"/>'
    drawn = mark(front=CREAM, smile=DEEP)
    return _svg(f'{ground}<g transform="translate({shift} {shift}) scale({share})">{drawn}</g>')


def _svg(inside: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">{inside}</svg>\n'


def png(page: Page, svg: str, size: int) -> bytes:
    """The drawing as a PNG of so many pixels."""
    page.set_viewport_size({"width": size, "height": size})
    page.set_content(
        "<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>" + svg
    )
    return page.screenshot(omit_background=True)


def ico(pictures: dict[int, bytes]) -> bytes:
    """PNGs in the container that old browsers look for."""
    offset = 6 + 16 * len(pictures)
    entries, body = b"", b""
    for size, data in pictures.items():
        entries += struct.pack("<4B2H2I", size, size, 0, 0, 1, 32, len(data), offset + len(body))
        body += data
    return struct.pack("<3H", 0, 1, len(pictures)) + entries + body


def main() -> None:
    """Write them all."""
    (PUBLIC / "icons").mkdir(parents=True, exist_ok=True)
    (PUBLIC / "favicon.svg").write_text(favicon())
    (PUBLIC / "favicon-unread.svg").write_text(favicon_unread())
    pictures = {
        "icons/app-192.png": (tile(0.66, 14), 192),
        "icons/app-512.png": (tile(0.66, 14), 512),
        # Cut to any shape by the phone: the inner four fifths are sure to be seen.
        "icons/maskable-512.png": (tile(0.52, 0), 512),
        "icons/apple-touch.png": (tile(0.62, 0), 180),
        "icons/badge-96.png": (badge(), 96),
    }
    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        for name, (svg, size) in pictures.items():
            (PUBLIC / name).write_bytes(png(page, svg, size))
        sizes = {size: png(page, favicon(), size) for size in (16, 32, 48)}
        (PUBLIC / "favicon.ico").write_bytes(ico(sizes))
        browser.close()


if __name__ == "__main__":
    main()
