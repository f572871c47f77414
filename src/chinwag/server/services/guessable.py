"""Which passwords are too easy to guess: the common ones, their disguises, and plain patterns.

A list of thousands of leaked passwords is mostly a few hundred words with digits behind, a capital
in front and ``@`` for ``a``. So a password is stripped of those before it is looked up: the short
list in ``common_passwords.txt`` stands for far more than it holds.
"""

import re
from functools import lru_cache
from importlib import resources

_DISGUISE = str.maketrans("@4031!$5+7", "aaoeiisstt")
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1q2w3e4r5t6y7u8i9o0p",
    "!@#$%^&*()",
    "147258369",
    "789456123",
)
_MOST_OWN = 4
"""Characters that must be one's own beside one's handle."""


def guessable(password: str, *personal: str) -> bool:
    """Whether somebody would soon guess it who knows lists, keyboards and ``personal`` words
    (the handle, the name).
    """
    lower = password.lower()
    return (
        len(set(lower)) <= 2
        or _repeats(lower)
        or _is_common(lower)
        or _is_run(lower)
        or any(_is_mostly(lower, word.lower()) for word in personal)
    )


def _is_common(lower: str) -> bool:
    common = _common()
    plain = _EDGES.sub("", lower)
    undisguised = _EDGES.sub("", lower.translate(_DISGUISE))
    bare = _EDGES.sub("", plain.translate(_DISGUISE))
    return any(word in common for word in (lower, plain, undisguised, bare))


def _repeats(lower: str) -> bool:
    """``abcabcabc``: a short piece over and over."""
    return any(
        lower == (lower[:size] * len(lower))[: len(lower)]
        for size in range(1, min(4, len(lower) // 2) + 1)
    )


def _is_run(lower: str) -> bool:
    """Along the alphabet, the digits or the keyboard, forwards or backwards, in up to two goes."""
    for run in _RUNS:
        for line in (run * 2, run[::-1] * 2):
            ahead = _along(lower, line)
            if ahead >= len(lower) or _along(lower[ahead:], line) >= len(lower) - ahead:
                return True
    return False


def _along(text: str, line: str) -> int:
    """How many characters of the text's beginning (at least 4, else 0) follow the line."""
    size = len(text)
    while size >= 4 and text[:size] not in line:
        size -= 1
    return size if size >= 4 else 0


def _is_mostly(lower: str, word: str) -> bool:
    return len(word) >= 3 and word in lower and len(lower.replace(word, "")) < _MOST_OWN


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    text = resources.files(__package__).joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(word for word in text.split() if not word.startswith("#"))
