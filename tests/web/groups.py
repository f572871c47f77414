"""Groups: making, changing, joining and leaving them."""

import re

from playwright.async_api import expect

from web.chats import Chats


class Groups(Chats):
    """What somebody does with groups."""

    async def makes_group(self, title: str, *names: str) -> None:
        """Of people one knows."""
        await self.opens_list_menu()
        await self.chooses("New group")
        for name in names:
            await self.page.get_by_role("checkbox", name=re.compile(name)).click()
        await self.presses(re.compile("^Next"))
        await self.fills("Name of the group", title)
        await self.presses("Create group")
        await self.is_in(title)

    async def shows_group(self) -> None:
        """The group's info."""
        await self.header().click()

    async def _does_to(self, name: str, what: str) -> None:
        members = self.page.get_by_role("list", name="Group info", exact=True)
        await self.presses(re.compile(rf"^{name} @"), members)
        await self.chooses(what)

    async def makes_admin(self, name: str) -> None:
        """Promotes a member."""
        await self.shows_group()
        await self._does_to(name, "Make admin")

    async def removes(self, name: str) -> None:
        """Removes a member."""
        await self.shows_group()
        await self._does_to(name, "Remove from group")
        await self.confirms("Remove")

    async def lets_only_admins_write(self) -> None:
        """Turns the switch."""
        await self.shows_group()
        await self.presses(re.compile("^Group settings"))
        switch = self.page.get_by_role("switch", name="Members send messages")
        await switch.click()
        await expect(switch).not_to_be_checked()

    async def asks_to_join(self, title: str) -> None:
        """On the page of an invite link."""
        await expect(self.page.get_by_role("heading", name=title)).to_be_visible()
        await self.presses("Ask to join")
        await self.sees_line("You asked to join")

    async def lets_in(self, name: str) -> None:
        """Somebody who asked."""
        await self.shows_group()
        await self.presses(re.compile("^Requests to join"))
        await self.presses(f"Let {name} in")
        await self.sees_line(f"{name} is in")

    async def leaves(self) -> None:
        """The group that is open."""
        await self.shows_group()
        await self.presses("Leave group")
        await self.confirms("Leave")
