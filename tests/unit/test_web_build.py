"""When the web client is built again, and with which Node."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts/web.py"


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, in a small checkout whose client is built."""
    spec = importlib.util.spec_from_file_location("web_script", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    web = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "web_script", web)
    spec.loader.exec_module(web)
    sources, built = tmp_path / "web", tmp_path / "built"
    (sources / "src").mkdir(parents=True)
    (sources / "package.json").write_text("{}")
    (sources / "src/main.ts").write_text("1;")
    (sources / "src/main.test.ts").write_text("1;")
    monkeypatch.setattr(web, "SOURCES", sources)
    monkeypatch.setattr(web, "_STAMP", built / ".sources")
    built.mkdir()
    (built / ".sources").write_text(web._fingerprint())
    return web


def test_what_is_built_of_these_sources_is_not_built_again(web: ModuleType) -> None:
    assert web.is_built()
    os.utime(web.SOURCES / "src/main.ts", (0, 0))  # as a checkout or an archive does
    (web.SOURCES / "node_modules").mkdir()
    (web.SOURCES / "node_modules/react.js").write_text("1;")
    (web.SOURCES / "src/main.test.ts").write_text("2;")
    assert web.is_built()


@pytest.mark.parametrize("change", ["edited", "added", "renamed", "removed", "never built"])
def test_what_has_changed_is_built_again(web: ModuleType, change: str) -> None:
    main = web.SOURCES / "src/main.ts"
    match change:
        case "edited":
            main.write_text("2;")
        case "added":
            (web.SOURCES / "src/more.ts").write_text("1;")
        case "renamed":
            main.rename(main.with_name("other.ts"))
        case "removed":
            main.unlink()
        case "never built":
            web._STAMP.unlink()
    assert not web.is_built()


def test_without_sources_what_is_there_is_right(web: ModuleType) -> None:
    (web.SOURCES / "package.json").unlink()
    assert web.is_built()
    web._STAMP.unlink()
    assert not web.is_built()


@pytest.mark.parametrize(
    ("version", "fits"),
    [
        ("v18.20.4", False),  # Debian 12
        ("v20.18.9", False),
        ("v20.19.0", True),
        ("v21.7.3", False),
        ("v22.11.0", False),
        ("v22.12.0", True),
        ("v24.19.0", True),
        ("v100.0.0", True),
        ("what", False),
    ],
)
def test_a_node_of_the_system_is_taken_if_the_tools_run_on_it(
    web: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, fits: bool
) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    for name in ("node", "npm"):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho {version}\n")
        program.chmod(0o755)
    found = web.system_node()
    assert (found is not None) == fits
    if found is not None:
        assert found.folder == tmp_path


def test_a_node_without_npm_is_none(
    web: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "node").write_text("#!/bin/sh\necho v24.0.0\n")
    (tmp_path / "node").chmod(0o755)
    assert web.system_node() is None


def test_of_checks_side_by_side_each_speaks_in_one_piece_and_one_that_fails_is_told(
    web: ModuleType, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    npm = tmp_path / "npm.py"
    npm.write_text(
        "import sys\n"
        "for line in range(1000):\n"
        "    print(sys.argv[-1], flush=True)\n"
        "sys.exit(3 * (sys.argv[-1] == 'bad'))\n"
    )
    node = web.Node(tmp_path, (sys.executable, str(npm)))
    web.check(node, ["good", "fine"])
    assert capfdbinary.readouterr().out.split() == [b"good"] * 1000 + [b"fine"] * 1000
    for scripts in (["bad", "good"], ["good", "bad"], ["bad"]):
        with pytest.raises(subprocess.CalledProcessError, match="exit status 3"):
            web.check(node, scripts)
        assert set(capfdbinary.readouterr().out.split()) == {it.encode() for it in scripts}
