"""The terminal client."""

from chinwag.cli.chat.command import chat

__all__ = ["chat"]
