"""What went wrong, in plain words and with a way on."""

from chinwag.cli.text import one_line
from chinwag.protocol.errors import ChinwagError
from chinwag.sdk import OutboxFull, Refused, SignedOut, StoreError, Timeout

_WAYS = {
    "rate_limited": "That was a lot at once. Please wait a moment, then try again.",
    "sign_up_closed": "This server takes no new accounts by itself. Ask its admin for an invite.",
    "invite_invalid": "This invitation does not work any more. Ask for a new one.",
    "weak_password": "This password is too easy to guess. Try a few unrelated words.",
    "unknown_command": "This server cannot do that yet.",
}

_LOCAL: dict[type[BaseException], str] = {
    Timeout: "No answer from the server. It will work once the network is back.",
    OutboxFull: "Too many messages wait to be sent. Try again once the network is back.",
    TimeoutError: "The server does not answer. Is the address right?",
    OSError: "The server cannot be reached. Is the address right, and the network there?",
}


def explained(error: BaseException) -> str:
    """One sentence or two for a person."""
    match error:
        case ChinwagError():
            said = _WAYS.get(error.kind.code) or one_line(str(error))
            if error.retry_after >= 1000:
                said += f" ({-(-error.retry_after // 1000)} s)"
            return said
        case Refused():
            return explained(error.error)
        case SignedOut(replaced=True):
            return "This account was opened by another program on this machine."
        case SignedOut():
            return "You were signed out. Sign in to go on; drafts and unsent messages are kept."
        case StoreError():
            return f"The kept chats cannot be used: {one_line(str(error))}"
        case _:
            return next(
                (said for kind, said in _LOCAL.items() if isinstance(error, kind)),
                one_line(str(error)),
            )
