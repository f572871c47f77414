"""What part of a content a request wants, and whether it has it already (RFC 9110, 13 and 14)."""

import re
from dataclasses import dataclass
from http import HTTPStatus

from chinwag.server.gateway.upgrade import Headers

_ONE = re.compile(r"\s*(\d{0,18})\s*-\s*(\d{0,18})\s*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """How to answer: with the bytes from ``start`` up to ``stop``, or (304, 416) with none."""

    status: HTTPStatus
    start: int
    stop: int


def wanted(headers: Headers, etag: str, size: int, *, get: bool) -> Wanted:
    """What a request with these headers is to be given of a content of ``size`` bytes."""
    if unchanged(headers, etag):
        return Wanted(HTTPStatus.NOT_MODIFIED, 0, 0)
    line = headers.one("range") if get and _applies(headers, etag) else None
    unit, _, spec = (line or "").partition("=")
    found = _ONE.fullmatch(spec) if unit.strip().lower() == "bytes" else None
    if found is None or found[1] == found[2] == "":
        # Several ranges, or what is none: a server may ignore the header (section 14.2).
        return Wanted(HTTPStatus.OK, 0, size)
    start, stop = _span(found[1], found[2], size)
    if found[1] and found[2] and int(found[1]) > int(found[2]):
        return Wanted(HTTPStatus.OK, 0, size)
    if start >= stop:
        return Wanted(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, 0, 0)
    return Wanted(HTTPStatus.PARTIAL_CONTENT, start, stop)


def unchanged(headers: Headers, etag: str) -> bool:
    """Whether the client says that it has this: the weak comparison of section 13.1.2."""
    return any(each.removeprefix("W/") in (etag, "*") for each in headers.listed("if-none-match"))


def _applies(headers: Headers, etag: str) -> bool:
    """``If-Range``: the strong comparison of section 13.1.5. There are no dates to compare."""
    given = headers.all("if-range")
    return not given or list(given) == [etag]


def _span(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(int(last) + 1, size) if last else size
