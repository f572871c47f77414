"""The demo server at one and the same moment, with the same ids, whenever it is started:
`moment.py PORT`. Pictures of it differ only where the pages do.
"""

import asyncio
import random
import sys
import tempfile
import time
import uuid

import uuid_utils

MOMENT = 1_795_112_640.0
"""Thursday, 19 November 2026, 18:24 in London."""

_chance = random.Random(26)


def _same_each_time() -> uuid.UUID:
    """A UUIDv7 (RFC 9562) of the moment, in place of the true ones."""
    head = int(MOMENT * 1000) << 80 | 0x7 << 76
    return uuid.UUID(
        int=head | _chance.getrandbits(12) << 64 | 0b10 << 62 | _chance.getrandbits(62)
    )


def main() -> None:
    """Serve until told to stop."""
    uuid_utils.uuid7 = _same_each_time  # type: ignore[assignment]
    # Only now: what imports the function keeps the one that it found.
    from chinwag.server.app import App  # noqa: PLC0415
    from chinwag.server.clock import now_ms  # noqa: PLC0415
    from chinwag.server.config import load  # noqa: PLC0415
    from chinwag.server.demo import seed  # noqa: PLC0415
    from chinwag.server.observe import configure_logs  # noqa: PLC0415

    late = time.time() - MOMENT
    now_ms.__init__(wall=lambda: time.time() - late)  # type: ignore[misc]
    configure_logs("console", "warning")
    with tempfile.TemporaryDirectory(prefix="chinwag-demo-") as folder:
        settings = load({"port": sys.argv[1], "data": folder, "sign_up": "open"})
        asyncio.run(App(settings).run(lambda *_: None, seed))


if __name__ == "__main__":
    main()
