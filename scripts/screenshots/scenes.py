"""What is in the pictures: where one goes, and what one does there, by roles and names."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import FilePayload, Page, expect

from chinwag.cli.demo.landscapes import DUSK, MEADOW, MIST, NOON, Light, landscape

PASSWORD = "tea and biscuits"
LAKE, BEN, FAMILY, BOOKS = "Weekend at the lake", "Ben Lindqvist", "Okafor family", "Book club 📚"

_TURNS = 20
"""Of the wheel, until the end of any list is reached."""


def _stay(page: Page) -> None:
    """What is there is the picture."""


@dataclass(frozen=True)
class Scene:
    """One picture. ``act`` comes once the page stands."""

    name: str
    path: str = "/"
    act: Callable[[Page], None] = _stay
    dark: bool = True
    """Also in the dark theme."""

    def play(self, page: Page) -> None:
        """Bring the page to where the picture is taken."""
        page.wait_for_load_state("networkidle")
        later = page.get_by_role("button", name=re.compile("^(Not now|ليس الآن)$"))
        if later.count():
            later.click()
            expect(later).to_have_count(0)
        self.act(page)
        page.clock.run_for(3_000)  # what shows for a moment is gone


def _open(page: Page, chat: str) -> None:
    row = page.get_by_role("listitem").filter(has=page.get_by_text(chat, exact=True))
    expect(page.get_by_role("listitem").first).to_be_visible()
    page.get_by_role("listitem").first.hover()
    for _ in range(_TURNS):  # only the rows on screen exist
        if row.count():
            break
        page.mouse.wheel(0, 300)
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => done()))")
    row.get_by_role("link").click()
    page.wait_for_url(re.compile("/c/"))
    expect(page.get_by_role("article").first).to_be_visible()


def _in(chat: str) -> Callable[[Page], None]:
    return lambda page: _open(page, chat)


def _details(page: Page) -> None:
    page.get_by_role("main").get_by_role("heading", level=1).get_by_role("button").click()


def _group_info(page: Page) -> None:
    _open(page, LAKE)
    _details(page)
    expect(page.get_by_role("heading", name="Members")).to_be_visible()


def _contact_info(page: Page) -> None:
    _open(page, BEN)
    _details(page)
    expect(page.get_by_role("button", name=re.compile("^Block"))).to_be_visible()


def _invite_link(page: Page) -> None:
    _group_info(page)
    page.get_by_role("button", name=re.compile("^Invite link")).click()
    expect(page.get_by_role("img", name=re.compile("QR"))).to_be_visible()


def _message_info(page: Page) -> None:
    _open(page, FAMILY)
    own = page.get_by_role("article", name="Your message").last
    own.hover()
    own.get_by_role("button", name="More").click()
    page.get_by_role("menuitem", name="Message info").click()
    expect(page.get_by_role("heading", name=re.compile("^Read by"))).to_be_visible()


def _menu(page: Page) -> None:
    _open(page, LAKE)
    last = page.get_by_role("article").last
    last.hover()
    last.get_by_role("button", name="More").click()
    expect(page.get_by_role("menu")).to_be_visible()


def _emoji(page: Page) -> None:
    _open(page, BEN)
    page.get_by_role("button", name="Emoji").click()
    expect(page.get_by_role("gridcell").first).to_be_visible()


def _mention(page: Page) -> None:
    _open(page, LAKE)
    page.get_by_role("textbox", name="Message").press_sequentially("Who asks @")
    expect(page.get_by_role("option").first).to_be_visible()
    page.get_by_role("option").first.hover()


def _offline(page: Page) -> None:
    _open(page, BEN)
    page.context.set_offline(True)
    # The page asks the server once more before it believes the browser.
    expect(page.get_by_text("Waiting for network").first).to_be_visible(timeout=30_000)
    page.get_by_role("textbox", name="Message").fill("Up and packed. See you at the station 🚆")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("img", name="Waiting to be sent")).to_be_visible()
    expect(page.get_by_role("article").last).to_be_in_viewport(ratio=1)


def _search(page: Page) -> None:
    page.get_by_role("searchbox").fill("an")


def _new_group(page: Page) -> None:
    for name in ("Ben", "Chloé", "Dev"):
        page.get_by_role("checkbox", name=re.compile(name)).click()


def _files(page: Page, chat: str = LAKE) -> None:
    _open(page, chat)
    for picture in page.get_by_role("article").get_by_role("img").all():
        expect(picture).to_be_visible()
    page.wait_for_function("() => [...document.images].every((it) => it.complete)")


def _viewer(page: Page) -> None:
    _files(page)
    page.get_by_role("button", name=re.compile("^Open Photo 2 of")).click()
    expect(page.get_by_role("button", name="Show in chat")).to_be_visible()


def _forward(page: Page) -> None:
    _viewer(page)
    page.get_by_role("button", name="Forward").click()
    dialog = page.get_by_role("dialog", name="Forward to")
    for name in ("Ben", "Okafor family"):
        dialog.get_by_role("checkbox", name=re.compile(name)).click()


def _gallery(page: Page) -> None:
    _open(page, LAKE)
    _details(page)
    page.get_by_role("link", name=re.compile("^Media, links")).click()
    expect(page.get_by_role("tab", name="Media")).to_be_visible()


def _offer(page: Page, *drawn: tuple[str, int, Light], width: int = 1600) -> None:
    """Choose landscapes as those to be sent."""
    files = [
        FilePayload(name=name, mimeType="image/jpeg", buffer=landscape(*how, width, width * 3 // 4))
        for name, *how in drawn
    ]
    page.get_by_label("Photos and videos").set_input_files(files)
    expect(page.get_by_role("dialog", name="Send")).to_be_visible()
    page.wait_for_load_state("networkidle")


def _preview(page: Page) -> None:
    _open(page, BEN)
    _offer(page, ("dawn.jpg", 51, MEADOW), ("noon.jpg", 4, NOON), ("dusk.jpg", 61, DUSK))
    page.get_by_label("Caption for dawn.jpg").fill("Guess where the tent goes")


def _recorder(page: Page) -> None:
    _open(page, BEN)
    page.get_by_role("button", name="Record a voice message").click()
    expect(page.get_by_role("button", name="Throw away")).to_be_visible()
    page.wait_for_timeout(6_000)  # What is heard is drawn as it comes.


def _upload(page: Page) -> None:
    _open(page, "Dev Patel")
    slow = page.context.new_cdp_session(page)
    slow.send("Network.enable")
    slow.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 60_000},
    )
    _offer(page, ("morning.jpg", 12, MIST), width=2400)
    page.get_by_role("dialog", name="Send").get_by_role("button", name="Send").click()
    expect(page.get_by_role("button", name="Cancel sending")).to_be_visible()
    expect(page.get_by_text(re.compile(r"/s"))).to_be_visible(timeout=30_000)


ENTRANCE = (Scene("sign-in", "/sign-in"), Scene("sign-up", "/sign-up"))
WIDE = (
    Scene("list"),
    Scene("unread", act=_in(BOOKS)),
    Scene("group", act=_in(LAKE)),
    Scene("direct", act=_in("Dev Patel")),
    Scene("failed", act=_in("Mateo García")),
    Scene("menu", act=_menu),
    Scene("emoji", act=_emoji),
    Scene("search", act=_search, dark=False),
    Scene("group-info", act=_group_info),
    Scene("invite-link", act=_invite_link),
    Scene("message-info", act=_message_info),
    Scene("contact-info", act=_contact_info),
    Scene("new-chat", "/new", dark=False),
    Scene("new-group", "/new/group", act=_new_group),
    Scene("settings", "/settings/appearance"),
    Scene("privacy", "/settings/privacy", dark=False),
    Scene("mention", act=_mention),  # leaves a draft behind
    Scene("offline", act=_offline),
)
NARROW = (
    Scene("list"),
    Scene("unread", act=_in(BOOKS)),
    Scene("group", act=_in(LAKE)),
    Scene("group-info", act=_group_info),
    Scene("settings", "/settings"),
    Scene("offline", act=_offline),
)
SHARED = (
    Scene("files", act=_files),
    Scene("photo", act=lambda page: _files(page, BEN), dark=False),
    Scene("viewer", act=_viewer, dark=False),
    Scene("forward", act=_forward, dark=False),
    Scene("gallery", act=_gallery),
    Scene("storage", "/settings/storage", dark=False),
    Scene("preview", act=_preview, dark=False),
    Scene("recorder", act=_recorder),
    Scene("upload", act=_upload),  # leaves a message on its way
)
"""Once people have pictures and have sent files; wide and narrow alike."""
RIGHT_TO_LEFT = (
    Scene("list-arabic"),
    Scene("direct-arabic", act=_in("فرح حداد")),
)
