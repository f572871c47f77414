"""The client as it is shipped: built once a run, whatever the number of workers."""

import fcntl
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def ensure_built() -> None:
    """Build the client into the package unless that is done."""
    folder = ROOT / ".cache"
    folder.mkdir(exist_ok=True)
    with (folder / "web-build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = subprocess.run(
            [sys.executable, ROOT / "scripts/web.py"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
