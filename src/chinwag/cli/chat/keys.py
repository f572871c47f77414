"""Keys with Alt on terminals that send them as Escape and the key (all without the Kitty protocol):
Textual reads Alt+Enter as Enter, and Alt+Up as Escape, then Up.
"""

from types import SimpleNamespace

from textual import _ansi_sequences

_SEQUENCES = {
    "\x1b\r": "alt+enter",
    "\x1b\n": "alt+enter",
    "\x1b[1;3A": "alt+up",
    "\x1b[1;3B": "alt+down",
}


def teach() -> None:
    """Let Textual know them."""
    table: dict[str, object] = _ansi_sequences.ANSI_SEQUENCES_KEYS  # type: ignore[assignment]
    for sequence, key in _SEQUENCES.items():
        table[sequence] = (SimpleNamespace(value=key),)
