"""HTTP by plain sockets: what it costs the client is the least there is, and the same for whoever
is measured.
"""

import json
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

_READ = 1 << 20


class Answer:
    """Status, headers (lower case) and what of the body was kept."""

    def __init__(self, head: bytes) -> None:
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split(" ")[1])
        pairs = (line.partition(":")[::2] for line in lines[1:] if line)
        self.headers = {name.lower(): value.strip() for name, value in pairs}
        self.body = b""
        self.size = 0

    def json(self) -> Any:
        """The body as what it says."""
        return json.loads(self.body)


def ask(
    port: int,
    method: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: Path | bytes = b"",
    *,
    keep: bool = True,
) -> Answer:
    """One request over a connection of its own; ``keep`` its body, or only count it."""
    length = body.stat().st_size if isinstance(body, Path) else len(body)
    fields = {"Host": f"127.0.0.1:{port}", "Connection": "close", "Content-Length": str(length)}
    lines = "".join(f"{name}: {value}\r\n" for name, value in {**fields, **(headers or {})}.items())
    with socket.create_connection(("127.0.0.1", port), timeout=120) as line:
        line.sendall(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode())
        if isinstance(body, Path):
            with body.open("rb") as file:
                _send(line, file, length)
        else:
            line.sendall(body)
        return _read(line, keep=keep)


def _send(line: socket.socket, file: BinaryIO, length: int) -> None:
    sent = 0
    line.setblocking(True)
    while sent < length:
        sent += os.sendfile(line.fileno(), file.fileno(), sent, length - sent)


def _read(line: socket.socket, *, keep: bool) -> Answer:
    buffer = bytearray(_READ)
    head = b""
    while b"\r\n\r\n" not in head:
        head += line.recv(_READ)
    before, _, rest = head.partition(b"\r\n\r\n")
    answer = Answer(before)
    answer.body, answer.size = rest, len(rest)
    while count := line.recv_into(buffer):
        answer.size += count
        if keep:
            answer.body += buffer[:count]
    return answer


class Owner:
    """Somebody who is signed in, and puts files there."""

    def __init__(self, port: int, token: str) -> None:
        self.port = port
        self._headers = {"Tus-Resumable": "1.0.0", "Authorization": f"Bearer {token}"}

    def begin(self, size: int) -> str:
        """A new upload's path."""
        answer = ask(
            self.port, "POST", "/api/uploads", {**self._headers, "Upload-Length": str(size)}
        )
        assert answer.status == 201, answer.body
        return answer.headers["location"]

    def put(self, path: str, body: Path | bytes) -> None:
        """All of it."""
        kind = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
        answer = ask(self.port, "PATCH", path, {**self._headers, **kind}, body)
        assert answer.status == 204, answer.body

    def settled(self, path: str) -> str:
        """The file's id, once it is one."""
        answer = ask(self.port, "GET", path, {**self._headers, "Prefer": "wait=20"})
        found = answer.json()
        assert found["state"] == "ready", found
        return str(found["id"])

    def get(self, file: str) -> int:
        """Download; how many bytes there were."""
        return ask(self.port, "GET", f"/api/files/{file}", self._headers, keep=False).size

    def drop(self, path: str) -> None:
        """Give an upload up."""
        ask(self.port, "DELETE", path, self._headers)
