"""Files through the SDK: sent in their place, fetched whole, over every cut."""

import asyncio
import base64
import io
import random
from pathlib import Path

import av
import pytest
from PIL import Image

from chinwag.protocol.events import Event, Message
from chinwag.sdk import Client, File
from flows.cast import PATIENCE, Person, eventually, log, refused, texts
from flows.conftest import People, Serve
from flows.scissors import scissors

LONG = 30.0
ENOUGH = 3 * 1024 * 1024


def some_bytes(size: int) -> bytes:
    return random.Random(size).randbytes(size)


def files(client: Client, chat: str) -> list[Event]:
    return [it for it in log(client, chat) if isinstance(it.body, Message) and it.body.file]


def names(folder: Path) -> list[str]:
    return sorted(it.name for it in folder.iterdir())


async def file_in(person: Person, chat: str, number: int = 1) -> File:
    """The last of so many files that somebody sees in the chat."""
    await eventually(lambda: len(files(person.phone, chat)) == number, LONG)
    body = files(person.phone, chat)[-1].body
    assert isinstance(body, Message)
    assert body.file is not None
    return body.file


async def test_a_file_arrives_byte_for_byte_in_its_place(people: People, tmp_path: Path) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    data = some_bytes(ENOUGH)
    path = tmp_path / "tea \u202egpj.bin"
    path.write_bytes(data)
    told: list[tuple[int, int]] = []
    await anna.phone.send(chat, "before")
    sending = await anna.phone.send_file(
        chat, path, caption="below", progress=lambda *how: told.append(how)
    )
    await anna.phone.send(chat, "after")
    assert anna.phone.files.transfers[sending.client_id].size == len(data)
    await asyncio.wait_for(sending.accepted(), LONG)
    assert told[-1] == (len(data), len(data))
    assert not anna.phone.files.transfers
    file = await file_in(ben, chat)
    await eventually(lambda: texts(ben.phone, chat) == ["before", "below", "after"])
    assert (file.kind, file.size) == ("document", len(data))
    assert file == await file_in(anna, chat)  # as the sender's own log has it
    two = await asyncio.gather(*(ben.phone.files.download(file, tmp_path) for _ in range(2)))
    assert sorted(it.name for it in two) == ["tea gpj (1).bin", "tea gpj.bin"]
    assert [it.read_bytes() for it in two] == [data, data]
    assert len(names(tmp_path)) == 3
    pipe = io.BytesIO()
    assert await ben.phone.files.download(file, pipe) is None
    assert pipe.getvalue() == data
    assert (await anna.phone.files.storage()).kinds.document == len(data)
    (event,) = (await ben.phone.files.gallery(chat, "documents")).events
    assert event.body.file == file


async def test_forwarding_uploads_nothing(people: People, tmp_path: Path) -> None:
    anna, ben, cleo = await people(3)
    chat, further = await anna.direct(ben), await ben.direct(cleo)

    async def pieces():
        for _ in range(3):
            yield b"tea" * 1000

    await (await anna.phone.send_file(chat, pieces(), name="tea.txt")).accepted()
    spool = anna.phone._engine.transport.folder
    assert not list(spool.iterdir())
    file = await file_in(ben, chat)
    await (await ben.phone.send(further, forward=file, text="look")).accepted()
    got = await cleo.phone.files.download(await file_in(cleo, further), tmp_path / "mine")
    assert got.read_bytes() == b"tea" * 3000
    assert (await ben.phone.files.storage()).count == 0


@pytest.mark.parametrize("up", [True, False], ids=["sending", "fetching"])
async def test_cuts_at_any_byte(people: People, tmp_path: Path, up: bool) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    data = some_bytes(ENOUGH)
    luck = random.Random(up)
    # In the heads of requests, in the first bytes of the body, at its very end, and anywhere.
    cuts = [luck.randrange(1, ENOUGH) for _ in range(6)] + [300, 1500, 2600, ENOUGH - 1]
    sender = anna.phone if not up else None
    async with scissors(anna.url, cuts, up=up) as way:
        if sender is None:
            await anna.away()
            sender = await anna.again(url=way.url)
        await asyncio.wait_for((await sender.send_file(chat, data, name="x")).accepted(), LONG)
        if not up:
            await ben.away()
            await ben.again(url=way.url)
        file = await file_in(ben, chat)
        got = await asyncio.wait_for(ben.phone.files.download(file, tmp_path / "got"), LONG)
        assert way.left < len(cuts) - 4
    assert got.read_bytes() == data
    assert len(files(ben.phone, chat)) == 1
    assert names(tmp_path) == ["got"]


async def test_what_is_begun_goes_on(people: People, tmp_path: Path) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    data = some_bytes(ENOUGH)
    await (await anna.phone.send_file(chat, data, name="tea")).accepted()
    file = await file_in(ben, chat)
    part = tmp_path / f".{file.id}.part"
    part.write_bytes(data[:1000])
    told: list[int] = []
    got = await ben.phone.files.download(file, tmp_path, progress=lambda at, of: told.append(at))
    assert got.read_bytes() == data
    assert told[0] > 1000
    part.write_bytes(b"something else")  # then all of it comes to naught, and nothing is kept
    with pytest.raises(Exception, match="not what the server has"):
        await ben.phone.files.download(file, tmp_path)
    assert names(tmp_path) == ["tea"]


async def test_what_is_no_picture_goes_as_a_document(people: People, tmp_path: Path) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    fake = tmp_path / "fake.jpg"
    fake.write_bytes(b"\xff\xd8 no picture at all")
    guessed = await anna.phone.send_file(chat, fake)
    await asyncio.wait_for(guessed.accepted(), LONG)
    assert (await file_in(ben, chat)).kind == "document"
    wanted = await anna.phone.send_file(chat, fake, kind="photo", caption="really")
    assert await refused(wanted.accepted()) == "not_a_picture"
    assert anna.phone.outbox.retry(wanted.client_id, document=True)
    assert (await file_in(ben, chat, 2)).kind == "document"
    await asyncio.wait_for((await anna.phone.send_file(chat, b"", name="nothing")).accepted(), LONG)
    got = await ben.phone.files.download(await file_in(ben, chat, 3), tmp_path)
    assert got.read_bytes() == b""
    with pytest.raises(FileNotFoundError):
        await anna.phone.send_file(chat, tmp_path / "never was")


async def test_a_file_that_was_changed_is_not_sent(people: People, tmp_path: Path) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    await anna.away()
    path = tmp_path / "tea"
    path.write_bytes(b"tea")
    store = tmp_path / "anna.db"
    async with Client(anna.url, token=anna.token, store=store) as client:
        await client.wait_online()
    client = Client(anna.url, token=anna.token, store=store)
    await client.send_file(chat, path)
    await client.send(chat, "behind")
    await client.close()
    path.write_bytes(b"coffee")
    async with Client(anna.url, token=anna.token, store=store) as client:
        await eventually(
            lambda: [it.failed and it.failed.code for it in client.outbox] == ["file_gone"]
        )
    assert (await eventually(lambda: texts(ben.phone, chat))) == ["behind"]


async def test_quota(serve: Serve, people: People) -> None:
    server = serve(file_quota=1_000_000)
    anna, ben = await people(2, at=server)
    chat = await anna.direct(ben)
    sending = await anna.phone.send_file(chat, b"x" * 1_000_001, name="much")
    assert await refused(asyncio.wait_for(sending.accepted(), PATIENCE)) == "file_quota"
    await (await anna.phone.send_file(chat, b"x" * 1000, name="little")).accepted()


async def test_who_was_removed_gets_no_further_byte(people: People, tmp_path: Path) -> None:
    anna, ben = await people(2)
    chat = await anna.group("Tea", ben)
    await (await anna.phone.send_file(chat, some_bytes(1000), name="tea")).accepted()
    file = await file_in(ben, chat)
    await anna.phone.groups.remove(chat, ben.phone.user)
    await (await anna.phone.send_file(chat, some_bytes(2000), name="more tea")).accepted()
    unseen = await file_in(anna, chat, 2)
    for one in (file, unseen):
        assert await refused(ben.phone.files.download(one, tmp_path)) == "no_such_file"
    assert not names(tmp_path)


def a_picture(**how: str) -> bytes:
    data = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize((400, 300)).save(data, **how)
    return data.getvalue()


def a_recording(path: Path, *, film: bool) -> Path:
    """Three seconds that move, or half a second that sounds."""
    with av.open(str(path), "w") as out:
        if film:
            stream = out.add_stream("libx264", rate=10)
            stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
            shade = Image.linear_gradient("L").convert("RGB").resize((320, 180))
            frames = [av.VideoFrame.from_image(shade.rotate(6 * it)) for it in range(30)]
        else:
            stream = out.add_stream("libopus", rate=48_000)
            frames = []
            for at in range(25):
                frame = av.AudioFrame(format="s16", layout="mono", samples=960)
                frame.planes[0].update(some_bytes(1920))
                frame.sample_rate, frame.pts = 48_000, 960 * at
                frames.append(frame)
        for frame in [*frames, None]:
            out.mux(stream.encode(frame))
    return path


async def test_every_kind(people: People, tmp_path: Path) -> None:
    anna, ben = await people(2)
    chat = await anna.direct(ben)
    film, voice = (
        a_recording(tmp_path / it, film=it == "film.mp4") for it in ("film.mp4", "v.ogg")
    )
    for source, how in (
        (a_picture(format="JPEG"), {"name": "tea.jpg"}),
        (a_picture(format="PNG"), {"name": "tea.png"}),
        (film, {}),
        (voice, {"kind": "voice"}),
        (a_picture(format="PNG"), {"name": "as it is.png", "kind": "document"}),
    ):
        await asyncio.wait_for((await anna.phone.send_file(chat, source, **how)).accepted(), LONG)
    await file_in(ben, chat, 5)
    got = [it.body.file for it in files(ben.phone, chat)]
    assert [it.kind for it in got] == ["photo", "photo", "video", "voice", "document"]
    assert [(it.width, it.height) for it in got[:3]] == [(400, 300), (400, 300), (320, 180)]
    assert [round(it.duration / 500) for it in got] == [0, 0, 6, 1, 0]
    assert all(it.placeholder for it in got[:3])
    assert len(base64.b64decode(got[3].waveform)) == 64
    for file in got:
        path = await ben.phone.files.download(file, tmp_path)
        assert path.stat().st_size == file.size
    assert path.read_bytes() == a_picture(format="PNG")
    for size, most in (("small", 320), ("medium", 1280)):
        seen = Image.open(io.BytesIO(await ben.phone.files.preview(got[0], size)))
        assert (seen.format, max(seen.size)) == ("WEBP", min(400, most))
    media = await ben.phone.files.gallery(chat)
    assert [it.body.file.kind for it in media.events] == ["video", "photo", "photo"]


async def test_pictures_of_people_and_groups(people: People, tmp_path: Path) -> None:
    anna, ben = await people(2)
    chat = await anna.group("Tea", ben)
    me = tmp_path / "me.png"
    me.write_bytes(a_picture(format="PNG"))
    account = await anna.phone.people.set_profile(avatar=me)
    assert account.user.avatar
    await eventually(lambda: ben.phone.state.users[anna.id].avatar == account.user.avatar)
    await anna.phone.groups.change(chat, avatar=me.read_bytes())
    avatar = await eventually(lambda: ben.chat(chat).group.avatar)
    for one in (account.user.avatar, avatar):
        seen = Image.open(io.BytesIO(await ben.phone.files.avatar(one)))
        assert seen.format == "WEBP"
    assert (await anna.phone.people.set_profile(avatar="")).user.avatar == ""
    await anna.phone.groups.change(chat, avatar="")
    await eventually(lambda: ben.chat(chat).group.avatar == "")
