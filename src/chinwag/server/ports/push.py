"""Push services: what brings an alert to a browser that has no session (RFC 8030)."""

from dataclasses import dataclass
from enum import Enum
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Keys:
    """The server's own key pair, by which push services know it (RFC 8292), in base64url: a scalar
    of P-256 and the uncompressed point. Browsers are bound to the public one.
    """

    private: str
    public: str


@dataclass(frozen=True, slots=True)
class Target:
    """A browser, as it described itself: where its push service takes messages, and the keys
    that they are to be encrypted to, in base64url.
    """

    endpoint: str
    key: str
    auth: str


@dataclass(frozen=True, slots=True)
class Alert:
    """What is to be pushed. ``topic``: a waiting one of the same topic is replaced. ``seconds``:
    for how long the push service is to keep it.
    """

    payload: bytes
    topic: str
    urgency: Literal["high", "normal"]
    seconds: int


class Fate(Enum):
    """What became of an alert."""

    TAKEN = "taken"
    """The push service has it."""
    GONE = "gone"
    """There is no such browser, or none that may be asked for: never try it again."""
    REFUSED = "refused"
    """The push service will not have this one; another may fare better."""
    FAILED = "failed"
    """The push service could not be reached, or had no time: try again."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The fate, the reason in a few words that do not tell the endpoint, and how many ms the push
    service wants to be left alone.
    """

    fate: Fate
    reason: str = ""
    retry_after: int = 0


class PushService(Protocol):
    """Sends alerts to browsers."""

    def new_keys(self) -> Keys:
        """A fresh pair of keys."""
        ...

    def use(self, keys: Keys) -> None:
        """Sign with these from now on."""
        ...

    async def send(self, target: Target, alert: Alert) -> Reply:
        """Push an alert, within some seconds. Raises nothing."""
        ...

    async def close(self) -> None:
        """Let go of all connections."""
        ...
