"""`Notice`: a chat's newest message as the alert of it says it."""

import hashlib
import unicodedata
from base64 import urlsafe_b64encode
from dataclasses import dataclass

from chinwag.protocol import alerts, limits
from chinwag.protocol.events import Invite, Message
from chinwag.protocol.frames import encode
from chinwag.protocol.scalars import ChatKind
from chinwag.server.delivery import wire

ADDED = 16 + 4 + 1 + 65 + 1 + 16
"""Bytes that encryption adds (RFC 8188): a head with salt and key, a delimiter, a tag."""
_PLAIN_BYTES = limits.ALERT_BYTES - ADDED


@dataclass(frozen=True, slots=True)
class Notice:
    """What there is to say. ``body`` as it is stored."""

    chat: str
    chat_kind: ChatKind
    seq: int
    at: int
    sender: str
    name: str
    title: str
    body: str
    mentioned: bool
    unread: int
    total: int

    def payload(self, *, preview: bool) -> bytes:
        """The alert as JSON; with the beginning of the text if it is to be a ``preview``."""
        body = wire.decoded(self.body)
        alert = alerts.Message(
            self.chat,
            self.chat_kind,
            self.seq,
            self.at,
            self.sender,
            self.name,
            self.title,
            invite=isinstance(body, Invite),
            mentioned=self.mentioned,
            unread=self.unread,
            total=self.total,
        )
        if preview and isinstance(body, Message | Invite):
            text = body.text if isinstance(body, Message) else body.title
            if isinstance(body, Message) and body.file is not None:
                alert.file, alert.duration = body.file.kind, body.file.duration
                text = text or (body.file.name if body.file.kind == "document" else "")
            alert.text = shortened(text, limits.ALERT_CHARS)
            while len(encode(alert)) > _PLAIN_BYTES:  # control characters take six bytes each
                alert.text = shortened(text, len(alert.text) * 3 // 4)
        return encode(alert)


def shortened(text: str, most: int) -> str:
    """The beginning of a text, with an ellipsis where it was cut: not within a character that is
    put together from several.
    """
    if len(text) <= most:
        return text
    end = max(0, most - 1)
    while end and (_joins(text[end]) or text[end - 1] == _JOINER):
        end -= 1
    return text[:end].rstrip() + "…"


_JOINER = "\u200d"
_SKINS = range(0x1F3FB, 0x1F400)


def _joins(char: str) -> bool:
    """Whether a character belongs to the one before."""
    return (
        char == _JOINER or unicodedata.category(char) in ("Mn", "Me", "Mc") or ord(char) in _SKINS
    )


def topic(device: str, chat: str) -> str:
    """What a chat's alerts to a device are called at the push service: it learns which of them
    belong together, and nothing across devices.
    """
    digest = hashlib.blake2b(chat.encode(), key=device.encode()[:64], digest_size=18).digest()
    return urlsafe_b64encode(digest).decode()
