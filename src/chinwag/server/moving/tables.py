"""What is moved: all tables but those that only running nodes need, row by row, in key order."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from chinwag.server.adapters.schema import schema

Values = tuple[Any, ...]

BATCH = 5_000
# `meta` is written last, and not as it stands: it says which numbers changes are counted from.
_NOT_ROW_BY_ROW = ("meta", "outbox", "revisions")
_encode = msgspec.msgpack.Encoder().encode


class Unfit(Exception):
    """A row that the other database cannot hold; the text says which."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: ``kinds`` are the Python types of its columns, ``key`` leads to a row."""

    name: str
    columns: tuple[str, ...]
    kinds: tuple[type, ...]
    key: tuple[str, ...]

    def place(self, row: Values) -> str:
        """Where a row stands in the order of keys, as a text to be kept."""
        return _encode([row[self.columns.index(name)] for name in self.key]).hex()

    def key_at(self, place: str) -> list[Any]:
        """The key that stands there."""
        found: list[Any] = msgspec.msgpack.decode(bytes.fromhex(place))
        return found

    def fitted(self, row: Values) -> Values:
        """The row with every value in its column's type, which SQLite does not insist on.

        Raises:
            Unfit: a text holds U+0000, which PostgreSQL has no place for, or is none.
        """
        try:
            fitted = tuple(map(_as, row, self.kinds))
        except (UnicodeDecodeError, ValueError) as error:
            raise Unfit(f"{self.name} {self._named(row)}: {error}") from None
        for value in fitted:
            if type(value) is str and "\0" in value:
                raise Unfit(f"{self.name} {self._named(row)}: a text holds the character U+0000")
        return fitted

    def _named(self, row: Values) -> str:
        return " ".join(str(row[self.columns.index(name)]) for name in self.key)


class Fingerprint(NamedTuple):
    """How many rows, and the sum of their hashes: the same for the same rows in any order."""

    rows: int = 0
    sum: int = 0

    def with_rows(self, rows: Iterable[Values]) -> "Fingerprint":
        """That of these rows, too."""
        count, total = self
        for row in rows:
            count += 1
            total += int.from_bytes(hashlib.blake2b(_encode(row), digest_size=8).digest())
        return Fingerprint(count, total % 2**64)


def _table(name: str) -> Table:
    table = schema.tables[name]
    return Table(
        name,
        tuple(column.name for column in table.columns),
        tuple(column.type.python_type for column in table.columns),
        tuple(column.name for column in table.primary_key.columns),
    )


def _as(value: Any, kind: type) -> Any:
    if value is None or type(value) is kind:
        return value
    if kind is str and isinstance(value, bytes):
        return value.decode()
    if kind is bytes and isinstance(value, str):
        return value.encode()
    return kind(value)


LOG = _table("events")
"""The one table whose rows hardly ever change: it can be moved ahead while the server runs. Where a
message was deleted meanwhile, the comparison finds out, and it is moved once more."""
TABLES = (
    LOG,
    *(
        _table(table.name)
        for table in schema.sorted_tables
        if table.name != LOG.name and table.name not in _NOT_ROW_BY_ROW
    ),
)
