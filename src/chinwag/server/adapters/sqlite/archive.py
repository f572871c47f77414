"""A backup as one file: a plain tar with the database, other files of the folder, and, last, a
manifest with what belongs to it and its checksums. Without the manifest it is no backup.
"""

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

import msgspec
from msgspec import Struct

from chinwag.server.adapters.sqlite.copying import Progress, sync

MANIFEST = "manifest.json"
DATABASE = "chinwag.db"
FILES = "files/"
_FORMAT = 1
_CHUNK = 1 << 20
_MANIFEST_BYTES = 256 << 20


class BackupError(Exception):
    """It could not be done; the text says why."""


class Item(Struct):
    """A file of the backup."""

    size: int
    sha256: str


class Manifest(Struct, kw_only=True):
    """What a backup holds. ``created_at`` in ms; ``counts`` of rows, for people to see."""

    format: int = _FORMAT
    version: str
    schema: str
    created_at: int
    counts: dict[str, int]
    items: dict[str, Item] = {}


class _Hashing(io.RawIOBase):
    """A file as it is read, and its checksum."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.sha256.update(data)
        return data


def write(target: Path, manifest: Manifest, files: dict[str, Path], progress: Progress) -> None:
    """Put the files into ``target``: for its owner only, durably, all or nothing."""
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    total = sum(_size(path) for path in files.values())
    done = 0
    try:
        opener = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(opener, "wb") as file:
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                for name, path in files.items():
                    try:
                        manifest.items[name] = _add(tar, name, path)
                    except FileNotFoundError:
                        if name == DATABASE:
                            raise
                        continue  # removed meanwhile, so nothing refers to it any more
                    done += manifest.items[name].size
                    progress(done, total)
                _add_bytes(tar, MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
        sync(target.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _add(tar: tarfile.TarFile, name: str, path: Path) -> Item:
    with path.open("rb") as file:
        info = _info(name, os.fstat(file.fileno()).st_size)
        hashing = _Hashing(file)
        tar.addfile(info, hashing)
    return Item(info.size, hashing.sha256.hexdigest())


def _add_bytes(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    tar.addfile(_info(name, len(data)), io.BytesIO(data))


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def extract(source: Path, folder: Path, progress: Progress) -> Manifest:
    """Unpack into an empty folder and verify everything against the manifest."""
    try:
        with tarfile.open(source, "r:") as tar:
            members = {member.name: member for member in tar}
            manifest = _manifest(tar, members)
            total = sum(item.size for item in manifest.items.values())
            done = 0
            for name, item in manifest.items.items():
                _extract(tar, members[name], folder / name, item)
                done += item.size
                progress(done, total)
    except (tarfile.TarError, OSError, msgspec.MsgspecError, EOFError) as error:
        raise BackupError(f"{source} cannot be read as a backup: {error}") from error
    return manifest


def _manifest(tar: tarfile.TarFile, members: dict[str, tarfile.TarInfo]) -> Manifest:
    info = members.get(MANIFEST)
    if info is None or not info.isreg() or info.size > _MANIFEST_BYTES:
        raise BackupError("The file is no backup, or is cut off: it has no manifest.")
    file = tar.extractfile(info)
    assert file is not None
    manifest = msgspec.json.decode(file.read(), type=Manifest)
    if manifest.format != _FORMAT:
        raise BackupError(f"The backup has format {manifest.format}; this version knows {_FORMAT}.")
    strange = [name for name in manifest.items if not _is_plain(name)]
    if strange or DATABASE not in manifest.items:
        raise BackupError("The manifest names files that no backup of ours has.")
    if set(members) != {MANIFEST, *manifest.items} or not all(m.isreg() for m in members.values()):
        raise BackupError("The backup holds other files than its manifest says.")
    return manifest


def _is_plain(name: str) -> bool:
    """Whether it is the database, or a path below ``files/`` that leads nowhere else."""
    parts = PurePosixPath(name).parts
    inside = name.startswith(FILES) and ".." not in parts and str(PurePosixPath(name)) == name
    return name == DATABASE or (inside and len(parts) > 1)


def _extract(tar: tarfile.TarFile, info: tarfile.TarInfo, target: Path, item: Item) -> None:
    file = tar.extractfile(info)
    assert file is not None
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    sha256 = hashlib.sha256()
    opener = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(opener, "wb") as out:
        for chunk in _chunks(file):
            sha256.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    if sha256.hexdigest() != item.sha256 or info.size != item.size:
        raise BackupError(f"The backup is damaged: {info.name} has another checksum.")


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk
