"""What others shared: seen, looked at, listened to, kept, sent on; and not seen any more."""

import asyncio
import re

import pytest
from playwright.async_api import Page, Route, expect

from chinwag.protocol.events import Message
from web.sharing import document, looks_at_first, photo, voice
from web.stage import Someone, Stage

# Whether all along both sides, but for the rounded corners, nothing is in front.
_EDGES = """(photos) => photos.map((photo) => {
  const { left, right, top, bottom } = photo.getBoundingClientRect();
  for (let y = top + 16; y < bottom - 8; y += 1)
    for (const x of [left + 1, right - 1])
      if (!photo.contains(document.elementFromPoint(x, y))) return false;
  return true;
})"""
_LOADED = "() => [...document.images].every((it) => it.complete)"
_CONTENT = bytes(range(256)) * 2_000


async def _shares(who: Someone, chat: str, *files: bytes, **how: str) -> list[str]:
    """Sends files by phone, one after the other; their ids."""
    ids = []
    async with who.on_phone() as phone:
        for content in files:
            sending = await phone.send_file(chat, content, **how)  # type: ignore[arg-type]
            seq = (await sending.accepted()).seq
            page = await phone.history(chat, around=seq, limit=1)
            body = next(it.body for it in page.events if it.seq == seq)
            assert isinstance(body, Message)
            assert body.file is not None
            ids.append(body.file.id)
    return ids


async def _shown(page: Page) -> str:
    """The file in front."""
    source = (
        await page.get_by_role("dialog").locator("img[srcset], img[src]").last.get_attribute("src")
    )
    return re.split("/", source or "")[3]


@pytest.mark.parametrize("locale", ["en-GB", "ar"])
async def test_nothing_of_the_bubble_lies_upon_a_photo(stage: Stage, locale: str) -> None:
    """Its tail, where no words keep them apart."""
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    for who in (ada, ben):
        await _shares(who, chat, photo(20), kind="photo", name="a.jpg")
    screen = await ada.comes(f"/c/{chat}", locale=locale)
    photos = screen.messages.locator("button[data-opens]")
    await expect(photos).to_have_count(2)
    await screen.rests()
    assert await photos.evaluate_all(_EDGES) == [True, True]


async def test_photos_are_an_album_and_are_looked_at_with_the_keyboard(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    photos = [photo(hue) for hue in (20, 120, 220)]
    ids = await _shares(ben, chat, *photos, kind="photo", name="a.jpg")
    screen = await ada.comes(f"/c/{chat}")
    await screen.sees_in_list("Ben", "Photo")
    album = screen.page.get_by_role("group", name="3 photos and videos")
    await expect(album.get_by_role("img")).to_have_count(0)  # their buttons tell of them
    tile = screen.page.get_by_role("button", name="Open Photo 1 of 3")
    await tile.click()
    viewer, page = screen.page.get_by_role("dialog"), screen.page
    await expect(viewer.get_by_role("img", name="Photo")).to_be_visible()
    assert await _shown(page) == ids[0]
    await expect(viewer.get_by_role("button", name="Previous")).to_have_count(0)
    await page.keyboard.press("ArrowRight")
    await expect(page).to_have_url(re.compile(r"\?file="))
    await expect(viewer.get_by_role("button", name="Previous")).to_be_visible()
    assert await _shown(page) == ids[1]
    table = viewer.locator("[data-scale]")
    await page.keyboard.press("+")
    await expect(table).to_have_attribute("data-scale", "1.50")
    await page.keyboard.press("ArrowRight")  # moves what is enlarged
    assert await _shown(page) == ids[1]
    await page.keyboard.press("-")
    await expect(table).to_have_attribute("data-scale", "1.00")
    await table.dblclick()
    await expect(table).to_have_attribute("data-scale", "2.50")
    await page.keyboard.press("Escape")
    await expect(viewer).to_have_count(0)
    await expect(tile).to_be_focused()
    await expect(page).not_to_have_url(re.compile("file="))


async def test_a_chat_that_ends_in_files_opens_at_its_end(stage: Stage) -> None:
    """Their rows take other heights than one expects, each in its own time."""
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.group("Tea", ben)
    await ben.says(chat, *(f"line {number} " * (number % 30) + "." for number in range(60)))
    await _shares(ada, chat, photo(20, 1200, 800), name="hut.jpg", caption="The hut")
    photos = [photo(hue, width=1200 + hue, height=800) for hue in range(20, 180, 25)]
    await _shares(ben, chat, *photos, name="a.jpg")
    await _shares(ada, chat, voice(12), kind="voice", name="voice.ogg")
    await _shares(ada, chat, document(), name="menu.pdf", caption="As promised")
    async with ada.on_phone() as phone:
        phone.read(chat)
        phone.flush_reads()
        await phone.people.me()
    screen = await ada.comes(viewport={"width": 1440, "height": 900})
    await screen.opens("Tea")
    await expect(screen.page.get_by_text("menu.pdf").last).to_be_in_viewport()
    await screen.rests_at_newest()
    await screen.goes_to(f"/c/{chat}")
    await expect(screen.page.get_by_text("menu.pdf").last).to_be_in_viewport()
    await screen.rests_at_newest()


async def test_a_swipe_leads_on_in_the_direction_of_the_script(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    ids = await _shares(ben, chat, photo(10), photo(200), kind="photo", name="a.jpg")
    phone = {"width": 390, "height": 844}
    screen = await ada.comes(f"/c/{chat}", viewport=phone, locale="ar")
    page = screen.page
    await page.locator("[data-opens]").first.click()
    await expect(page.get_by_role("dialog").get_by_role("img")).to_be_visible()
    assert await _shown(page) == ids[0]
    await page.mouse.move(100, 400)
    await page.mouse.down()
    await page.mouse.move(300, 410, steps=5)
    await page.mouse.up()
    await expect(page.get_by_role("button", name="السابق", exact=True)).to_have_count(1)
    assert await _shown(page) == ids[1]
    await page.go_back()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.locator("[data-opens]").first).to_be_visible()


async def test_a_document_comes_down_as_it_went_up(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    await _shares(ben, chat, _CONTENT, kind="document", name="figures ☕.bin")
    screen = await ada.comes(f"/c/{chat}")
    link = screen.page.get_by_role(
        "link", name=re.compile("^Download figures ☕.bin ?BIN · 512 kB")
    )
    async with screen.page.expect_download() as waiting:
        await link.click()
    download = await waiting.value
    assert download.suggested_filename == "figures ☕.bin"
    content = await asyncio.to_thread((await download.path()).read_bytes)
    assert content == _CONTENT


async def test_a_photo_is_sent_on_without_being_sent_again(stage: Stage) -> None:
    ada, ben, cleo = await stage.people("Ada", "Ben", "Cleo")
    chat = await ada.direct(ben)
    onward = await ada.direct(cleo)
    [file] = await _shares(ben, chat, photo(), kind="photo", name="a.jpg", caption="The *lake*")
    # Not even while what has to be loaded for it is on its way, is the page left without a front.
    screen = await ada.comes(f"/c/{chat}", service_workers="block")
    screen.device.complaints.expect("Service Worker registration blocked")
    asked, comes = asyncio.Event(), asyncio.Event()

    async def hold(route: Route) -> None:
        asked.set()
        await comes.wait()
        await route.continue_()

    await screen.page.route(re.compile("/forward-.*js"), hold)
    uploads: list[str] = []
    screen.page.on("request", lambda it: uploads.append(it.url) if "uploads" in it.url else None)
    await looks_at_first(screen)
    await screen.presses("Forward", screen.page.get_by_role("dialog"))
    await asked.wait()
    await expect(screen.page.get_by_role("dialog", name="Photos and videos")).to_be_visible()
    comes.set()
    dialog = screen.page.get_by_role("dialog", name="Forward to")
    await dialog.get_by_role("checkbox", name="Cleo").click()
    await screen.presses("Send", dialog)
    await screen.sees_line("Forwarded to Cleo")
    at_cleo = await cleo.comes(f"/c/{onward}")
    await at_cleo.sees("The lake")
    source = at_cleo.page.get_by_role("article").locator("img").first
    await expect(source).to_have_attribute("src", re.compile(file))
    assert not uploads


async def test_what_is_deleted_goes_from_in_front_of_who_looks_at_it(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    kept, deleted = await _shares(
        ben, chat, photo(20), photo(120), kind="photo", name="a.jpg", caption="by the sea"
    )
    screen, gallery = await ada.comes(f"/c/{chat}"), await ada.comes(f"/c/{chat}/gallery")
    viewer, shared = screen.page.get_by_role("dialog"), gallery.page.locator("[data-column] img")
    of = re.compile(deleted)
    await screen.page.get_by_role("button", name="Open Photo").last.click()
    await expect(viewer.get_by_role("img", name="Photo")).to_have_attribute("src", of)
    await expect(shared.and_(gallery.page.locator(f"[src*='{deleted}']")).last).to_be_visible()
    for each in (screen, gallery):  # what is on its way when it is deleted would not be found
        await each.page.wait_for_function(_LOADED)
    async with ben.on_phone() as phone:
        page = await phone.history(chat)
        await phone.delete(chat, page.events[-1].seq)
    await expect(viewer.get_by_text("This is no longer here")).to_be_visible()
    await expect(viewer.get_by_role("img", name="Photo")).to_have_count(0)
    await screen.presses("Previous", viewer)
    await expect(viewer.get_by_role("img", name="Photo")).to_have_attribute("src", re.compile(kept))
    await expect(gallery.page.locator(f"[src*='{kept}']").first).to_be_visible()
    await expect(gallery.page.locator(f"[src*='{deleted}']")).to_have_count(0)


async def test_who_was_removed_gets_nothing_more(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.group("Lake", ben)
    await _shares(ada, chat, photo(1), kind="photo", name="a.jpg")
    screen = await ben.comes(f"/c/{chat}")
    await expect(screen.page.get_by_role("button", name="Open Photo")).to_be_visible()
    async with ada.on_phone() as phone:
        await phone.groups.remove(chat, ben.id)
    [after] = await _shares(ada, chat, photo(2), kind="photo", name="b.jpg")
    url, request = stage.server.url, screen.page.request
    for part in ("", "/small", "/medium"):
        assert (await request.get(f"{url}/api/files/{after}{part}")).status == 404
    nothing = await request.get(f"{url}/api/files/01900000-0000-7000-8000-000000000000")
    refused = await request.get(f"{url}/api/files/{after}")
    assert await nothing.body() == await refused.body()


async def test_voice_messages_play_on_and_are_known_as_played(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    await _shares(ben, chat, voice(), voice(), kind="voice", name="v.ogg")
    screen = await ada.comes(f"/c/{chat}")
    await screen.sees_in_list("Ben", "Voice message 0:01")
    new = screen.page.get_by_role("img", name="Not played yet")
    await expect(new).to_have_count(2)
    await screen.page.get_by_role("button", name="Play").first.click()
    await screen.page.get_by_role("button", name="Speed 1×").click()
    await expect(new).to_have_count(0)  # the second one by itself
    await expect(screen.page.get_by_role("button", name="Play")).to_have_count(2)
    await screen.page.reload()
    await expect(screen.page.get_by_role("slider")).to_have_count(2)
    await expect(new).to_have_count(0)


async def test_what_is_not_wanted_is_not_loaded(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    [file] = await _shares(ben, chat, photo(), kind="photo", name="a.jpg")
    screen = await ada.comes("/settings/storage")
    photos = screen.page.get_by_role("radiogroup", name="Photos")
    await photos.get_by_role("radio", name="Never").click()
    asked: list[str] = []
    screen.page.on("request", lambda it: asked.append(it.url) if file in it.url else None)
    await screen.goes_to(f"/c/{chat}")
    load = screen.page.get_by_role("button", name=re.compile("^Load Photo, "))
    await expect(load).to_be_visible()
    assert not asked
    await load.click()
    await expect(screen.page.get_by_role("button", name="Open Photo")).to_be_visible()
    await expect(screen.page.get_by_role("article").locator("img")).to_be_visible()
    assert asked


async def test_a_message_is_deleted_for_everyone(stage: Stage) -> None:
    ada, ben = await stage.people("Ada", "Ben")
    chat = await ada.direct(ben)
    at_ben = await ben.comes(f"/c/{chat}")
    [file] = await _shares(ada, chat, photo(), kind="photo", name="a.jpg")
    await expect(at_ben.page.get_by_role("button", name="Open Photo")).to_be_visible()
    screen = await ada.comes(f"/c/{chat}")
    own = screen.page.get_by_role("article", name="Your message")
    await own.hover()
    await own.get_by_role("button", name="More", exact=True).click()
    await screen.chooses("Delete for everyone")
    await screen.confirms("Delete")
    await expect(own).to_contain_text("You deleted this message")
    await expect(at_ben.page.get_by_role("article")).to_contain_text("This message was deleted")
    await at_ben.sees_in_list("Ada", "This message was deleted")
    gone = await at_ben.page.request.get(f"{stage.server.url}/api/files/{file}")
    assert gone.status == 404
