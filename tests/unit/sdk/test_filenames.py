"""Names of files as strangers give them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chinwag.sdk.filenames import MAX_BYTES, numbered, safe_name


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("tea.jpg", "tea.jpg"),
        ("Tee – für alle.pdf", "Tee – für alle.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\system32\\cmd.exe", "cmd.exe"),
        ("..", "file"),
        ("/", "_"),
        ("", "file"),
        (".bashrc", "bashrc"),
        ("a\0b\r\nc.txt", "abc.txt"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("\x1b]0;owned\x07.txt", "]0;owned.txt"),
        ("CON", "_CON"),
        ("aux.txt", "_aux.txt"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("what?.txt:stream", "what_.txt_stream"),
        ("tea.jpg. . ", "tea.jpg"),
        ("-rf", "-rf"),
        ("\ud800.txt", "txt"),
    ],
)
def test_a_name_becomes_one_plain_component(given: str, safe: str) -> None:
    assert safe_name(given) == safe


@given(st.text(max_size=5000))
def test_whatever_it_is_it_stays_in_its_folder(given: str) -> None:
    name = safe_name(given)
    assert 0 < len(name.encode()) <= MAX_BYTES
    assert not set(name) & set('/\\\0\r\n<>:"|?*')
    assert name not in (".", "..")
    assert not name.startswith((".", " "))
    assert not name.endswith((".", " "))
    assert safe_name(name) == name


def test_a_long_name_keeps_its_ending() -> None:
    assert safe_name("é" * 4096 + ".tar").endswith("é.tar")
    assert len(safe_name("é" * 4096 + ".tar").encode()) <= MAX_BYTES


def test_numbers_go_before_the_ending() -> None:
    assert [numbered("tea.jpg", it) for it in range(2)] == ["tea.jpg", "tea (1).jpg"]
    assert numbered("tea", 2) == "tea (2)"
