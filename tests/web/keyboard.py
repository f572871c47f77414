"""Somebody without a mouse. After each key there has to be a focus, in sight and to be seen."""

import re

from playwright.async_api import Locator, Page, expect

from web.screen import Screen
from web.stage import Device

# The first pointer that reaches the page is told at once: `Complaints` makes it a failure.
NO_POINTER = """
for (const kind of ['pointerdown', 'mousedown', 'touchstart', 'wheel'])
  addEventListener(kind, (event) => {
    if (event.isTrusted) console.error(`pointer: ${kind}`);
  }, { capture: true, passive: true });
"""
_MOST = 60


class Keyboard:
    """Ten fingers on a keyboard. What is there to see is asked of the screen."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.page: Page = screen.page

    @classmethod
    async def at(cls, device: Device, path: str = "/") -> "Keyboard":
        """Sits down at a tab; the device has `NO_POINTER` as its script."""
        return cls(await device.tab(path))

    async def presses(self, *keys: str) -> None:
        """Keys, one after the other."""
        for key in keys:
            await self.page.keyboard.press(key)
            await self.is_somewhere()

    async def writes(self, text: str) -> None:
        """Into the field that has the focus."""
        await self.page.keyboard.type(text)
        await self.is_somewhere()

    async def is_somewhere(self) -> None:
        """The focus is in sight, and there is something that shows it."""
        try:
            await self.page.wait_for_function(_FAULT + "() => fault() === ''", timeout=3000)
        except Exception as error:
            why = await self.page.evaluate(_FAULT + "() => fault()")
            raise AssertionError(f"the focus {why}") from error

    async def is_on(self, what: Locator) -> None:
        """It is here, and nowhere else."""
        await expect(what).to_be_focused()
        await self.is_somewhere()

    async def goes_to(self, what: Locator, key: str = "Tab") -> None:
        """By Tab, or by another key, until the focus is there."""
        await expect(what).to_be_attached()
        passed: list[str] = []
        for _ in range(_MOST):
            if await what.evaluate("(it) => it === document.activeElement"):
                await self.is_on(what)
                return
            await self.page.keyboard.press(key)
            passed.append(await self.page.evaluate(_NAME))
            # Past the last stop is the browser's own bar, and then the first one.
            if passed[-1] != "BODY":
                await self.is_somewhere()
            elif passed.count("BODY") > 1:
                break
        raise AssertionError(f"{key} does not lead to {what}, but past {passed}")

    async def uses(self, what: Locator, key: str = "Tab") -> None:
        """Goes to a button or a link, and presses it."""
        await self.goes_to(what, key)
        await self.presses("Enter")

    async def button(self, name: str | re.Pattern[str], within: Locator | None = None) -> None:
        """Uses one, by its name."""
        where = within or self.page
        button = where.get_by_role("button", name=name, exact=True)
        await self.uses(button.or_(where.get_by_role("link", name=name, exact=True)).first)

    async def fills(self, label: str, text: str) -> None:
        """A field of a form, in place of what is in it."""
        await self.goes_to(self.page.get_by_label(label, exact=True))
        await self.presses("ControlOrMeta+a")
        await self.writes(text)

    async def chooses(self, name: str | re.Pattern[str]) -> None:
        """An entry of the menu that is open."""
        entry = self.page.get_by_role("menuitem", name=name, exact=True)
        await self.uses(entry, "ArrowDown")
        await expect(self.page.get_by_role("menu")).to_have_count(0)
        await self.is_somewhere()

    async def confirms(self, verb: str) -> None:
        """Yes, in the dialog that asks."""
        dialog = self.page.get_by_role("alertdialog")
        await self.button(verb, dialog)
        await expect(dialog).to_have_count(0)
        await self.is_somewhere()

    async def closes(self, what: Locator, back: Locator) -> None:
        """By Escape; the focus is where it came from."""
        await self.page.keyboard.press("Escape")
        await expect(what).to_have_count(0)
        await self.is_on(back)


_NAME = """() => {
  const it = document.activeElement;
  const name = it.getAttribute('aria-label') ?? it.textContent.trim().slice(0, 30);
  return it === document.body ? 'BODY' : `${it.tagName} ${it.role ?? ''} ${name}`;
}"""
# Shown by a line around it or around what it stands in (a field with its buttons, a label with its
# box), or by the ground of an entry that is marked.
_FAULT = (
    "const naming = "
    + _NAME
    + """;
const lined = (it) => [null, '::before', '::after'].some((part) => {
  const style = getComputedStyle(it, part);
  return (part === null || style.content !== 'none') && style.outlineStyle !== 'none'
    && parseFloat(style.outlineWidth) >= 1
    && style.outlineColor !== 'rgba(0, 0, 0, 0)';
});
const marked = (it) =>
  it.hasAttribute('data-highlighted') && getComputedStyle(it).backgroundColor !==
    getComputedStyle(it.parentElement).backgroundColor;
const fault = () => {
  const it = document.activeElement;
  if (!it || it === document.body) return 'is nowhere';
  const label = it.closest('label');
  const around = [it, it.parentElement, it.parentElement?.parentElement,
    it.parentElement?.parentElement?.parentElement, label,
    ...(label ? label.querySelectorAll('*') : [])].filter(Boolean);
  if (!around.some(lined) && !marked(it)) return `is not to be seen: ${naming()}`;
  const box = (label && it.offsetWidth < 4 ? label : it).getBoundingClientRect();
  const inside = box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
  return inside && it.checkVisibility() ? '' : `is out of sight: ${naming()}`;
};
"""
)
