"""Texts of others on a terminal: whatever stands in them, it is shown and never obeyed.

A terminal acts on control characters and on escape sequences, and reorders what stands between
bidirectional overrides (Unicode TR 36 section 2.5, CVE-2021-42574). Everything that came from the
wire passes through here before it is printed or drawn.
"""

import re
import unicodedata

_TAB = " " * 4
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_BREAKS = str.maketrans({"\v": "\n", "\f": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"})
_SPECIAL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
# More marks than any script stacks on a letter; without a bound they grow over other lines.
_STACKED = re.compile(r"(?P<kept>[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]{4})"
                      r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u20d0-\u20ff]+")  # fmt: skip
_SPACES = re.compile(r"\s+")


def plain(text: str) -> str:
    """``text`` with line feeds as its only control characters: others are drawn as their
    pictures (U+2400 ff.), and what turns the direction or is invisible is left out.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_BREAKS)
    text = _STACKED.sub(r"\g<kept>", text)
    return _SPECIAL.sub(_shown, text)


def one_line(text: str, limit: int = 500) -> str:
    """``text`` as `plain`, on one line and of at most ``limit`` characters: names, previews."""
    text = _SPACES.sub(" ", plain(text[: limit * 4])).strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _shown(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code == 0x09:
        return _TAB
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\N{SYMBOL FOR DELETE}"
    if code < 0xA0 or unicodedata.category(match.group()) == "Cs":
        return _UNKNOWN
    return ""
