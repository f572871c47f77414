"""Whatever goes wrong in the HTTP side, as a `Failure` of the catalogue and its status."""

from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from chinwag.protocol import errors
from chinwag.protocol.errors import ChinwagError, Failure
from chinwag.server.gateway.auth import bearer_token, cookie_token, retry_header
from chinwag.server.gateway.upgrade import Headers
from chinwag.server.observe import log

_BY_STATUS = {
    400: errors.MALFORMED,
    401: errors.UNAUTHENTICATED,
    404: errors.NOT_FOUND,
    405: errors.NOT_FOUND,
    413: errors.TOO_LARGE,
    429: errors.RATE_LIMITED,
    503: errors.UNAVAILABLE,
}


# Litestar has no class of its own for a client that went before its body was complete.
_LEFT = "client disconnected prematurely"


def exception_handlers() -> ExceptionHandlersMap:
    """For the Litestar application."""
    return {
        ChinwagError: _known,
        HTTPException: _http,
        # What Litestar lets through of decoding a body: bytes that are no text, and depth.
        UnicodeDecodeError: _malformed,
        RecursionError: _malformed,
        Exception: _unexpected,
    }


def _known(request: Request[Any, Any, Any], error: ChinwagError) -> Response[Failure]:
    if error.kind.forbids and (error.kind is not errors.UNAUTHENTICATED or _tried(request)):
        log.info("http.refused", path=request.url.path, reason=error.kind.code)
    return _answer(error, error.kind.status)


def _tried(request: Request[Any, Any, Any]) -> bool:
    """Whether a token was shown: who has none has not tried to be anybody."""
    headers = Headers(request.scope["headers"])
    return bool(bearer_token(headers) or cookie_token(headers))


def _malformed(request: Request[Any, Any, Any], error: Exception) -> Response[Failure]:
    return _known(request, ChinwagError(errors.MALFORMED))


def _http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Failure]:
    if isinstance(error, ValidationException):
        return _known(request, ChinwagError(errors.INVALID, field=_field(error)))
    kind = _BY_STATUS.get(error.status_code, errors.INTERNAL)
    if error.detail == _LEFT:
        return _answer(ChinwagError(errors.MALFORMED), 400)
    if kind is errors.INTERNAL:
        log.error("http.failed", status=error.status_code)
        return _answer(ChinwagError(kind), 500)
    answer = _answer(ChinwagError(kind), error.status_code)
    answer.headers.update(error.headers or {})
    return answer


def _unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[Failure]:
    log.error("http.failed", path=request.url.path, exc_info=error)
    return _answer(ChinwagError(errors.INTERNAL), 500)


def _answer(error: ChinwagError, status: int) -> Response[Failure]:
    return Response(error.failure(), status_code=status, headers=dict(retry_header(error)))


def _field(error: ValidationException) -> str:
    """The path in msgspec's message (``… - at `$.data.name` ``), below the body; no value."""
    _, found, path = str(error.__cause__).rpartition(" - at `$.data")
    return "$" + path.rstrip("`") if found else "$"
