"""What axe-core finds wrong with a page, for people who cannot see or point."""

import json
from pathlib import Path

from playwright.async_api import Page

_SOURCE = Path(__file__).parents[2] / "web/node_modules/axe-core/axe.min.js"
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


async def violations(page: Page, *only: str, popup: bool = False) -> list[str]:
    """A line for each, with the elements it is about. In a world of its own, beside the page's
    scripts: the policy of the page, which lets nobody bring code, stays as it is. ``only`` these
    rules; a ``popup`` stands beside the landmarks.
    """
    session = await page.context.new_cdp_session(page)
    try:
        tree = await session.send("Page.getFrameTree")
        world = await session.send(
            "Page.createIsolatedWorld",
            {"frameId": tree["frameTree"]["frame"]["id"], "worldName": "axe"},
        )
        options = {
            "runOnly": list(only) or _TAGS,
            "resultTypes": ["violations"],
            "rules": {"region": {"enabled": False}} if popup and not only else {},
        }
        found = await session.send(
            "Runtime.evaluate",
            {
                "contextId": world["executionContextId"],
                "expression": f"{_SOURCE.read_text('utf-8')};"
                f"axe.run(document, {json.dumps(options)}).then((it) => it.violations)",
                "awaitPromise": True,
                "returnByValue": True,
            },
        )
    finally:
        await session.detach()
    assert "exceptionDetails" not in found, found["exceptionDetails"]
    return [
        f"{it['id']}: {it['help']}: {', '.join(_where(node) for node in it['nodes'])}"
        for it in found["result"]["value"]
    ]


def _where(node: dict[str, object]) -> str:
    return f"{node['html']} ({node.get('failureSummary', '')})"
