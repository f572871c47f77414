"""Accounts kept on this machine: one folder a profile, readable by its owner alone.

A profile holds who is signed in where (``account.json``), and for each account that was signed in
there its store and its drafts, so that signing in again finds both.
"""

import os
import re
import shutil
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import platformdirs
from msgspec import Struct

from chinwag.protocol.http import SignedIn

DEFAULT_URL = "http://127.0.0.1:8420"
DEFAULT_NAME = "default"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Account(Struct):
    """Who is signed in. ``token`` is empty once the server ended the session."""

    url: str
    user: str = ""
    handle: str = ""
    device: str = ""
    token: str = ""


class Profile:
    """A place for one account on this machine.

    Raises:
        ValueError: ``name`` cannot be a folder's name.
    """

    def __init__(self, name: str = DEFAULT_NAME) -> None:
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name for a profile: use letters, digits, . _ -")
        self.name = name
        self.folder = _root() / name

    @property
    def account(self) -> Account | None:
        """Who is or was signed in here; None if nobody ever was, or the file is broken."""
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=Account)
        except (OSError, msgspec.DecodeError):
            return None

    def keep(self, url: str, signed_in: SignedIn) -> Account:
        """Remember a sign-in."""
        user = signed_in.user
        account = Account(url, user.id, user.handle, signed_in.device, signed_in.token)
        self._write(account)
        return account

    def signed_out(self) -> None:
        """Forget the token; who it was, their messages and drafts stay."""
        if account := self.account:
            account.token = ""
            self._write(account)

    def forget(self, account: Account) -> None:
        """Delete what is kept of the account."""
        for file in (self.store(account), self.drafts(account)):
            for it in self.folder.glob(f"{file.name}*"):
                if it.is_dir():
                    shutil.rmtree(it)
                else:
                    it.unlink(missing_ok=True)

    def store(self, account: Account) -> Path:
        """The file of the account's chats."""
        return self.folder / f"{account.user}.db"

    def drafts(self, account: Account) -> Path:
        """The file of the account's drafts."""
        return self.folder / f"{account.user}.drafts.json"

    @property
    def _file(self) -> Path:
        return self.folder / "account.json"

    def _write(self, account: Account) -> None:
        private_folder(self.folder)
        write_private(self._file, msgspec.json.encode(account))


def names() -> list[str]:
    """All profiles there are, the last used first."""
    try:
        files = list(_root().glob("*/account.json"))
    except OSError:
        return []
    files.sort(key=lambda it: it.stat().st_mtime, reverse=True)
    return [it.parent.name for it in files if _NAME.fullmatch(it.parent.name)]


def chosen(name: str | None, url: str | None) -> Profile:
    """The profile that is meant: the one named; else the one kept for ``url``, or a new one for
    it; else the one used last.
    """
    if name:
        return Profile(name)
    kept = names()
    if url is None:
        return Profile(DEFAULT_NAME if DEFAULT_NAME in kept or not kept else kept[0])
    for it in kept:
        account = Profile(it).account
        if account and same_server(account.url, url):
            return Profile(it)
    return Profile(_named_after(url) if DEFAULT_NAME in kept else DEFAULT_NAME)


def normal_url(url: str) -> str:
    """An address as people type it, with its scheme.

    Raises:
        ValueError: that is no address.
    """
    url = url.strip()
    if "://" not in url:
        host = urlsplit(f"//{url}").hostname or ""
        local = host == "localhost" or re.fullmatch(r"127\.[\d.]+|::1", host)
        url = f"{'http' if local else 'https'}://{url}"
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https", "ws", "wss") or not parts.hostname:
        raise ValueError(f"{url} is not the address of a server")
    _ = parts.port  # raises ValueError if it is none
    return url.rstrip("/")


def same_server(one: str, other: str) -> bool:
    """Whether two addresses are the same server's."""
    try:
        return _place(one) == _place(other)
    except ValueError:
        return False


def private_folder(folder: Path) -> None:
    """Make the folder, for its owner alone."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def write_private(path: Path, content: bytes) -> None:
    """Replace the file at once, readable by its owner alone from the first byte on."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _root() -> Path:
    return platformdirs.user_data_path("chinwag") / "profiles"


def _place(url: str) -> tuple[str, str, int | None, str]:
    parts = urlsplit(normal_url(url))
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    port = parts.port or {"http": 80, "https": 443}[scheme]
    return scheme, parts.hostname or "", port, parts.path


def _named_after(url: str) -> str:
    parts = urlsplit(normal_url(url))
    return re.sub(r"[^A-Za-z0-9.-]", "-", f"{parts.hostname}-{parts.port or ''}").strip("-.")
