"""Whatever stands in a text is shown, and never obeyed."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from chinwag.cli.text import one_line, plain


def test_controls_become_pictures() -> None:
    assert plain("\x1b[31mred\x07") == "␛[31mred␇"
    assert plain("a\x00b\x7fc\x9bd") == "a␀b␡c\ufffdd"
    assert plain("a\tb") == "a    b"
    assert plain("a\r\nb\rc\u2028d") == "a\nb\nc\nd"


def test_direction_is_not_turned() -> None:
    assert plain("left \u202eexe.png\u202c") == "left exe.png"
    assert plain("\u2066x\u2069\u200e\u061c") == "x"


def test_what_scripts_need_stays() -> None:
    family = "👩\u200d👩\u200d👧"
    assert plain(f"{family} אלי e\u0301 ⚲\ufe0f") == f"{family} אלי e\u0301 ⚲\ufe0f"


def test_marks_do_not_pile_up() -> None:
    assert plain("z" + "\u0301" * 300) == "z" + "\u0301" * 4


def test_one_line() -> None:
    assert one_line("a\nb\t c  d") == "a b c d"
    assert one_line("x" * 100, 10) == "x" * 9 + "…"


@given(st.text())
def test_nothing_harmful_is_left(text: str) -> None:
    for shown in (plain(text), one_line(text)):
        for character in shown.replace("\n", ""):
            assert unicodedata.category(character) not in {"Cc", "Cs"}
            assert unicodedata.bidirectional(character) not in {
                "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI",
            }  # fmt: skip
    assert "\n" not in one_line(text)
    assert plain(plain(text)) == plain(text)
