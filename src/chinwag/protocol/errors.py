"""The closed catalogue of what can go wrong. Raised anywhere as `ChinwagError`, translated once
at the edge: a failure on the socket, or a status and a body over HTTP.
"""

from msgspec import Struct


class Kind(Struct):
    """One entry: its wire ``code``, the sentence for a person, whether the same request may
    succeed later, and its HTTP status (RFC 9110 section 15).
    """

    code: str
    text: str
    retry: bool
    status: int

    @property
    def forbids(self) -> bool:
        """Whether it is about who asks, not about what is asked (RFC 9110, section 15.5)."""
        return self.status in (401, 403)


class Failure(Struct, omit_defaults=True):
    """An error on the wire. ``retry_after`` in milliseconds, 0 = at the client's leisure;
    ``field`` names what was wrong in the request, as ``$.do.body.text``.
    """

    code: str
    text: str
    retry: bool = False
    retry_after: int = 0
    field: str = ""


class ChinwagError(Exception):
    """Something the catalogue names happened."""

    def __init__(
        self, kind: Kind, *, retry_after: int = 0, field: str = "", text: str = ""
    ) -> None:
        super().__init__(kind.code, field or text)
        self.kind = kind
        self.retry_after = retry_after
        self.field = field
        self.text = text

    def __str__(self) -> str:
        return self.text or self.kind.text

    def failure(self) -> Failure:
        """This error as it stands on the wire."""
        return Failure(
            code=self.kind.code,
            text=str(self),
            retry=self.kind.retry,
            retry_after=self.retry_after,
            field=self.field,
        )


def _kind(code: str, status: int, text: str, *, retry: bool = False) -> Kind:
    kind = Kind(code=code, text=text, retry=retry, status=status)
    CATALOGUE[code] = kind
    return kind


CATALOGUE: dict[str, Kind] = {}

MALFORMED = _kind("malformed", 400, "That is not a valid request.")
UNKNOWN_COMMAND = _kind("unknown_command", 400, "The server does not know this command.")
INVALID = _kind("invalid", 422, "A field is missing, unknown, or out of its bounds.")
TOO_LARGE = _kind("too_large", 413, "That is too long.")
UNAUTHENTICATED = _kind("unauthenticated", 401, "Please sign in.")
WRONG_CREDENTIALS = _kind("wrong_credentials", 401, "Handle or password is wrong.")
FORBIDDEN_ORIGIN = _kind("forbidden_origin", 403, "This page may not talk to the server.")
NOT_FOUND = _kind("not_found", 404, "It is not there, or not for you to see.")
NOT_ALLOWED = _kind("not_allowed", 403, "You may not do this here.")
NOT_A_MEMBER = _kind("not_a_member", 403, "You are no longer a member of this group.")
BLOCKED_BY_YOU = _kind("blocked_by_you", 403, "You blocked this person. Unblock them to write.")
CLIENT_ID_REUSED = _kind("client_id_reused", 409, "This client id was used for something else.")
HANDLE_TAKEN = _kind("handle_taken", 409, "This handle is taken.")
LAST_ADMIN = _kind("last_admin", 409, "A group needs at least one admin.")
GROUP_FULL = _kind("group_full", 409, "The group is full.")
QUOTA = _kind("quota", 409, "You have reached the limit for this.")
INVITE_INVALID = _kind("invite_invalid", 410, "This invitation does not work any more.")
SIGN_UP_CLOSED = _kind("sign_up_closed", 403, "This server takes no new accounts by itself.")
WEAK_PASSWORD = _kind("weak_password", 422, "This password is too easy to guess.")
UNSUPPORTED = _kind("unsupported", 400, "The server does not speak this version.")
NO_SUCH_FILE = _kind("no_such_file", 404, "There is no such file, or it is not for you.")
FILE_TOO_LARGE = _kind("file_too_large", 413, "The file is larger than this server takes.")
FILE_QUOTA = _kind("file_quota", 413, "Your files take all the space you have here.")
UPLOAD_OFFSET = _kind("upload_offset", 409, "The upload stands elsewhere; ask where.")
UPLOAD_EXPIRED = _kind("upload_expired", 410, "The upload took too long and is gone.")
UPLOAD_LOCKED = _kind("upload_locked", 423, "The upload goes on elsewhere.", retry=True)
CHECKSUM_MISMATCH = _kind("checksum_mismatch", 460, "What came is not what was sent.")
NOT_A_PICTURE = _kind("not_a_picture", 422, "This is no picture that can be shown here.")
PICTURE_TOO_LARGE = _kind("picture_too_large", 422, "This picture has too many pixels.")
NOT_A_VIDEO = _kind("not_a_video", 422, "This is no video that can be shown here.")
NOT_A_RECORDING = _kind("not_a_recording", 422, "This is no voice message.")
MEDIA_FAILED = _kind("media_failed", 422, "This file is too much work to show.")
TOO_LATE = _kind("too_late", 409, "This message is too old to be deleted for everyone.")
FILE_NOT_READY = _kind("file_not_ready", 503, "The file is still being checked.", retry=True)
RATE_LIMITED = _kind("rate_limited", 429, "Too many requests; please wait.", retry=True)
BUSY = _kind("busy", 503, "The server is busy; please try again.", retry=True)
STORAGE_FULL = _kind("storage_full", 507, "The server's disk is full.", retry=True)
UNAVAILABLE = _kind("unavailable", 503, "Part of the server is away.", retry=True)
SHUTTING_DOWN = _kind("shutting_down", 503, "The server restarts.", retry=True)
INTERNAL = _kind("internal", 500, "Something went wrong on the server.", retry=True)
