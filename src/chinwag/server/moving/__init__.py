"""Moving a whole installation from one database to another: what `chinwag migrate` does."""

from chinwag.server.moving.moving import Ahead, Moved, MoveError, to_postgres, to_sqlite

__all__ = ["Ahead", "MoveError", "Moved", "to_postgres", "to_sqlite"]
