"""`News`: what is new in a chat, and for whom."""

from collections.abc import Iterable

import msgspec
from msgspec import Struct


class _Named(Struct):
    """Of a message, whom it mentions."""

    mentions: tuple[str, ...] = ()


_named = msgspec.json.Decoder(_Named).decode


class News:
    """The newest event of a chat, the newest by anybody but its sender, and the newest that
    mentions somebody, by user.
    """

    __slots__ = ("_named", "_other", "_sender", "_seq", "seqs")

    def __init__(self) -> None:
        self._seq = self._other = 0
        self._sender = ""
        self._named: dict[str, int] = {}
        self.seqs: list[int] = []

    def add(self, seq: int, sender: str, body: str) -> None:
        """A later event."""
        if sender != self._sender:
            self._other = self._seq
        self._seq, self._sender = seq, sender
        self._named.update((user, seq) for user in mentioned(body) if user != sender)
        self.seqs.append(seq)

    def newest(self, user: str, *, quiet: bool) -> int:
        """The newest that a member is to be alerted of; 0 if there is none. ``quiet``: only of
        what mentions the member.
        """
        if quiet:
            return self._named.get(user, 0)
        return self._seq if user != self._sender else self._other


def mentioned(body: str) -> Iterable[str]:
    """Whom a stored event mentions: nobody, if it cannot be read. One bad row must not keep all
    others from being alerted of.
    """
    try:
        return _named(body).mentions
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ()


def is_quiet(muted_until: int, archived: int, now: int) -> bool:
    """Whether a chat that stands like this in its member's list alerts of mentions alone."""
    return muted_until > now or bool(archived)
