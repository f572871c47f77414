"""What `chinwag serve` tells the person who started it."""

import io
import shutil
import sys
from typing import TextIO

import segno


def program() -> str:
    """How to call the command line here: by its name, where the shell would find it."""
    if shutil.which("chinwag"):
        return "chinwag"
    started = sys.argv[0]
    return f"{sys.executable} -m chinwag" if started.endswith("__main__.py") else started


def welcome(url: str, kept: str, claim: str | None = None) -> str:
    """Where the server is; while nobody has claimed it, the link that does, also as a QR code."""
    lines = [f"chinwag is running at {url}", f"Its data is in {kept}"]
    if claim is None:
        lines.append(f"Open it in a browser, or in a terminal: {program()} chat {url}")
        return "\n".join(lines) + "\n"
    link = f"{url}/claim/{claim}"
    drawn = io.StringIO()
    segno.make(link, error="l", micro=False).terminal(drawn, compact=True)
    lines += [
        "",
        "Nobody has claimed it yet. Make the first account, which is its admin, in a browser:",
        f"  {link}",
        "or in a terminal:",
        f"  {program()} chat --claim {claim} {url}",
        "The code works for a week, until somebody has made that account.",
        "",
        drawn.getvalue().rstrip("\n"),
    ]
    return "\n".join(lines) + "\n"


def print_welcome(url: str, kept: str, claim: str | None = None, to: TextIO | None = None) -> None:
    """Print it. Not through the log: a claim code must not end up there."""
    stream = to or sys.stdout
    try:
        stream.write(welcome(url, kept, claim))
    except UnicodeEncodeError:  # a terminal that cannot draw the QR code
        stream.write(welcome(url, kept, claim).encode("ascii", "replace").decode())
    stream.flush()
