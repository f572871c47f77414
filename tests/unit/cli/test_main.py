"""The command line, run as people run it."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import chinwag
from chinwag.cli.main import COMMANDS

SOURCE = str(Path(chinwag.__file__).parents[1])


def run(*arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if "CHINWAG" not in name}
    return subprocess.run(
        [sys.executable, "-m", "chinwag", *arguments],
        input=given,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment | {"PYTHONPATH": SOURCE},
    )


def test_help_names_all_commands() -> None:
    answer = run("--help")
    assert answer.returncode == 0
    for name, place in COMMANDS.items():
        assert name in answer.stdout
        assert place.help in answer.stdout
        assert importlib.util.find_spec(place.module), place.module


def test_help_loads_nothing_of_the_server() -> None:
    code = (
        "import sys\n"
        "from chinwag.cli.main import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "print('LOADED', [name for name in sys.modules if name.startswith('chinwag.server')"
        " or name in ('sqlalchemy', 'litestar', 'rich.console')])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=os.environ | {"PYTHONPATH": SOURCE},
    )
    assert answer.stdout.splitlines()[-1] == "LOADED []", answer.stderr


def test_accounts_by_hand(tmp_path) -> None:
    data = ("--data", str(tmp_path / "data"))
    made = run("user", "create", "alice", "--name", "Al\x1b[31m", *data)
    assert made.returncode == 0, made.stderr
    assert "password: " in made.stdout
    answer = run("user", "create", "bobby", "--password-stdin", *data, given="lodestar-kiln-7\n")
    assert answer.stdout == "created bobby\n"
    listed = run("user", "list", *data).stdout
    assert [line.split()[0] for line in listed.splitlines()] == ["handle", "alice", "bobby"]
    assert "\x1b" not in listed
    assert run("user", "disable", "bobby", *data).stdout == "disabled bobby\n"
    assert run("admin", "check", *data).stdout == "all is well\n"


def test_mistakes_end_with_a_sentence(tmp_path) -> None:
    data = ("--data", str(tmp_path / "data"))
    for arguments, sentence in (
        (("user", "disable", "nobody", *data), "There is no account 'nobody'."),
        (("admin", "invites", "revoke", "nothing", *data), "There is no code 'nothing'."),
        (("admin", "dead-letters", "replay", "none", *data), "There is no dead letter 'none'."),
    ):
        answer = run(*arguments)
        assert answer.returncode == 1
        assert answer.stderr.strip() == sentence
        assert "Traceback" not in answer.stderr
    assert run("nonsense").returncode == 2


def test_the_data_folder_is_the_owners_alone(tmp_path) -> None:
    run("user", "list", "--data", str(tmp_path / "data"))
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0
