"""Scrolling, and what is on screen."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from playwright.async_api import FloatRect, expect

from flows.cast import eventually
from web.conversation import Conversation

_STEP = 400
_MOST_STEPS = 400
_NEAR = 32
# What scrolls goes up and down by a pixel, frame by frame.
_TREMBLE = """(region) => {
  const scroller = region.parentElement;
  let trembles = true;
  let by = -1;
  const step = () => {
    scroller.scrollTop += by;
    by = -by;
    if (trembles) requestAnimationFrame(step);
  };
  window.still = () => { trembles = false; };
  return new Promise((done) => {
    scroller.addEventListener('scroll', () => requestAnimationFrame(() => done()), { once: true });
    step();
  });
}"""

_BELOW = """(messages) => {
  const { scrollHeight, scrollTop, clientHeight } = messages.parentElement;
  return scrollHeight - scrollTop - clientHeight;
}"""
_ABOVE = "(messages) => messages.parentElement.scrollTop"
# Ten frames in a row in which nothing on the page has changed.
_REST = """new Promise((done) => {
  let still = 0;
  const changes = new MutationObserver(() => { still = 0; });
  changes.observe(document.body, { subtree: true, childList: true, attributes: true });
  const look = () => ++still > 10 ? done(changes.disconnect()) : requestAnimationFrame(look);
  look();
})"""
_FRAMES = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
_JUMPS = Path(__file__).with_name("jumps.js").read_text("utf-8")


class Reading(Conversation):
    """What somebody does with eyes and wheel."""

    async def has_on_screen(self, text: str) -> None:
        """A message, in sight."""
        await expect(self.message(text).first).to_be_in_viewport()

    async def scrolls(self, by: int) -> None:
        """Turns the wheel over the messages; negative is up."""
        await self._point()
        await self.page.mouse.wheel(0, by)
        await self.page.evaluate(_FRAMES)

    async def _point(self) -> None:
        """The pointer into the middle of the conversation. Not `hover`, which scrolls itself."""
        box = await self.page.get_by_role("main").bounding_box()
        assert box is not None
        await self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    async def scrolls_to(self, text: str, by: int = -_STEP) -> None:
        """Until a message is in sight."""
        for _ in range(_MOST_STEPS):
            if await self._in_sight(text):
                return
            await self.scrolls(by)
        await self.has_on_screen(text)

    async def scrolls_to_newest(self) -> None:
        """Down, until there is nothing more below."""
        button = self.page.get_by_role("button", name="Go to the newest message")
        messages = self.page.get_by_role("region", name="Messages")
        # Before they stand in their place there is no button either.
        await expect(messages).to_be_visible()
        for _ in range(_MOST_STEPS):
            await self.scrolls(_STEP)
            if await messages.evaluate(_BELOW) < _NEAR and not await button.count():
                return
        raise AssertionError("there is always more below")

    async def rests_at_newest(self) -> None:
        """Nothing more is below, and nothing moves any more."""
        messages = self.page.get_by_role("region", name="Messages")
        await self.page.wait_for_load_state("networkidle")
        await self.page.evaluate(_REST)
        assert await messages.evaluate(_BELOW) < _NEAR

    async def scrolls_up(self) -> None:
        """Away from the newest message."""
        await self.scrolls(-3 * _STEP)
        button = self.page.get_by_role("button", name="Go to the newest message")
        await expect(button).to_be_visible()

    async def scrolls_through(self, first: str, last: str) -> None:
        """Down from one message to another, past all that lie between."""
        await self.has_on_screen(first)
        await self.scrolls_to(last, by=_STEP)

    async def opens_menu_while_scrolling(self, text: str) -> None:
        """A right click on a message that does not come to rest before it."""
        messages = self.page.get_by_role("region", name="Messages")
        await messages.evaluate(_TREMBLE)
        await self.message(text).click(button="right", force=True)
        await expect(self.page.get_by_role("menu")).to_be_visible()
        await self.page.evaluate("window.still()")

    async def jumps_down(self) -> None:
        """By the round button."""
        await self.page.get_by_role("button", name="Go to the newest message").click()

    async def jumps_while_scrolling_up(self, until: str) -> list[Any]:
        """Scrolls up to a message. Each frame in which what is on screen moved otherwise than by
        the wheel: by how many pixels, and what stood there.
        """
        async with self.watches_for_jumps() as jumps:
            await self.scrolls_to(until)
        return jumps

    @contextlib.asynccontextmanager
    async def watches_for_jumps(self) -> AsyncIterator[list[Any]]:
        """The jumps in the block, once it is over: see `jumps_while_scrolling_up`."""
        jumps: list[Any] = []
        await self.page.evaluate(_JUMPS)
        yield jumps
        await self.page.evaluate(_FRAMES)
        jumps += await self.page.evaluate("window.jumps()")

    async def scrolls_to_edge(self) -> None:
        """Up, until there is nothing more above."""
        messages = self.page.get_by_role("region", name="Messages")
        for _ in range(_MOST_STEPS):
            await self.scrolls(-_STEP)
            if await messages.evaluate(_ABOVE) == 0:
                return
        raise AssertionError("there is always more above")

    async def has_more_above(self) -> None:
        """What is older has come, and stands above what is on screen."""
        messages = self.page.get_by_role("region", name="Messages")
        await eventually(lambda: messages.evaluate(_ABOVE))

    async def _in_sight(self, text: str) -> bool:
        message = self.message(text).first
        if not await message.count():
            return False
        box, size = await message.bounding_box(), self.page.viewport_size
        return bool(box and size and box["y"] >= 0 and box["y"] + box["height"] <= size["height"])

    # --- the window ------------------------------------------------------------------------------

    async def has_true_focus(self) -> None:
        """From now on the tab has the focus only while it is in front; otherwise all have it."""
        session = await self.page.context.new_cdp_session(self.page)
        await session.send("Emulation.setFocusEmulationEnabled", {"enabled": False})

    async def comes_to_front(self) -> None:
        """The window is the one that is looked at."""
        await self.page.bring_to_front()
        await self.page.wait_for_function("() => document.hasFocus()")

    async def is_behind(self) -> None:
        """Another window is in front."""
        await self.page.wait_for_function("() => !document.hasFocus()")

    # --- how it looks ----------------------------------------------------------------------------

    async def box(self, text: str) -> FloatRect:
        """Where a message stands."""
        box = await self.message(text).bounding_box()
        assert box is not None
        return box

    async def lightness(self) -> float:
        """Of the ground behind the messages: 0 is black, 1 is white."""
        return float(await self.page.get_by_role("region", name="Messages").evaluate(_LIGHTNESS))

    async def overflow(self) -> list[str]:
        """What is wider than the page."""
        return list(await self.page.evaluate(_OVERFLOW))


# Painted onto a canvas, a colour of any notation becomes three numbers.
_LIGHTNESS = """(element) => {
  const paint = new OffscreenCanvas(1, 1).getContext('2d');
  const grounds = [];
  for (let it = element; it; it = it.parentElement)
    grounds.unshift(getComputedStyle(it).backgroundColor);
  for (const ground of grounds) {
    paint.fillStyle = ground;
    paint.fillRect(0, 0, 1, 1);
  }
  const [red, green, blue] = paint.getImageData(0, 0, 1, 1).data;
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}"""
_OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  return [...document.querySelectorAll('body *')]
    .filter((it) => it.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
    .filter((it) => {
      const { left, right } = it.getBoundingClientRect();
      return right - left > 0 && (right > width + 1 || left < -1);
    })
    .map((it) => it.outerHTML.slice(0, 120));
}"""
