"""What Lighthouse says of pages: `npm ci` in this folder brings it."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

from bench.results import Figure
from bench.web.chromium import Browser, executable
from bench.web.figures import Site

_COMMAND = Path(__file__).parent / "node_modules/.bin/lighthouse"


def measure(site: Site) -> list[Figure]:
    """Scores of the way in, the list and a chat."""
    if not _COMMAND.exists():
        print(f"Without Lighthouse, which needs Node: npm ci --prefix {_COMMAND.parents[2]}")
        return []
    figures = []
    with site.browser() as browser:
        for what, path in (("the list", "/"), ("a chat", f"/c/{site.world.longest}")):
            for name, score in _scores(browser, path).items():
                figures.append(Figure("web", f"Lighthouse, {what}: {name}", score, "of 100", 100))
    return figures


def _scores(browser: Browser, path: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        subprocess.run(
            [
                _COMMAND,
                browser.url + path,
                f"--port={browser.debugging}",
                "--quiet",
                "--preset=desktop",
                "--disable-storage-reset",
                "--only-categories=accessibility,best-practices",
                "--output=json",
                f"--output-path={report}",
            ],
            check=True,
            env=os.environ | {"CHROME_PATH": executable()},
        )
        categories = json.loads(report.read_text("utf-8"))["categories"]
    return {it["title"].lower(): 100 * it["score"] for it in categories.values()}
