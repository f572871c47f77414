"""Files from one browser to another: chosen, looked at, uploaded, and there unchanged."""

import asyncio
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Route, expect

from chinwag.protocol.events import Settings
from web.sending import Finger, Traffic, digest, write_noise
from web.stage import PHONE, Stage

MIB = 2**20
_SIZE = 48 * MIB
"""Of the file that goes through everything that can happen to one."""
_PIECE = 8 * MIB
_GPS = 0x8825


def _photo(path: Path, colour: str) -> Path:
    """As of a phone: it knows where it was taken."""
    exif = Image.Exif()
    exif.get_ifd(_GPS).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 36.0)})
    Image.new("RGB", (640, 480), colour).save(path, exif=exif)
    with Image.open(path) as image:
        assert image.getexif().get_ifd(_GPS)
    return path


async def test_photos_are_captioned_and_arrive_without_the_place(
    stage: Stage, tmp_path: Path
) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    at_ada, at_ben = await ada.comes(f"/c/{chat}"), await ben.comes(f"/c/{chat}")
    photos = [_photo(tmp_path / f"{colour}.jpg", colour) for colour in ("red", "green", "blue")]
    await at_ada.chooses_files(*photos)
    await at_ada.presses("Remove green.jpg", at_ada.offered)
    await at_ada.captions("blue.jpg", "by the sea")
    await at_ada.page.keyboard.press("Enter")
    await at_ben.sees("by the sea")
    await at_ben.presses("Open Photo 1 of 2")
    viewer = at_ben.page.get_by_role("dialog", name="Photos and videos")
    async with at_ben.page.expect_download() as download:
        await at_ben.presses("Download", viewer)
    path = await (await download.value).path()
    with Image.open(path) as image:
        assert image.size == (640, 480)
        assert not dict(image.getexif())


async def test_what_is_pasted_or_dropped_can_go_as_it_is(stage: Stage, tmp_path: Path) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    at_ada, at_ben = await ada.comes(f"/c/{chat}"), await ben.comes(f"/c/{chat}")
    photo = _photo(tmp_path / "screen shot.jpg", "teal")
    await at_ada.brings("paste", photo)
    await at_ada.page.get_by_role("switch", name="Send as documents").check()
    await at_ada.sends_files()
    notes = write_noise(tmp_path / "notes.bin", 3 * MIB)
    await at_ada.brings("drop", notes)
    await at_ada.sends_files()
    assert await at_ben.downloads("screen shot.jpg") == digest(photo)
    assert await at_ben.downloads("notes.bin") == digest(notes)


async def test_what_is_written_already_becomes_the_caption(stage: Stage, tmp_path: Path) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    at_ada, at_ben = await ada.comes(f"/c/{chat}"), await ben.comes(f"/c/{chat}")
    photo = _photo(tmp_path / "sea.jpg", "navy")
    caption = at_ada.page.get_by_label("Caption for sea.jpg")
    await at_ada.types("by the sea")
    await at_ada.brings("paste", photo)
    await expect(caption).to_have_value("by the sea")
    await at_ada.presses("Cancel", at_ada.offered)
    await at_ada.sees_draft("by the sea")
    await at_ada.brings("drop", photo)
    await expect(caption).to_have_value("by the sea")
    await at_ada.sends_files()
    await at_ada.sees_draft("")
    await at_ben.sees("by the sea")


async def test_what_cannot_go_is_told_of_before_it_does(stage: Stage, tmp_path: Path) -> None:
    ada = await stage.person("Ada")
    at_ada = await ada.comes(f"/c/{await ada.direct(ada)}")
    huge, empty = tmp_path / "huge.bin", tmp_path / "empty.txt"
    empty.touch()
    with huge.open("wb") as file:
        file.truncate(2**31 + 1)  # takes no room: there is nothing in it
    await at_ada.chooses_files(huge, empty, how="Document")
    await expect(at_ada.offered.get_by_text("“huge.bin” is larger than 2.1 GB")).to_be_visible()
    await expect(at_ada.offered.get_by_text("is empty. Remove it, and choose")).to_be_visible()
    await expect(at_ada.offered.get_by_role("button", name="Send", exact=True)).to_be_disabled()


@pytest.mark.parametrize(
    ("how", "why"),
    [("removed", "no longer a member"), ("restricted", "An admin of the group can")],
)
async def test_who_may_not_write_in_a_group_any_more_sends_nothing_there(
    stage: Stage, tmp_path: Path, how: str, why: str
) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    group = await ben.group("Lake", ada)
    at_ada = await ada.comes(f"/c/{group}")
    traffic = Traffic()
    await traffic.watch(at_ada.page, MIB)
    await at_ada.chooses_files(write_noise(tmp_path / "film.bin", 32 * MIB), how="Document")
    await at_ada.sends_files()
    await at_ada.sees_on_its_way()
    await at_ada.chooses_files(write_noise(tmp_path / "more.bin", MIB), how="Document")
    send = at_ada.offered.get_by_role("button", name="Send", exact=True)
    await expect(send).to_be_enabled()
    async with ben.on_phone() as phone:
        if how == "removed":
            await phone.groups.remove(group, ada.id)
        else:
            await phone.groups.change(group, settings=Settings(send="admins"))
    await expect(at_ada.offered.get_by_text("You can’t write in this chat")).to_be_visible()
    await expect(send).to_be_disabled()
    await at_ada.page.keyboard.press("Escape")
    await expect(at_ada.offered).to_have_count(0)
    film = at_ada.messages.filter(has_text="film.bin")
    await expect(film.get_by_role("img", name="Not sent")).to_be_visible()
    await expect(film.get_by_role("button", name="Cancel sending")).to_have_count(0)
    await expect(at_ada.page.get_by_role("group", name="Not sent")).to_contain_text(why)
    await at_ada.cannot_write()


async def test_an_upload_is_taken_back_and_holds_nothing_up(stage: Stage, tmp_path: Path) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    at_ada, at_ben = await ada.comes(f"/c/{chat}"), await ben.comes(f"/c/{chat}")
    traffic = Traffic()
    await traffic.watch(at_ada.page, MIB)
    await at_ada.chooses_files(write_noise(tmp_path / "film.bin", 32 * MIB), how="Document")
    await at_ada.sends_files()
    await at_ada.sees_on_its_way()
    await at_ada.writes("never mind")
    await at_ada.presses("Cancel sending")
    await at_ben.sees("never mind")
    assert await at_ada.texts() == await at_ben.texts() == ["never mind"]


async def test_a_file_gets_there_whatever_happens_on_the_way(own: Stage, tmp_path: Path) -> None:
    ada, ben = await own.people("Ada", "Ben")
    chat = await ada.direct(ben)
    leads, at_ben = await ada.comes(f"/c/{chat}"), await ben.comes(f"/c/{chat}")
    for screen in (leads, at_ben):
        screen.device.complaints.expect_outage()
    await leads.sees_no_trouble()
    at_ada = await leads.device.tab(f"/c/{chat}")
    traffic = Traffic()
    for screen in (leads, at_ada):
        await traffic.watch(screen.page, _SIZE / 4)
    film = write_noise(tmp_path / "film.bin", _SIZE)
    pieces = -(-_SIZE // _PIECE)
    await at_ada.chooses_files(film, how="Document")
    await at_ada.captions("film.bin", "at last")
    await at_ada.sends_files()

    async def bad_luck() -> None:
        await asyncio.to_thread(own.server.kill)
        await at_ada.sees_tick("at last", "clock")
        await asyncio.to_thread(own.server.start)

    await traffic.reach(pieces // 6)
    await bad_luck()
    await traffic.reach(2 * pieces // 6)
    await leads.page.close()
    await traffic.reach(3 * pieces // 6)
    await at_ada.reloads()
    await traffic.reach(4 * pieces // 6)
    await bad_luck()
    assert await at_ben.downloads("film.bin", within=60) == digest(film)
    await at_ada.sees_tick("at last", "read")
    # It went on where it was, each time.
    assert len(traffic.offsets) <= pieces + 4
    await at_ben.sees("at last")


async def test_a_picture_of_oneself_is_cropped_shown_and_taken_away(
    stage: Stage, tmp_path: Path
) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    await ada.says(await ada.direct(ben), "hello")
    at_ada, at_ben = await ada.comes("/settings/profile"), await ben.comes("/")
    await at_ada.presses("Change the picture")
    async with at_ada.page.expect_file_chooser() as chooser:
        await at_ada.chooses("Choose a picture")
    await (await chooser.value).set_files(_photo(tmp_path / "me.jpg", "orange"))
    crop = at_ada.page.get_by_role("dialog", name="What is shown")
    await crop.get_by_role("slider", name="Zoom").fill("2")
    await crop.get_by_role("button", name="Move the picture").press("ArrowRight")
    await at_ada.presses("Save", crop)
    await expect(crop).to_have_count(0)
    face = at_ben.page.get_by_role("listitem").filter(has_text="Ada").locator("img")
    await expect(face).to_have_js_property("complete", value=True)
    assert await face.evaluate("(it) => it.naturalWidth") > 0
    await at_ada.presses("Change the picture")
    await at_ada.chooses("Remove the picture")
    await expect(face).to_have_count(0)


async def test_a_voice_message_is_recorded_heard_and_sent(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    at_ada, at_ben = await ada.comes(f"/c/{chat}"), await ben.comes(f"/c/{chat}")
    recorder = at_ada.page.get_by_role("group", name="Voice message")
    await at_ada.page.get_by_role("button", name="Record a voice message").press("Enter")
    await at_ben.sees_recording()
    await expect(recorder.get_by_role("timer")).to_have_text("0:07")
    await at_ben.sees_recording()
    await at_ada.presses("Stop and listen", recorder)
    await at_ben.sees_no_recording()
    await at_ada.presses("Play", recorder)
    await at_ada.presses("Send", recorder)
    await expect(recorder).to_have_count(0)
    played = at_ben.page.get_by_role("main").get_by_role(
        "slider", name="Place in the voice message"
    )
    await expect(played).to_be_visible()


async def test_a_tap_is_a_tap_while_the_recorder_is_still_loaded(stage: Stage) -> None:
    """What is pressed next is not the end of a hold: it would send what is thrown away."""
    ada = await stage.person("Ada")
    at_ada = await ada.comes(f"/c/{await ada.direct(ada)}")
    tapped = asyncio.Event()

    async def slow(route: Route) -> None:
        await tapped.wait()
        await route.continue_()

    await at_ada.page.route("**/Recorder-*.js", slow)
    recorder = at_ada.page.get_by_role("group", name="Voice message")
    await at_ada.presses("Record a voice message")
    tapped.set()
    await expect(recorder.get_by_role("timer")).to_have_text("0:01")
    await at_ada.presses("Throw away", recorder)
    await expect(recorder).to_have_count(0)
    await at_ada.writes("in writing")
    await at_ada.sees("in writing")
    await expect(at_ada.page.get_by_role("main").get_by_role("slider")).to_have_count(0)


async def test_a_finger_holds_slides_and_taps_the_recorder(stage: Stage) -> None:
    """What is slid away, or taken over by the system, is not sent; nor is what a tap began."""
    ada = await stage.person("Ada")
    at_ada = await ada.comes(
        f"/c/{await ada.direct(ada)}", viewport=PHONE, has_touch=True, is_mobile=True
    )
    recorder = at_ada.page.get_by_role("group", name="Voice message")
    one_second = expect(recorder.get_by_role("timer"))
    sent = at_ada.page.get_by_role("main").get_by_role("slider", name="Place in the voice message")
    finger = await Finger.of(at_ada.page)

    await finger.goes_down_on("Record a voice message")
    await one_second.to_have_text("0:01")
    await finger.slides(-140)
    await expect(recorder).to_have_count(0)
    await finger.lifts()
    await expect(sent).to_have_count(0)

    await finger.goes_down_on("Record a voice message")
    await one_second.to_have_text("0:01")
    await finger.is_taken_away()
    await at_ada.presses("Throw away", recorder)

    await at_ada.page.get_by_role("button", name="Record a voice message").tap()
    await one_second.to_have_text("0:01")
    await at_ada.presses("Throw away", recorder)
    await expect(sent).to_have_count(0)

    await finger.goes_down_on("Record a voice message")
    await one_second.to_have_text("0:01")
    await finger.lifts()
    await expect(sent).to_have_count(1)
    await expect(recorder).to_have_count(0)


async def test_a_recording_waits_for_who_looks_elsewhere(stage: Stage) -> None:
    ada, ben, carol = await stage.people("Ada", "Ben", "Carol")
    with_ben, with_carol = await ada.direct(ben), await ada.direct(carol)
    await ben.says(with_ben, "call me")
    await carol.says(with_carol, "hello")
    at_ada = await ada.comes(f"/c/{with_ben}")
    recorder = at_ada.page.get_by_role("group", name="Voice message")
    field = at_ada.page.get_by_role("textbox", name="Message")
    await at_ada.page.get_by_role("button", name="Record a voice message").press("Enter")
    await expect(recorder.get_by_role("timer")).to_have_text("0:01")
    await at_ada.opens("Carol")
    await expect(field).to_be_visible()
    await at_ada.opens("Ben")
    await expect(recorder.get_by_role("slider")).to_be_visible()
    await at_ada.opens("Carol")
    await expect(field).to_be_visible()
    await at_ada.opens("Ben")
    await at_ada.presses("Send", recorder)
    sent = at_ada.page.get_by_role("main").get_by_role("slider", name="Place in the voice message")
    await expect(sent).to_be_visible()
    await expect(recorder).to_have_count(0)
    await at_ada.opens("Carol")
    await at_ada.opens("Ben")
    await expect(field).to_be_visible()


async def test_a_recording_of_nothing_is_told_in_words(stage: Stage) -> None:
    """As when it is ended before the microphone has given anything."""
    ada = await stage.person("Ada")
    # An empty page has no such thing.
    device = await stage.device(
        init="""(navigator.mediaDevices ?? {}).getUserMedia = async () => {
            const still = new AudioContext();
            void still.suspend();
            return still.createMediaStreamDestination().stream;
        }"""
    )
    await device.enter(ada.handle, ada.password)
    at_ada = await device.tab(f"/c/{await ada.direct(ada)}")
    for ending in ("Stop and listen", "Send"):
        await at_ada.presses("Record a voice message")
        await at_ada.presses(ending)
        told = at_ada.page.get_by_role("alert").filter(has_text="Nothing was recorded")
        await expect(told).to_be_visible()
        await at_ada.presses("Understood")
    await at_ada.writes("then in writing")
    await at_ada.sees("then in writing")


@pytest.mark.parametrize(
    ("fault", "words"),
    [("NotAllowedError", "may not use the microphone"), ("NotFoundError", "No microphone")],
)
async def test_no_microphone_is_told_in_words(stage: Stage, fault: str, words: str) -> None:
    ada = await stage.person("Ada")
    refuses = f"async () => {{ throw new DOMException('', '{fault}'); }}"
    # An empty page has no such thing.
    way = "(navigator.mediaDevices ?? {}).getUserMedia"
    device = await stage.device(init=f"{way} = {refuses}")
    await device.enter(ada.handle, ada.password)
    at_ada = await device.tab(f"/c/{await ada.direct(ada)}")
    await at_ada.presses("Record a voice message")
    await expect(at_ada.page.get_by_role("alert").filter(has_text=words)).to_be_visible()
    await at_ada.presses("Understood")
    await at_ada.writes("then in writing")
    await at_ada.sees("then in writing")
