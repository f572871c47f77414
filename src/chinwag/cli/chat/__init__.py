"""The terminal client."""

from chinwag.cli.chat.command import app

__all__ = ["app"]
