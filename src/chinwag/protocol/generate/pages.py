"""All generated files, and how they are written."""

from pathlib import Path

from chinwag.protocol.generate import asyncapi, golden, markdown, typescript


def pages() -> dict[str, str]:
    """Every generated file: path from the root of the project, and content."""
    return {
        "docs/protocol.md": markdown.protocol_page(),
        "docs/errors.md": markdown.error_page(),
        "docs/asyncapi.json": asyncapi.document(),
        "web/src/wire/types.ts": typescript.module(),
        **golden.pages(),
    }


def write(root: Path) -> None:
    """Write all pages below ``root``, and remove golden frames that are none any more."""
    wanted = {root / path: text for path, text in pages().items()}
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    for path in (root / golden.FOLDER).glob("*.json"):
        if path not in wanted:
            path.unlink()
