"""Rewrites all generated files below the folder given, or below the current one."""

import sys
from pathlib import Path

from chinwag.protocol.generate.pages import write

if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve())
