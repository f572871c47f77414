"""Logs and figures."""

import io
import json
import logging

import pytest
import structlog

from chinwag.server.observe import Metrics, configure_logs


@pytest.fixture
def lines():
    """Log as JSON; the lines so far."""
    stream = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    configure_logs("json", "info", stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def test_a_line_has_its_time_and_level(lines) -> None:
    structlog.get_logger("test").info("thing.done", count=3)
    (line,) = lines()
    assert (line["event"], line["level"], line["count"]) == ("thing.done", "info", 3)
    assert line["timestamp"].endswith("Z")


def test_others_text_cannot_forge_lines_or_drive_the_terminal(lines) -> None:
    nasty = "a\r\n2026 [info] forged \x1b[31mred\x07 \u202eesrever\u2028"
    structlog.get_logger("test").info("thing", name=nasty, many=[nasty], deep={"k": nasty})
    logging.getLogger("library").warning("hello %s", nasty)
    assert len(lines()) == 2
    for text in (json.dumps(line, ensure_ascii=False) for line in lines()):
        for bad in ("\r", "\n", "\x1b", "\x07", "\u202e", "\u2028", "\\u001b", "\\n"):
            assert bad not in text.replace("\\\\n", "").replace("\\\\r", "")


def test_exceptions_are_logged_without_control_characters(lines) -> None:
    try:
        raise ValueError("bad \x1b[31m thing")
    except ValueError:
        structlog.get_logger("test").exception("failed")
    (line,) = lines()
    assert "Traceback" in line["exception"]
    assert "\x1b" not in line["exception"]


@pytest.mark.parametrize(
    "key", ["password", "token", "cookie", "authorization", "body", "claim_code", "api_token"]
)
def test_secrets_do_not_reach_the_log(lines, key) -> None:
    structlog.get_logger("test").info("thing", **{key: "canary-9f"})
    assert "canary-9f" not in json.dumps(lines())


def test_endless_values_are_cut(lines) -> None:
    structlog.get_logger("test").info("thing", name="x" * 1_000_000)
    assert len(json.dumps(lines())) < 5_000


def test_the_level_holds(lines) -> None:
    structlog.get_logger("test").debug("quiet")
    logging.getLogger("library").debug("quiet")
    assert lines() == []


def test_the_metrics_page() -> None:
    figures = {"sends_total": 3.0, "sockets": 2}
    metrics = Metrics([lambda: figures])
    page = metrics.page().decode()
    assert "# TYPE chinwag_sends_total counter" in page
    assert "\nchinwag_sends_total 3.0\n" in page
    assert "# TYPE chinwag_sockets gauge" in page
    figures["sockets"] = 5
    assert "\nchinwag_sockets 5.0\n" in metrics.page().decode()
