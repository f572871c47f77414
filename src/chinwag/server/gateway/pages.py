"""What people see in a browser of a server whose web client was not built. No script, no inline
style.
"""

import re
from html import escape
from importlib import resources

_FOLDER = resources.files(__package__).joinpath("pages")
_CODE = re.compile(r"[A-Za-z0-9_-]{8,64}")

STYLE = _FOLDER.joinpath("page.css").read_bytes()
_PAGE = _FOLDER.joinpath("page.html").read_text("utf-8")


def is_code(text: str) -> bool:
    """Whether this could be a code of a link."""
    return _CODE.fullmatch(text) is not None


def home(name: str, url: str) -> bytes:
    """The server runs; how to use it."""
    text = "This server runs without its web client (“make web” builds it). From a terminal:"
    return _page(name, text, f"chinwag chat {url}")


def claim(name: str, url: str, code: str) -> bytes:
    """How to become the admin of a new server."""
    text = "Nobody has claimed this server yet. Make the first account, which is its admin:"
    return _page(name, text, f"chinwag chat --claim {code} {url}")


def invite(name: str, url: str, code: str) -> bytes:
    """How to use an invitation to the server."""
    text = "You are invited to this server. Make your account:"
    return _page(name, text, f"chinwag chat --invite {code} {url}")


def join(name: str, url: str, code: str) -> bytes:
    """How to use a group's invite link."""
    text = f"You are invited to a group. Sign in, then Ctrl+P, “Join a group”, and {code}:"
    return _page(name, text, f"chinwag chat {url}")


def docs(name: str, url: str) -> bytes:
    """Where the description of the HTTP side is."""
    text = "The HTTP side of this server is described in the OpenAPI format:"
    return _page(name, text, f"{url}/api/openapi.json")


def _page(title: str, text: str, command: str) -> bytes:
    parts = {"title": title, "text": text, "command": command}
    return _PAGE.format_map({key: escape(part) for key, part in parts.items()}).encode()
