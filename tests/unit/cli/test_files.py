"""Files in the terminal: what is written, dropped, shown and saved."""

import base64
from pathlib import Path

import platformdirs
import pytest
from textual import events

from chinwag.cli.chat.attached import attached, bars, file_lines
from chinwag.cli.chat.slash import SaveFile, SendFile, command, completed, dropped, hint
from chinwag.cli.chat.theme import DARK
from chinwag.cli.chat.thumbhash import picture
from chinwag.cli.files import length_words, said_of, size_words
from chinwag.protocol.files import File
from unit.cli.people import Server, two, until


def drawn(file: File, width: int = 40) -> list[str]:
    lines = file_lines(attached(file), width, "#000000", DARK, own=False)
    return ["".join(text for text, _ in line) for line in lines]


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (999_999, "1.0 MB"), (47_900, "48 KB"),
     (2**31, "2.1 GB")],
)  # fmt: skip
def test_sizes(size: int, words: str) -> None:
    assert size_words(size) == words


def test_lengths() -> None:
    assert [length_words(it) for it in (1, 12_400, 3_723_000)] == ["0:01", "0:12", "1:02:03"]


def test_a_hostile_name_is_shown_and_not_obeyed() -> None:
    name = "\x1b[2J\u202egpj" + "x" * 200 + ".exe"
    lines = drawn(File("f", "document", name, "application/pdf", 5))
    assert lines[0].startswith("▤ ␛[2Jgpjxxx")
    assert max(map(len, lines)) <= 40
    assert lines[1] == "  Document · 5 bytes"


def test_a_photo_is_glimpsed_and_a_recording_has_a_shape() -> None:
    # Of the README of ThumbHash: a sunset.
    seen = picture("1QcSHQRnh493V4dIh4eXh1h4kJUI", 8, 6)
    assert [len(row) for row in seen] == [8] * 6
    (_, _, above), (red, _, below) = seen[0][0], seen[2][4]
    assert above > 90
    assert red > below
    photo = File("f", "photo", "sun.jpg", "image/jpeg", 5, 1600, 1200, placeholder="1QcSHQRnh493")
    assert [line.strip("▀") for line in drawn(photo)[:-2]] == [""] * 8
    assert drawn(photo)[-1] == "  Photo · 1600 × 1200 · 5 bytes"
    wave = base64.b64encode(bytes([0] * 16 + [128] * 16 + [255] * 32)).decode()
    assert bars(wave, 4) == "▁▄██"
    voice = File("f", "voice", "v.ogg", "audio/ogg", 5, duration=12_400, waveform=wave)
    assert said_of(voice) == "Voice message 0:12"
    assert len(drawn(voice)[0]) == 34


@pytest.mark.parametrize(
    "broken", ["", "A", "!!!!", "AAAA", base64.b64encode(b"\xff" * 5).decode()]
)
def test_a_broken_glimpse_is_none(broken: str) -> None:
    assert picture(broken, 4, 4) == []


def test_what_is_written_instead_of_a_message(tmp_path: Path) -> None:
    tea = tmp_path / "a tea's.txt"
    tea.write_bytes(b"tea")
    assert command("/sender or /send") is None
    assert command("/send") is None
    assert command("/save") == SaveFile(None)
    assert command("/save ~/x") == SaveFile(Path.home() / "x")
    assert command(f"/send {tea}") == SendFile(tea, "")
    begun = completed(f"/send '{tmp_path}/a t")
    assert begun == completed(f"/send {tmp_path}/a")
    assert command(f"{begun}what 'she' said\nthere") == SendFile(tea, "what 'she' said\nthere")
    assert hint(begun) == "Enter sends a tea's.txt (Document, 3 bytes)"
    assert hint(f"/send {tmp_path}/none") == "There is no such file"
    assert hint("/send /dev/null") == "null cannot be sent"
    for pasted in (
        str(tea),
        f'"{tea}"',
        tea.as_uri(),
        str(tea).replace(" ", "\\ ").replace("'", "\\'"),
    ):
        assert dropped(pasted) == tea
    for pasted in ("tea's.txt", f"{tea}\n{tea}", str(tmp_path), "/", "x" * 10_000, "'"):
        assert dropped(pasted) is None


async def test_a_file_from_one_to_the_other(
    shared_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platformdirs, "user_downloads_path", lambda: tmp_path / "Downloads")
    tea = tmp_path / "tea.txt"
    tea.write_bytes(b"tea" * 1000)
    async with two(shared_server.url) as (ann, bob, chat):
        await ann.open(chat)
        await bob.open(chat)
        ann.home.talk.composer.post_message(events.Paste(str(tea)))
        await ann.sees("Enter sends tea.txt (Document, 3.0 KB)")
        await ann.type("hot")
        await ann.press("enter")
        await bob.sees("▤ tea.txt")
        (bubble,) = bob.bubbles()
        assert (bubble.text, bubble.file.details) == ("hot", "Document · 3.0 KB")
        await bob.mark(bubble.key)
        await bob.press("s")
        saved = tmp_path / "Downloads" / "tea.txt"
        await until(saved.exists, "the file")
        assert saved.read_bytes() == tea.read_bytes()
        await bob.sees("Saved as")
        bob.home.talk.composer.focus()
        await bob.type("/save")
        await bob.press("enter")
        await until((tmp_path / "Downloads" / "tea (1).txt").exists, "another")
        await ann.mark(ann.bubbles()[0].key)
        await ann.press("enter")
        await ann.pick("Delete for everyone")
        await ann.sees("Delete this message?")
        await ann.press("tab", "enter")
        await bob.sees("This message was deleted")
        await until(lambda: not bob.bubbles(), "no bubble")
