"""What Ctrl+C means: copy what is selected, or else quit; asked twice while one writes."""

import math
import time

from textual.app import App
from textual.widgets import Input, TextArea

TWICE_SECONDS = 5.0


class Interrupts:
    """See the module."""

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._asked_at = -math.inf

    def quits(self, writes: bool) -> bool:
        """Ctrl+C was pressed: whether to quit. ``writes``: something is written and not sent."""
        field, screen = self._app.focused, self._app.screen
        if isinstance(field, Input | TextArea) and field.selected_text:
            field.action_copy()
            return False
        if screen.get_selected_text():
            screen.action_copy_text()
            return False
        before, self._asked_at = self._asked_at, time.monotonic()
        if writes and self._asked_at - before > TWICE_SECONDS:
            said = "Ctrl+C again to quit. What you wrote is kept."
            self._app.notify(said, timeout=TWICE_SECONDS)
            return False
        return True
