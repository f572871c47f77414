"""Portable SQL (see `ports.store`) as SQLite wants it."""

import re
from collections.abc import Sequence
from functools import lru_cache

import msgspec

from chinwag.server.ports.store import Argument

_encode = msgspec.json.Encoder().encode
_LIST = re.compile(r"= ANY\(\$(\d+)\)")
_PARAMETER = re.compile(r"\$(\d+)")
_LOCKS = " FOR UPDATE"


@lru_cache(maxsize=1024)
def translate(sql: str) -> str:
    """``$1`` becomes ``?1``, and ``= ANY($1)`` a look into a JSON list. Rows are not locked: there
    is one writer.
    """
    sql = sql.removesuffix(_LOCKS)
    sql = _LIST.sub(r"IN (SELECT value FROM json_each(?\1))", sql)
    return _PARAMETER.sub(r"?\1", sql)


def bind(args: Sequence[Argument]) -> list[str | int | bytes | None]:
    """Arguments as SQLite takes them: lists as JSON text."""
    return [
        arg if arg is None or isinstance(arg, str | int | bytes) else _encode(list(arg)).decode()
        for arg in args
    ]
