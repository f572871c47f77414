"""People, chats and some history to look at: what `make demo` starts with."""

from chinwag.server.demo.sowing import HANDLES, PASSWORD, seed

__all__ = ["HANDLES", "PASSWORD", "seed"]
