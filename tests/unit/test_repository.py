"""What holds for the repository as a whole: its locks, its files, its modules."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

import chinwag

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))

# A path below somebody's home or a work folder, not the path part of a URL.
MACHINE_PATH = re.compile(r"(?<![\w.:/~$}>*-])/(?:home|root|work|Users)/[A-Za-z0-9_.-]+")
# A package index: whoever installs brings their own.
REGISTRY = re.compile(
    r"pypi\.org/simple|files\.pythonhosted\.org|registry\.(?:npmjs|yarnpkg)\."
    r"|--(?:extra-)?index-url|--find-links"
)


def tracked(*patterns: str) -> list[Path]:
    """The files that git tracks, as far as they are still there."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    """All `file:line: text` of tracked text files, but for this one, that hold the pattern."""
    found = []
    for path in tracked():
        if path == Path(__file__):
            continue
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if pattern.search(text) is None:
            continue
        found += [
            f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
            for number, line in enumerate(text.splitlines(), 1)
            if pattern.search(line)
        ]
    return found


def pins(lock: Path) -> dict[str, str]:
    """The version of each package in a lock, by name and marker."""
    found = {}
    for line in lock.read_text().splitlines():
        if match := re.match(r"([a-z0-9._-]+)==([^\s;]+)(.*)", line):
            found[match[1] + match[3].rstrip("\\ ")] = match[2]
    return found


def test_there_are_five_locks() -> None:
    names = ["dev.lock", "run.lock", "s3.lock", "tools.lock", "web.lock"]
    assert [lock.name for lock in LOCKS] == names


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_lock_pins_by_hash_and_names_no_address(lock: Path) -> None:
    text = lock.read_text()
    assert not re.search(r"https?://|file:", text)
    requirements = re.findall(r"(?m)^\S.*(?:\n    .*)*", text)
    pinned = [each for each in requirements if not each.startswith("#")]
    assert pinned
    assert [each for each in pinned if "==" not in each or "--hash=sha256:" not in each] == []


def test_locks_agree() -> None:
    everything = pins(ROOT / "requirements/dev.lock")
    for name in ("run.lock", "tools.lock"):
        part = pins(ROOT / "requirements" / name)
        names = {key.split(" ")[0] for key in part}
        full = {key.split(" ")[0]: version for key, version in everything.items()}
        assert names <= full.keys()
        assert {key.split(" ")[0]: version for key, version in part.items()} == {
            key: full[key] for key in names
        }


def test_run_lock_covers_the_dependencies() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    locked = {key.split(" ")[0] for key in pins(ROOT / "requirements/run.lock")}
    wanted = {re.split(r"[^\w.-]", each, maxsplit=1)[0] for each in project["dependencies"]}
    assert wanted <= locked


def test_uv_lock_is_not_tracked() -> None:
    assert tracked("uv.lock", "**/uv.lock", "pylock*.toml") == []


def test_no_file_names_a_package_index() -> None:
    assert lines_with(REGISTRY) == []


def test_no_file_holds_a_path_of_somebodys_machine() -> None:
    assert lines_with(MACHINE_PATH) == []


@pytest.mark.parametrize(
    ("text", "hit"),
    [
        ("open('/home/ann/notes')", True),
        ("cd /work/chinwag", True),
        ("https://example.org/home/ann", False),
        ("$(CURDIR)/work/x", True),
        ("${HOME}/work/x", False),
        ("GET /api/users/ann", False),
    ],
)
def test_machine_paths_are_told_from_others(text: str, hit: bool) -> None:
    assert bool(MACHINE_PATH.search(text)) is hit


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in tracked("*.py")
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_the_package_is_typed_and_has_a_version() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*", chinwag.__version__)
    assert (Path(chinwag.__file__).parent / "py.typed").is_file()
