"""Backup and restore of a data folder, as one verified file; and its check without either.

A backup is taken while the server runs, from one snapshot. A restore begins a new life of the
server (``generation``): what clients hold beyond the backup is void, and they are told so by sync.
"""

import secrets
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import chinwag
from chinwag.server.adapters.migrations import HEAD
from chinwag.server.adapters.moved import MOVED
from chinwag.server.adapters.sqlite import archive, check
from chinwag.server.adapters.sqlite.archive import DATABASE, FILES, BackupError, Manifest
from chinwag.server.adapters.sqlite.connection import connect
from chinwag.server.adapters.sqlite.copying import Progress, copy, sync
from chinwag.server.adapters.sqlite.folder import LOCK_NAME, RESTORING_NAME, FolderLock
from chinwag.server.adapters.sqlite.migrate import revision
from chinwag.server.clock import now_ms
from chinwag.server.ports.store import Unusable

__all__ = [
    "BackupError",
    "Manifest",
    "Restored",
    "Steps",
    "Unusable",
    "backup",
    "check_folder",
    "restore",
]
_ASIDE = "before-restore-"


class Steps:
    """What is being done, for a progress bar: override `step` and `at`."""

    def step(self, what: str) -> None:
        """A step begins."""

    def at(self, done: int, total: int) -> None:
        """How far the step is."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore put in place, and where it put what had been there."""

    manifest: Manifest
    aside: Path | None


# --- backup --------------------------------------------------------------------------------------


def backup(
    folder: Path, target: Path, steps: Steps | None = None, *, overwrite: bool = False
) -> Manifest:
    """Write a backup of a data folder to ``target``, and verify its database.

    Raises:
        BackupError: there is nothing to back up, ``target`` exists, or the data is not sound.
        Unusable: the database is none of ours, or newer than this program.
    """
    steps = steps or Steps()
    database = folder / DATABASE
    _needed(folder)
    if target.exists() and not overwrite:
        raise BackupError(f"{target} exists already.")
    snapshot = target.with_name(f"{target.name}.{DATABASE}")
    try:
        steps.step("copying the database")
        with closing(connect(database, readonly=True)) as connection:
            copy(connection, snapshot, steps.at)
        steps.step("checking the copy")
        manifest = Manifest(
            version=chinwag.__version__,
            schema=HEAD,
            created_at=now_ms(),
            counts=_verified(snapshot, steps.at),
        )
        # After the database: whatever it refers to is in the folder by then.
        steps.step("writing the backup")
        archive.write(target, manifest, {DATABASE: snapshot, **_files(folder)}, steps.at)
    finally:
        snapshot.unlink(missing_ok=True)
    return manifest


def _needed(folder: Path) -> None:
    """Be sure that there is a database of this version."""
    found = revision(folder / DATABASE)
    if found is None:
        raise BackupError(f"There is no database in {folder}.")
    if found != HEAD:
        raise BackupError(
            f"The database in {folder} is of an older version (schema {found}). Start the server"
            " once: it upgrades the database, and keeps a copy from before."
        )


def _verified(path: Path, progress: Progress) -> dict[str, int]:
    """The counts of a database that no one else uses, if it is sound."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        found = check.problems(connection, progress)
        if found:
            raise BackupError("The data is not sound:\n" + "\n".join(found))
        return check.counts(connection)


def _files(folder: Path) -> dict[str, Path]:
    """All that belongs to the folder besides the database, by name in the backup."""
    return {
        FILES + path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and _belongs(path.relative_to(folder))
    }


def _belongs(path: Path) -> bool:
    first = path.parts[0]
    passing = first.startswith((DATABASE, _ASIDE)) or first in (LOCK_NAME, RESTORING_NAME)
    half = "#" in path.name  # of an object that is being written
    return not passing and not half and path.suffix not in (".part", ".tmp")


# --- restore -------------------------------------------------------------------------------------


def restore(
    source: Path, folder: Path, steps: Steps | None = None, *, force: bool = False
) -> Restored:
    """Verify a backup and put it in place. No server may run on the folder.

    ``force``: also over existing data, which is put aside into a folder within. If it is cut off,
    the folder is unusable, but nothing is lost, until it is run again.

    Raises:
        BackupError: the backup is not sound, or there is data already.
        Unusable: a server runs there, or the backup is newer than this program.
    """
    steps = steps or Steps()
    lock = FolderLock(folder)
    lock.take(restoring=True)
    try:
        present = [path for path in folder.iterdir() if _is_data(path)]
        if present and not force:
            raise BackupError(f"There is data in {folder} already.")
        new = folder / RESTORING_NAME
        _remove(new)
        new.mkdir(mode=0o700)
        try:
            manifest = _unpack(source, new, steps)
        except BaseException:
            _remove(new)
            raise
        steps.step("putting it in place")
        return Restored(manifest, _put(new, folder, present))
    finally:
        lock.release()


def _unpack(source: Path, new: Path, steps: Steps) -> Manifest:
    steps.step("unpacking the backup")
    manifest = archive.extract(source, new, steps.at)
    if revision(new / DATABASE) != manifest.schema:
        raise BackupError("The backup is damaged: its database is another than the manifest says.")
    if manifest.schema != HEAD:
        # As in `migrate`: SQLAlchemy and Alembic only where they are needed.
        from chinwag.server.adapters.sqlite import upgrade  # noqa: PLC0415

        steps.step("upgrading the database")
        upgrade.run(new / DATABASE)
    steps.step("checking the database")
    counts = _verified(new / DATABASE, steps.at)
    if counts != manifest.counts and manifest.schema == HEAD:
        raise BackupError("The backup is damaged: the database holds other rows than it should.")
    with closing(connect(new / DATABASE)) as connection:
        generation = secrets.token_hex(8)
        sql = "INSERT OR REPLACE INTO meta (key, value) VALUES ('generation', ?)"
        connection.execute(sql, (generation,))
        connection.execute("DELETE FROM meta WHERE key = ?", (MOVED,))  # this is another life
    return manifest


def _put(new: Path, folder: Path, present: list[Path]) -> Path | None:
    """Move the old aside and the new in, the database last. Until the folder of the new is gone,
    no server starts here.
    """
    aside = None
    if present:
        aside = folder / f"{_ASIDE}{now_ms()}"
        aside.mkdir(mode=0o700)
        for path in present:
            path.rename(aside / path.name)
    files = new / FILES
    for path in files.iterdir() if files.exists() else ():
        path.rename(folder / path.name)
    sync(folder)
    (new / DATABASE).rename(folder / DATABASE)
    _remove(new)
    sync(folder)
    return aside


def _is_data(path: Path) -> bool:
    return path.name not in (LOCK_NAME, RESTORING_NAME) and not path.name.startswith(_ASIDE)


def _remove(folder: Path) -> None:
    if folder.exists():
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        folder.rmdir()


# --- check ---------------------------------------------------------------------------------------


def check_folder(folder: Path, steps: Steps | None = None) -> list[str]:
    """What is wrong with a data folder, in sentences; empty if nothing is. The server may run.

    Raises:
        BackupError: there is no database.
        Unusable: it is none of ours, or newer than this program.
    """
    steps = steps or Steps()
    _needed(folder)
    steps.step("checking the database")
    with closing(connect(folder / DATABASE, readonly=True)) as connection:
        connection.execute("BEGIN")
        return check.problems(connection, steps.at)
