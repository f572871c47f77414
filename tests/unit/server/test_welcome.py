"""What the person who starts the server reads."""

import io

from chinwag.server.welcome import print_welcome, program, welcome


def test_a_claimed_server_says_where_it_is() -> None:
    text = welcome("http://localhost:8420", "/srv/chinwag")
    assert text.startswith("chinwag is running at http://localhost:8420\n")
    assert "/srv/chinwag" in text
    assert "claim" not in text


def test_a_new_server_says_how_to_claim_it() -> None:
    text = welcome("http://localhost:8420", "/srv/chinwag", "abcdefgh12345678")
    assert "http://localhost:8420/claim/abcdefgh12345678" in text
    assert f"{program()} chat --claim abcdefgh12345678 http://localhost:8420" in text
    assert len(text.splitlines()) > 15  # the QR code


def test_a_poor_terminal_gets_it_all_the_same() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    print_welcome("http://localhost:8420", "/srv/chinwag", "abcdefgh12345678", stream)
    assert b"/claim/abcdefgh12345678" in stream.buffer.getvalue()
