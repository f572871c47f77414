"""The marks that a move to another database leaves, so that no server starts on half of one, or on
what was left behind. See `server.moving`.
"""

from chinwag.server.ports.store import Unusable

PROGRESS = "moving"
"""The table in the target that keeps how far the move has come, and is dropped at its end."""
MOVED = "moved_to"
"""The row of ``meta`` that says that an installation has gone elsewhere."""


def refuse_half(tables: list[str]) -> None:
    """Raises `Unusable` when a move into the database of these tables was cut off."""
    if PROGRESS in tables:
        raise Unusable(
            "The database is half of an installation: a move into it was cut off. Run"
            " `chinwag migrate` again."
        )


def refuse_left(to: str | None) -> None:
    """Raises `Unusable` when the installation has been moved ``to`` another database."""
    if to:
        raise Unusable(
            f"This installation has been moved to {to}, and goes on there: see the setting"
            " database_url. `chinwag migrate` moves it back."
        )
