"""What starting the server loads: it decides how long that takes, and the memory when idle."""

import os
import subprocess
import sys
from pathlib import Path

import chinwag

# Litestar would load pydantic, by plugins that we have no use for: 24 MB and a third of a second.
# What alerts need, another 18 MB, comes with the first of them.
UNWANTED = (
    *("pydantic", "attrs", "faker", "polyfactory", "textual", "pytest"),
    *("aiohttp", "cryptography"),
)


def test_the_server_loads_nothing_it_does_not_need() -> None:
    code = (
        "import sys\n"
        "from chinwag.server.app import App\n"
        "from chinwag.server.config import load\n"
        "App(load(environment={})).http.app()\n"
        f"print(sorted(set({UNWANTED!r}) & set(sys.modules)))"
    )
    source = str(Path(chinwag.__file__).parents[1])
    answer = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=os.environ | {"PYTHONPATH": source},
    )
    assert answer.stdout.strip() == "[]"
