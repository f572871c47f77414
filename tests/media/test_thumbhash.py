"""The placeholder is the one that the reference's encoder makes of the same pixels."""

import pytest

from chinwag.media.thumbhash import encode

# Made by the `thumbhash` of npm, 0.1.1.
REFERENCE = [
    (32, 24, False, "21250a4d8a04947668a76885896678873670f6d1c7"),
    (20, 32, False, "e1550a5c083087a5578987778877536046f7b2"),
    (31, 31, True, "22168625041708a35dd6747a586980f7d1e610625485787878"),
    (7, 100, False, "1b370a410c53670898ae66956460e0bc05"),
    (1, 1, False, "15002aff0108f708888788708f7088f80888707ff8000000"),
]


def pixels(width: int, height: int, *, clear: bool) -> bytes:
    return bytes(
        level
        for y in range(height)
        for x in range(width)
        for level in (
            (x * 11 + y * 3) % 256,
            x * y % 256,
            (255 - y * 5) % 256,
            (x * x + y * 3) % 256 if clear else 255,
        )
    )


@pytest.mark.parametrize(("width", "height", "clear", "expected"), REFERENCE)
def test_as_the_reference(width: int, height: int, clear: bool, expected: str) -> None:
    assert encode(width, height, pixels(width, height, clear=clear)).hex() == expected
