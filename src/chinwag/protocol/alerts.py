"""What an alert holds: the JSON that a browser gets by Web Push (RFC 8030), for a device that has
no session. It comes encrypted (RFC 8291) and is handed decrypted to the page's service worker, told
apart by ``type``; a service worker passes over types that it does not know.
"""

import re

from msgspec import Struct

from chinwag.protocol.scalars import ChatKind, FileKind, Id, Millis, Seq


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


class _Alert(Struct, tag_field="type", tag=_snake, omit_defaults=True):
    """Base of the alerts: tagged by the class name in snake case."""


class Message(_Alert):
    """A message, or an ``invite``, came: the newest of its ``chat`` that this device was not told
    of. ``sender`` is called ``name``; a group has a ``title``. ``mentioned``: the reader is named
    in it, or in one before that is new as well. ``text`` comes only where the subscription asked
    for previews, cut at `ALERT_CHARS`; of an invite it is the title of the group, of a document
    without words its name. So do ``file``, the kind of what goes with the text, and its
    ``duration``. ``unread`` is the number of unread messages of this chat, ``total`` that of all
    that are neither muted nor archived, for the app's badge.
    """

    chat: Id
    chat_kind: ChatKind
    seq: Seq
    at: Millis
    sender: Id
    name: str
    title: str = ""
    invite: bool = False
    mentioned: bool = False
    text: str = ""
    file: FileKind | None = None
    duration: Millis = 0
    unread: int = 0
    total: int = 0


class Read(_Alert):
    """Everything of ``chat`` up to ``seq`` was read on another device: close what is shown of it.
    ``total`` as above.
    """

    chat: Id
    seq: Seq
    total: int = 0


Alert = Message | Read
