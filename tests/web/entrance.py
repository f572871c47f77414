"""Signing up, in and out."""

from playwright.async_api import expect

from web.doing import Doing


class Entrance(Doing):
    """What somebody does at the door."""

    async def signs_up(self, handle: str, name: str, password: str) -> None:
        """Makes an account with what the page asks for."""
        await self.fills("Handle", handle)
        await self.fills("Your name", name)
        await self.fills("Password", password)
        await self.presses("Create account")

    async def signs_in(self, handle: str, password: str) -> None:
        """With handle and password."""
        await self.fills("Handle", handle)
        await self.fills("Password", password)
        await self.presses("Sign in")

    async def signs_in_again(self, password: str) -> None:
        """As the same person, whose handle is known here."""
        dialog = self.page.get_by_role("dialog", name="You are signed out here")
        await dialog.get_by_label("Password", exact=True).fill(password)
        await self.presses("Sign in", dialog)
        await expect(dialog).to_have_count(0)

    async def signs_out(self) -> None:
        """By the settings."""
        await self.presses("Sign out")
        await self.confirms("Sign out")
        await self.is_at_the_door()

    async def is_at_the_door(self) -> None:
        """There is nothing to see but the way in."""
        await expect(self.page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
        await expect(self.page.get_by_role("region", name="Chats")).to_have_count(0)
        await expect(self.page.get_by_role("article")).to_have_count(0)
