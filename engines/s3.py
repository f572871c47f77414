"""A storage that speaks S3: `rclone serve s3`, over a folder of its own.

It answers a request for a range with that range and ``Content-Range``, but with 200. Clients
rightly refuse that; so HAProxy stands in front and says 206.
"""

import os
import socket
import subprocess
from pathlib import Path

from engines.engine import Engine
from engines.ports import free_port
from engines.programs import program

_ROOT = Path(__file__).parents[1]
_PROGRAM = _ROOT / ".cache/s3/rclone"
_IN_FRONT = """
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
listen s3
  bind 127.0.0.1:{port}
  http-response set-status 206 if {{ res.hdr(Content-Range) -m found }}
  server rclone 127.0.0.1:{behind}
"""


class S3(Engine):
    """A server with the bucket ``files``. ``environment`` is what its clients go by."""

    name = "s3"
    _KEY, _SECRET = "chinwag", "a-secret-for-tests"

    def url_at(self, port: int) -> str:
        """Its endpoint, by way of this port."""
        return f"http://127.0.0.1:{port}"

    @property
    def environment(self) -> dict[str, str]:
        """Keys and region."""
        return {
            "AWS_ACCESS_KEY_ID": self._KEY,
            "AWS_SECRET_ACCESS_KEY": self._SECRET,
            "AWS_REGION": "us-east-1",
        }

    @property
    def bucket(self) -> Path:
        """Where the objects are, as files."""
        return self.folder / "buckets/files"

    def prepare(self) -> None:
        """Fetch the program, if need be, and make the bucket."""
        subprocess.run(["sh", _ROOT / "scripts/s3.sh"], check=True)
        self.bucket.mkdir(parents=True, exist_ok=True)
        self._behind = free_port()
        text = _IN_FRONT.format(port=self.port, behind=self._behind)
        (self.folder / "haproxy.cfg").write_text(text)

    def launch(self) -> None:
        """Start both."""
        flags = [
            "--addr",
            f"127.0.0.1:{self._behind}",
            "--auth-key",
            f"{self._KEY},{self._SECRET}",
            "--vfs-cache-mode",
            "off",
            "--dir-cache-time",
            "0s",
            "--config",
            os.devnull,
        ]
        self.run([str(_PROGRAM), "serve", "s3", str(self.folder / "buckets"), *flags])
        self.run([program("haproxy"), "-db", "-f", str(self.folder / "haproxy.cfg")])

    def is_ready(self) -> bool:
        """Whether both listen."""
        try:
            for port in (self._behind, self.port):
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            return False
        return True
