"""The round: every part at the same time, told in order."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from chinwag.server.adapters.moved import MOVED
from chinwag.server.config import Settings
from chinwag.server.doctor import alerts, configuration, door, files, folder, proxy, sqlite
from chinwag.server.doctor.chart import Chart, Finding, State, hiding
from chinwag.server.doctor.places import secrets

_Look = Callable[[Chart], Awaitable[None]]
_Examine = Callable[[Chart], Awaitable[Mapping[str, str] | None]]


async def examine(settings: Settings, file: Path | None = None) -> Sequence[Finding]:
    """All findings. ``file``: where the settings came from. A server may run or not; nothing is
    left behind.
    """
    hide = hiding(list(secrets(settings)))
    names = (
        "settings",
        "data",
        "database",
        "files",
        "alerts",
        "broker",
        "registry",
        "node",
        "proxy",
    )
    charts = {name: Chart(name, hide) for name in names}
    configuration.examine(charts["settings"], settings, file)
    database = _database_of(settings)
    await asyncio.gather(
        folder.examine(charts["data"], settings.folder),
        _database(charts["database"], charts["alerts"], settings, database),
        files.examine(charts["files"], settings),
        _broker(settings.broker_url)(charts["broker"]),
        _registry(settings.registry_url)(charts["registry"]),
        door.examine(charts["node"], settings),
        proxy.examine(charts["proxy"], settings),
    )
    return [finding for chart in charts.values() for finding in chart.findings]


async def _database(database: Chart, keys: Chart, settings: Settings, examine: _Examine) -> None:
    meta = await examine(database)
    if meta is not None:
        if to := meta.get(MOVED):
            database.note(
                State.FAIL, f"it has been left: all was moved to {to}", advice="set database_url"
            )
        await alerts.examine(keys, settings, meta)


# As in `engines`, what the settings do not name is not even imported; and before the first look,
# whose time would otherwise be that of an import.


def _database_of(settings: Settings) -> _Examine:
    if not settings.database_url:
        return partial(sqlite.examine, path=settings.database)
    from chinwag.server.doctor import postgres  # noqa: PLC0415

    return partial(postgres.examine, url=settings.database_url)


def _broker(url: str) -> _Look:
    if not url:
        return _alone
    from chinwag.server.doctor import broker  # noqa: PLC0415

    return partial(broker.examine, url=url)


def _registry(url: str) -> _Look:
    if not url:
        return _alone
    from chinwag.server.doctor import registry  # noqa: PLC0415

    return partial(registry.examine, url=url)


async def _alone(chart: Chart) -> None:
    chart.note(State.OK, "inside the node: there is one node")
