"""What was begun and not sent, a chat: kept over restarts and sign-outs."""

from pathlib import Path

import msgspec
from msgspec import Struct

from chinwag.cli.profiles import private_folder, write_private


class Draft(Struct, omit_defaults=True):
    """A text, and what it answers."""

    text: str = ""
    reply_to: int | None = None


class Drafts:
    """Drafts by chat, in the file at ``path``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._drafts: dict[str, Draft] = {}
        try:
            self._drafts = msgspec.json.decode(path.read_bytes(), type=dict[str, Draft])
        except (OSError, msgspec.DecodeError):
            self._drafts = {}
        self._saved = dict(self._drafts)

    def get(self, chat: str) -> Draft:
        """The draft; an empty one if there is none."""
        return self._drafts.get(chat, Draft())

    def put(self, chat: str, draft: Draft) -> bool:
        """Replace the draft; whether the chat's row in a list looks different now."""
        before = self.get(chat)
        if draft.text.strip() or draft.reply_to:
            self._drafts[chat] = draft
        else:
            self._drafts.pop(chat, None)
        return bool(before.text.strip()) != bool(draft.text.strip())

    def save(self) -> None:
        """Write what is different."""
        if self._drafts == self._saved:
            return
        private_folder(self._path.parent)
        write_private(self._path, msgspec.json.encode(self._drafts))
        self._saved = dict(self._drafts)
