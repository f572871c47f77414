"""The catalogue is closed, and says what the edge needs."""

import re
from typing import get_args

import pytest

from chinwag.protocol import closing, commands, errors
from chinwag.protocol.errors import CATALOGUE, ChinwagError, Kind

KINDS = {name: kind for name, kind in vars(errors).items() if isinstance(kind, Kind)}


def test_every_kind_is_in_the_catalogue_once() -> None:
    assert list(KINDS.values()) == list(CATALOGUE.values())
    assert [name.lower() for name in KINDS] == [kind.code for kind in CATALOGUE.values()]
    assert [kind.code for kind in CATALOGUE.values()] == list(CATALOGUE)


@pytest.mark.parametrize("kind", CATALOGUE.values(), ids=lambda kind: kind.code)
def test_entry(kind: Kind) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", kind.code)
    assert re.fullmatch(r"[A-Z].*\.", kind.text)
    assert 400 <= kind.status < 600
    assert kind.retry == (kind.status in (423, 429) or kind.status >= 500)


def test_sentences_are_told_apart() -> None:
    assert len({kind.text for kind in CATALOGUE.values()}) == len(CATALOGUE)


def test_failure_says_what_the_error_knows() -> None:
    error = ChinwagError(errors.BUSY, retry_after=250, field="$.do", text="Later.")
    failure = errors.Failure("busy", "Later.", retry=True, retry_after=250, field="$.do")
    assert error.failure() == failure
    assert str(ChinwagError(errors.BUSY)) == errors.BUSY.text


def test_every_command_has_an_answer_and_nothing_else_has() -> None:
    assert set(commands.ANSWERS) == set(get_args(commands.Command))


@pytest.mark.parametrize(
    ("code", "back"),
    [
        *((code, True) for code in (1000, 1001, 1006, 1012, 4000, 4008, 4399, 4500, 4999)),
        *((code, False) for code in (4400, 4401, 4409, 4499)),
    ],
)
def test_close_codes_tell_whether_to_reconnect(code: int, back: bool) -> None:
    assert closing.reconnects(code) is back


def test_own_close_codes_are_in_the_private_range() -> None:
    own = [code for code in closing.Close if code > 1015]
    assert all(4000 <= code < 4500 for code in own)
