"""nginx, as Debian has it, serving a folder and taking files into it by WebDAV PUT."""

import shutil
from pathlib import Path

from bench.server import Process, free_port

_CONFIGURATION = """
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
worker_processes 1;
{user}
events {{}}
http {{
  access_log off;
  sendfile on;
  client_max_body_size 0;
  client_body_temp_path {folder}/body;
  server {{
    listen 127.0.0.1:{port};
    location / {{ root {folder}/www; dav_methods PUT; create_full_put_path on; }}
    location = /ready {{ return 200; }}
  }}
}}
"""


def found() -> str | None:
    """The program, if it is there."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def nginx(program: str, folder: Path, *, user: str = "") -> Process:
    """One worker, over a folder of its own, which gets a ``www``."""
    (folder / "www").mkdir(parents=True)
    port = free_port()
    file = folder / "nginx.conf"
    named = f"user {user};" if user else ""
    file.write_text(_CONFIGURATION.format(folder=folder, port=port, user=named))
    command = [program, "-e", str(folder / "error.log"), "-c", str(file)]
    return Process(command, port, None, "/ready", folder / "nginx.log")
