"""What is checked in is what the generator makes now (`make docs` rewrites it)."""

import json
import re
from pathlib import Path

import pytest

from chinwag.protocol import errors, limits
from chinwag.protocol.generate import golden, markdown, shapes, typescript
from chinwag.protocol.generate.pages import pages, write
from chinwag.protocol.generate.spelling import title

ROOT = Path(__file__).parents[3]
PAGES = pages()
STRUCTS = (
    *shapes.COMMANDS,
    *shapes.INPUTS,
    *shapes.PUSHES,
    *shapes.KINDS,
    *shapes.ALERTS,
    *shapes.EVENTS,
    *shapes.FILES,
    *shapes.STATES,
    *shapes.HTTP,
)


@pytest.mark.parametrize("path", PAGES)
def test_page_is_fresh(path: str) -> None:
    assert (ROOT / path).read_bytes().decode() == PAGES[path], "run `make docs`"


def test_no_golden_frame_is_left_over() -> None:
    found = {str(path.relative_to(ROOT)) for path in (ROOT / golden.FOLDER).glob("*.json")}
    assert found == set(golden.pages())


def test_writing_removes_golden_frames_that_are_none_any_more(tmp_path: Path) -> None:
    old = tmp_path / golden.FOLDER / "command-of-old.json"
    old.parent.mkdir(parents=True)
    old.touch()
    write(tmp_path)
    found = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert found == set(PAGES)


def test_names_do_not_collide() -> None:
    names = [title(cls) for cls in STRUCTS]
    names += [scalar.name for scalar in shapes.all_scalars()]
    assert len(set(names)) == len(names)


def test_every_struct_is_described() -> None:
    assert [cls for cls in STRUCTS if not shapes.shape(cls).doc] == []


def test_pages_are_filled() -> None:
    page = markdown.protocol_page() + markdown.error_page()
    assert "{{" not in page
    assert "[]()" not in page
    headings = {
        re.sub(r"[^\w -]", "", line.lstrip("# ")).lower().replace(" ", "-")
        for line in page.splitlines()
        if line.startswith("#")
    }
    links = set(re.findall(r"\(#([^)]+)\)", page))
    assert links <= headings


def test_typescript_declares_each_name_once_and_all_it_uses() -> None:
    module = typescript.module()
    code = re.sub(r"/\*.*?\*/|//[^\n]*|\"(?:[^\"\\]|\\.)*\"", "", module, flags=re.DOTALL)
    declared = re.findall(r"^export (?:type|interface|const|function) (\w+)", code, re.MULTILINE)
    assert len(set(declared)) == len(declared)
    assert {title(cls) for cls in STRUCTS} <= set(declared)
    used = set(re.findall(r"\b[A-Z]\w*", re.sub(r"^  [A-Z_]+:", "", code, flags=re.MULTILINE)))
    assert used - set(declared) <= {"C", "T", "Readonly", "Record"}
    assert all(code.count(left) == code.count(right) for left, right in ("{}", "[]", "()"))


def test_typescript_holds_limits_and_errors() -> None:
    module = typescript.module()
    assert f"TEXT_BYTES: {limits.TEXT_BYTES}," in module
    assert all(f"\n  {code}: {{ status:" in module for code in errors.CATALOGUE)


def test_asyncapi_refers_only_to_what_it_holds() -> None:
    page = json.loads(PAGES["docs/asyncapi.json"])

    def look_up(ref: str) -> object:
        found = page
        for step in ref.removeprefix("#/").split("/"):
            found = found[step]
        return found

    refs = set(re.findall(r'"\$ref": "([^"]+)"', PAGES["docs/asyncapi.json"]))
    assert refs
    assert all(look_up(ref) for ref in refs)
