"""Logs and figures. Logs are structured lines without bodies, tokens or cookies."""

import structlog

log: structlog.stdlib.BoundLogger = structlog.get_logger("chinwag")
