"""Where the engines' programs are. Distributions keep some of them off the PATH."""

import shutil
from pathlib import Path


class Missing(Exception):
    """A program is not there; the text says what to do."""


_PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/lib/rabbitmq/lib/*/sbin",
    "/usr/sbin",
    "/usr/local/sbin",
    "/opt/homebrew/sbin",
    "/opt/homebrew/opt/postgresql*/bin",
)


def program(*names: str) -> str:
    """The path of the first of these that there is.

    The PATH comes last: what Debian has there for RabbitMQ is a wrapper that insists on the
    system's own service and its user.
    """
    for name in names:
        found = [path for place in _PLACES for path in Path("/").glob(f"{place[1:]}/{name}")]
        if found:
            return str(max(found, key=_version))
        if on_path := shutil.which(name):
            return on_path
    raise Missing(f"{names[0]} is not installed; scripts/engines.sh installs it on Debian")


def _version(path: Path) -> list[int]:
    return [int(part) for part in path.parts if part.isdecimal()]
