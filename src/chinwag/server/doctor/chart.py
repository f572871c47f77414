"""What was found about one part: each look at it becomes one line, whatever happens."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

Look = Callable[[], Awaitable[str]]

SECONDS = 10.0
"""How long one look may take."""


class State(StrEnum):
    """How it is: fine; works, but should be changed; does not work."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. ``advice`` says what to change; empty when nothing is to be."""

    part: str
    state: State
    text: str
    seconds: float = 0.0
    advice: str = ""


class Ailment(Exception):
    """A look found that something is wrong, or, with ``State.WARN``, should be changed."""

    def __init__(self, text: str, advice: str = "", state: State = State.FAIL) -> None:
        super().__init__(text)
        self.text, self.advice, self.state = text, advice, state


def doubt(text: str, advice: str = "") -> Ailment:
    """An ailment one can live with."""
    return Ailment(text, advice, State.WARN)


class Chart:
    """The findings about one part. ``hide`` takes secrets out of whatever an engine says."""

    def __init__(self, part: str, hide: Callable[[str], str]) -> None:
        self.part = part
        self.findings: list[Finding] = []
        self._hide = hide

    async def look(self, look: Look, advice: str, seconds: float = SECONDS) -> bool:
        """Have a look, and write down what it returns or raises; whether it works. ``advice`` is
        what to change when it fails in a way that does not say so itself.
        """
        began = time.perf_counter()
        state, given = State.OK, ""
        try:
            async with asyncio.timeout(seconds):
                text = await look()
        except Ailment as ailment:
            state, text, given = ailment.state, ailment.text, ailment.advice or advice
        except TimeoutError:
            state, text, given = State.FAIL, f"no answer within {seconds:g} s", advice
        except Exception as error:  # noqa: BLE001 - what an engine's client raises is the finding
            state, text, given = State.FAIL, _in_words(error), advice
        self.note(state, text, time.perf_counter() - began, given)
        return state is not State.FAIL

    def note(self, state: State, text: str, seconds: float = 0.0, advice: str = "") -> None:
        """Write a line down."""
        self.findings.append(
            Finding(self.part, state, self._hide(text), seconds, self._hide(advice))
        )


def hiding(secrets: Sequence[str]) -> Callable[[str], str]:
    """Puts stars where one of these stands in a text."""
    longest_first = sorted({each for each in secrets if each}, key=len, reverse=True)

    def hide(text: str) -> str:
        for secret in longest_first:
            text = text.replace(secret, "***")
        return text

    return hide


def _in_words(error: Exception) -> str:
    """The first line: the rest may quote what was sent."""
    first = str(error).strip().split("\n", 1)[0]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__
