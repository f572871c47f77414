"""The conversation: messages, ticks, the composer."""

import re

from playwright.async_api import Locator, expect

from web.chats import Chats

_TICKS = {
    "clock": "Waiting to be sent",
    "sent": "Sent",
    "delivered": "Delivered",
    "read": "Read",
    "failed": "Not sent",
}
# The time stands at the end of a message's last line, and its text goes up to it.
_TIME = r"\s*[\d٠-٩]{1,2}:[\d٠-٩]{2}"
_TIME_AFTER_DIGIT = r"\s*\d{2}:\d{2}"


class Conversation(Chats):
    """What somebody does in a chat."""

    @property
    def composer(self) -> Locator:
        """Where one writes."""
        return self.page.get_by_role("textbox", name="Message", exact=True)

    @property
    def messages(self) -> Locator:
        """Those that are drawn."""
        return self.page.get_by_role("main").get_by_role("article")

    def message(self, text: str) -> Locator:
        """A message, by how it ends: what it quotes does not count."""
        time = _TIME_AFTER_DIGIT if text[-1].isdigit() else _TIME
        return self.messages.filter(has_text=re.compile(re.escape(text) + time))

    async def types(self, text: str) -> None:
        """Key by key, without sending."""
        await self.composer.press_sequentially(text)

    async def writes(self, *texts: str) -> None:
        """Sends messages."""
        for text in texts:
            await self.composer.fill(text)
            await self.composer.press("Enter")
            await expect(self.message(text)).to_be_visible()

    async def sees(self, *texts: str) -> None:
        """Messages, once each."""
        for text in texts:
            await expect(self.message(text)).to_have_count(1)

    async def sees_not(self, *texts: str) -> None:
        """No such messages."""
        for text in texts:
            await expect(self.message(text)).to_have_count(0)

    async def texts(self) -> list[str]:
        """What the messages on and near the screen say, from top to bottom."""
        found = await self.messages.all_inner_texts()
        return [re.sub(_TIME_AFTER_DIGIT + ".*", "", it, flags=re.DOTALL).strip() for it in found]

    async def sees_tick(self, text: str, tick: str, within: float | None = None) -> None:
        """What became of an own message: clock, sent, delivered, read or failed."""
        mark = self.message(text).get_by_role("img", name=_TICKS[tick], exact=True)
        await expect(mark).to_be_visible(timeout=within and within * 1000)

    async def sees_typing(self) -> None:
        """Somebody writes, says the line under the name."""
        await expect(self.header()).to_contain_text("typing…")

    async def sees_no_typing(self) -> None:
        """Nobody writes any more."""
        await expect(self.header()).not_to_contain_text("typing…")

    async def sees_recording(self) -> None:
        """Somebody speaks, says the line under the name."""
        await expect(self.header()).to_contain_text("recording…")

    async def sees_no_recording(self) -> None:
        """Nobody speaks any more."""
        await expect(self.header()).not_to_contain_text("recording…")

    async def sees_draft(self, text: str) -> None:
        """What stands in the composer."""
        await expect(self.composer).to_have_value(text)

    async def cannot_write(self) -> None:
        """There is no composer here, but a line that says why."""
        await expect(self.composer).to_have_count(0)

    # --- replies and mentions --------------------------------------------------------------------

    async def opens_menu_of(self, message: Locator, held: float = 0) -> None:
        """What can be done with a message; the button is held down for so many seconds."""
        await message.click(button="right", delay=held * 1000)
        await expect(self.page.get_by_role("menu")).to_be_visible()

    async def replies(self, to: str, text: str) -> None:
        """Answers a message."""
        await self.opens_menu_of(self.message(to))
        await self.chooses("Reply")
        await self.writes(text)

    async def follows_quote(self, text: str) -> None:
        """From an answer to what it answers."""
        await self.message(text).get_by_role("button", name=re.compile("^In reply to")).click()

    async def mentions(self, name: str, rest: str) -> None:
        """Writes to somebody in a group, picked from those whom the @ offers."""
        await self.types("@" + name[:2].lower())
        people = self.page.get_by_role("listbox", name="People to mention")
        await people.get_by_role("option", name=re.compile(name)).click()
        await self.types(rest)
        await self.composer.press("Enter")
        await expect(self.message(f"@{name} {rest}")).to_be_visible()

    # --- around it -------------------------------------------------------------------------------

    async def opens_menu_of_last(self) -> None:
        """Of the newest message."""
        await self.opens_menu_of(self.messages.last)

    async def opens_info_of_own(self) -> None:
        """Who has received and read the newest own message."""
        own = self.page.get_by_role("article", name="Your message").last
        await self.opens_menu_of(own)
        await self.chooses("Message info")

    async def opens_emoji(self) -> None:
        """The picker, with something in it."""
        await self.presses("Emoji")
        await expect(self.page.get_by_role("gridcell").first).to_be_visible()

    async def opens_details(self, chat: str) -> None:
        """Contact or group info."""
        await self.header(chat).click()

    async def blocks(self, name: str) -> None:
        """By the contact info, and back."""
        await self.opens_details(name)
        await self.presses(f"Block {name}")
        await self.confirms("Block")
        await self.sees_line(f"You blocked {name}.")
