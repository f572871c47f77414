"""The constrained scalar types that wire structs are made of. Limits stand on the types, so that
one decode both parses and validates.
"""

from typing import Annotated, Literal

from msgspec import Meta

from chinwag.protocol import limits

# U+0000 is refused everywhere: PostgreSQL cannot store it (S2).
_NO_NUL = r"^[^\x00]*$"
# A plain ``$`` also matches before a last line feed.
_END = r"$(?!\n)"

Id = Annotated[str, Meta(min_length=1, max_length=limits.ID_CHARS)]
"""Opaque (the server makes UUIDv7, RFC 9562). No pattern: one costs 0.6 us an id on the hot path,
and an id that nothing has is answered `not_found` all the same."""
ClientId = Annotated[
    str,
    Meta(
        min_length=limits.CLIENT_ID_CHARS_MIN,
        max_length=limits.CLIENT_ID_CHARS,
        pattern=r"^[A-Za-z0-9_-]+" + _END,
    ),
]
"""Chosen by the client, unique per account for ever; a UUIDv7 is best (RFC 9562)."""

Handle = Annotated[
    str,
    Meta(
        min_length=limits.HANDLE_CHARS_MIN,
        max_length=limits.HANDLE_CHARS,
        pattern=r"^[a-z0-9][a-z0-9._]*" + _END,
    ),
]
Name = Annotated[str, Meta(min_length=1, max_length=limits.NAME_CHARS, pattern=_NO_NUL)]
About = Annotated[str, Meta(max_length=limits.ABOUT_CHARS, pattern=_NO_NUL)]
Title = Annotated[str, Meta(min_length=1, max_length=limits.TITLE_CHARS, pattern=_NO_NUL)]
Description = Annotated[str, Meta(max_length=limits.DESCRIPTION_CHARS, pattern=_NO_NUL)]
Password = Annotated[str, Meta(max_length=limits.PASSWORD_CHARS)]
NewPassword = Annotated[
    str, Meta(min_length=limits.PASSWORD_CHARS_MIN, max_length=limits.PASSWORD_CHARS)
]
DeviceName = Annotated[
    str, Meta(min_length=1, max_length=limits.DEVICE_NAME_CHARS, pattern=_NO_NUL)
]
Query = Annotated[str, Meta(min_length=2, max_length=limits.QUERY_CHARS, pattern=_NO_NUL)]
Since = Annotated[str, Meta(max_length=limits.SINCE_CHARS)]
Code = Annotated[str, Meta(min_length=8, max_length=64, pattern=r"^[A-Za-z0-9_-]+" + _END)]

Endpoint = Annotated[
    str, Meta(min_length=1, max_length=limits.ENDPOINT_CHARS, pattern=r"^[!-~]+" + _END)
]
"""Where a push service takes messages for one browser (RFC 8030): an https URL. Who knows it may
write to it.
"""
PublicKey = Annotated[str, Meta(min_length=87, max_length=87, pattern=r"^[A-Za-z0-9_-]+" + _END)]
"""A point of P-256, uncompressed: 65 bytes in base64url without padding."""
AuthSecret = Annotated[str, Meta(min_length=22, max_length=22, pattern=r"^[A-Za-z0-9_-]+" + _END)]
"""16 random bytes in base64url without padding (RFC 8291)."""

Text = Annotated[str, Meta(max_length=limits.TEXT_BYTES)]
"""Bounded in characters here; the bound in UTF-8 bytes, the refusal of NUL, and that only a message
with a file may have no text, are the rules'."""

FileName = Annotated[str, Meta(min_length=1, max_length=limits.FILE_NAME_CHARS, pattern=_NO_NUL)]
MediaType = Annotated[str, Meta(min_length=3, max_length=limits.MEDIA_TYPE_CHARS)]
"""As ``image/jpeg`` (RFC 9110, section 8.3.1)."""
FileSize = Annotated[int, Meta(ge=0, le=limits.SAFE_INTEGER)]
"""Bytes."""
Pixels = Annotated[int, Meta(ge=0, le=limits.SAFE_INTEGER)]
Placeholder = Annotated[str, Meta(max_length=limits.PLACEHOLDER_CHARS)]
"""A ThumbHash in base64: about what a picture looks like, to be shown until it is there."""
Waveform = Annotated[str, Meta(max_length=limits.WAVEFORM_CHARS)]
"""64 bytes in base64."""
Avatar = Annotated[str, Meta(max_length=limits.ID_CHARS)]
"""The id of a file that was uploaded as ``avatar``; empty: no picture."""

Seq = Annotated[int, Meta(ge=1, le=limits.SAFE_INTEGER)]
"""Place of an event in its chat: 1..n without gaps."""
SeqOrZero = Annotated[int, Meta(ge=0, le=limits.SAFE_INTEGER)]
Millis = Annotated[int, Meta(ge=0, le=limits.SAFE_INTEGER)]
"""A moment: milliseconds since 1970-01-01 UTC."""

Role = Literal["admin", "member"]
Who = Literal["everyone", "admins"]
Audience = Literal["everyone", "contacts", "nobody"]
ChatKind = Literal["direct", "group", "self"]
UserKind = Literal["person", "bot"]
HistoryFor = Literal["joined", "all"]
FileKind = Literal["photo", "video", "voice", "document"]
UploadState = Literal["open", "checking", "ready", "refused"]
Preview = Literal["small", "medium"]
Collection = Literal["media", "documents", "voice", "links"]
Doing = Literal["typing", "recording"]
"""How somebody makes a message just now."""
FailureReason = Literal["unreachable", "expired", "gone"]
