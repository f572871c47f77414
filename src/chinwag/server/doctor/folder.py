"""The data folder: whether it can be written to durably, and for how long."""

import asyncio
import os
import secrets
import shutil
import stat
import time
from pathlib import Path

from chinwag.server.doctor.chart import Ailment, Chart, doubt

_LITTLE, _TOO_LITTLE = 2 * 1024**3, 200 * 1024**2
_APART_SECONDS = 2.0
# Nobody runs this before it was written: 2026-01-01.
_WRITTEN = 1_767_225_600


async def examine(chart: Chart, folder: Path) -> None:
    """Write a file there, and read it."""
    await chart.look(
        lambda: asyncio.to_thread(_writable, folder), f"let the server's user own {folder}"
    )
    await chart.look(lambda: asyncio.to_thread(_room, folder), "free space, or move the folder")
    await chart.look(lambda: asyncio.to_thread(_clock, folder), "set the clock: run chrony or NTP")


def _writable(folder: Path) -> str:
    place = _existing(folder)
    file = place / f".doctor-{secrets.token_hex(8)}"
    content = secrets.token_bytes(4096)
    began = time.perf_counter()
    with file.open("xb") as writing:
        try:
            writing.write(content)
            writing.flush()
            os.fsync(writing.fileno())
            took = time.perf_counter() - began
            if file.read_bytes() != content:
                raise Ailment(f"{place} does not keep what is written to it")
        finally:
            file.unlink()
    if place != folder:
        return f"{folder} is not there yet, and can be made"
    if folder.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise doubt(f"others on this machine may look into {folder}", f"chmod 700 {folder}")
    if took > 0.1:
        raise doubt(
            f"{folder} keeps what is written, but one fsync took {took * 1000:.0f} ms",
            "every message waits for the disk: use a local one, not a network share",
        )
    return f"{folder} keeps what is written"


def _room(folder: Path) -> str:
    free = shutil.disk_usage(_existing(folder)).free
    text = f"{free / 1024**3:.1f} GiB free"
    if free < _TOO_LITTLE:
        raise Ailment(text)
    if free < _LITTLE:
        raise doubt(text)
    return text


def _clock(folder: Path) -> str:
    """Against the file system's, which may be another machine's."""
    now = time.time()
    if now < _WRITTEN:
        raise Ailment(f"this machine's clock says {time.strftime('%Y-%m-%d', time.gmtime(now))}")
    file = _existing(folder) / f".doctor-{secrets.token_hex(8)}"
    file.touch(exist_ok=False)
    apart = abs(file.stat().st_mtime - now)
    file.unlink()
    if apart > _APART_SECONDS:
        raise doubt(f"the folder's clock and this machine's are {apart:.1f} s apart")
    return f"the clock says {time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(now))} UTC"


def _existing(folder: Path) -> Path:
    """The folder, or what is there of the way to it."""
    return next(place for place in (folder, *folder.parents) if place.is_dir())
