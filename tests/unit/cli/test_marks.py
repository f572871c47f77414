"""Light formatting and wrapping."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from chinwag.cli.marks import Piece, pieces, wrap


def shown(text: str, *mentioned: str) -> list[tuple[str, str]]:
    return [(it.text, "+".join(sorted(it.marks))) for it in pieces(text, mentioned)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", [("plain", "")]),
        ("a *b* c", [("a ", ""), ("b", "bold"), (" c", "")]),
        ("_it_, ~no~!", [("it", "italic"), (", ", ""), ("no", "strike"), ("!", "")]),
        ("*_both_*", [("both", "bold+italic")]),
        ("`*code*`", [("*code*", "code")]),
        ("```\na\n b\n```", [("a\n b", "code")]),
        ("snake_case_name", [("snake_case_name", "")]),
        ("2*3*4", [("2*3*4", "")]),
        ("* not *", [("* not *", "")]),
        ("*one\ntwo*", [("*one\ntwo*", "")]),
        ("**", [("**", "")]),
        ("(*b*)", [("(", ""), ("b", "bold"), (")", "")]),
        ("see https://a.example/x_y_z.", [
            ("see ", ""), ("https://a.example/x_y_z", "link"), (".", "")]),
        ("[bold]no[/bold]", [("[bold]no[/bold]", "")]),
        ("@ann and @bob", [("@ann", "mention"), (" and @bob", "")]),
        ("mail@ann", [("mail@ann", "")]),
    ],
)  # fmt: skip
def test_pieces(text: str, expected: list[tuple[str, str]]) -> None:
    assert shown(text, "ann") == expected


def lines(text: str, width: int) -> list[str]:
    return ["".join(it.text for it in line) for line in wrap(pieces(text), width)]


def test_wraps_at_spaces_and_inside_long_words() -> None:
    assert lines("the quick brown fox", 10) == ["the quick", "brown fox"]
    assert lines("abcdefghij", 4) == ["abcd", "efgh", "ij"]
    assert lines("a bcdefgh", 4) == ["a", "bcde", "fgh"]
    assert lines("漢字漢字", 5) == ["漢字", "漢字"]
    assert lines("a\n\nb", 10) == ["a", "", "b"]
    assert lines("", 10) == [""]


def test_marks_go_on_over_a_break() -> None:
    made = wrap(pieces("*bold words here*"), 10)
    bold = frozenset({"bold"})
    assert made == [(Piece("bold words", bold),), (Piece("here", bold),)]


@given(st.text(), st.integers(min_value=2, max_value=40))
def test_never_wider(text: str, width: int) -> None:
    for line in wrap([Piece(text.replace("\t", " "))], width):
        assert cell_len("".join(it.text for it in line)) <= width


@given(st.text(alphabet="ab *_~`\n@", max_size=60))
def test_nothing_but_marks_is_lost(text: str) -> None:
    letters = "".join(it.text for it in pieces(text))
    assert [it for it in letters if it in "ab@"] == [it for it in text if it in "ab@"]
