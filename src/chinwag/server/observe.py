"""Logs and figures. Logs are structured lines without bodies, tokens or cookies."""

import logging
import re
import sys
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Any, TextIO

import structlog
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector as _Collector

log: structlog.stdlib.BoundLogger = structlog.get_logger("chinwag")

Gauges = Callable[[], Mapping[str, "float | Histogram"]]

# Keys whose values never reach a log, whoever logs them by mistake.
_SECRET = re.compile(r"password|token|cookie|authorization|secret|claim|body", re.IGNORECASE)
# C0 and C1 controls (line breaks, ANSI's escape), line separators, and what turns text around.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_UNSAFE_IN_TRACE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_LONGEST = 2_000
_LONGEST_TRACE = 20_000


def _escape(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


def _safe(value: object, depth: int = 0) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if depth < 3 and isinstance(value, Mapping):
        return {str(_safe(str(k))): _safe(v, depth + 1) for k, v in value.items()}
    if depth < 3 and isinstance(value, list | tuple | set | frozenset):
        return [_safe(item, depth + 1) for item in value]
    return _UNSAFE.sub(_escape, str(value)[:_LONGEST])


def neutralise(_logger: object, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """A structlog processor: no secrets, no control characters, nothing endless."""
    safe: dict[str, Any] = {}
    for key, value in event.items():
        if key.startswith("_"):  # structlog's own
            safe[key] = value
        elif key == "exception":
            safe[key] = _UNSAFE_IN_TRACE.sub(_escape, str(value)[-_LONGEST_TRACE:])
        elif _SECRET.search(key):
            safe[key] = "[not logged]"
        else:
            safe[str(_safe(key))] = _safe(value)
    return safe


def configure_logs(style: str = "console", level: str = "info", to: TextIO | None = None) -> None:
    """Send all logs, also those of libraries, to ``to`` (stderr): a line each, as ``json`` or
    for people (``console``). ``level``: debug, info, warning or error.
    """
    stream = to or sys.stderr
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        neutralise,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=stream.isatty())
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for library in ("uvicorn", "uvicorn.error", "uvicorn.access", "litestar"):
        logger = logging.getLogger(library)
        logger.handlers.clear()
        logger.propagate = True


class Histogram:
    """How often a figure fell below each of ``bounds``. One list index a figure, no lock."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def add(self, value: float) -> None:
        """Count a figure."""
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def family(self, name: str, text: str) -> Metric:
        """As Prometheus wants it: counts up to each bound, and the sum."""
        names = [*(str(bound) for bound in self._bounds), "+Inf"]
        buckets = list(zip(names, accumulate(self._counts), strict=True))
        return HistogramMetricFamily(name, text, buckets=buckets, sum_value=self._sum)


SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Bounds for times that people wait."""
SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
"""Bounds for batches."""


class Collector(_Collector):
    """Figures of the parts as Prometheus wants them: plain numbers, read when somebody asks.

    Names that end in ``_total`` are counters, `Histogram` values histograms, all others gauges.
    """

    def __init__(self, sources: Iterable[Gauges]) -> None:
        self._sources = tuple(sources)

    def collect(self) -> Iterator[Metric]:
        for source in self._sources:
            for name, value in source().items():
                text = name.replace("_", " ")
                if isinstance(value, Histogram):
                    yield value.family(f"chinwag_{name}", text)
                    continue
                kind = CounterMetricFamily if name.endswith("_total") else GaugeMetricFamily
                yield kind(f"chinwag_{name}", text, value=value)


class Metrics:
    """The metrics page: of the parts, and of the process (``process_…``: CPU, memory, files)."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, sources: Iterable[Gauges]) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(Collector(sources))
        ProcessCollector(registry=self._registry)

    def page(self) -> bytes:
        """Everything, in the text exposition format."""
        return generate_latest(self._registry)
