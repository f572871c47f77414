"""People of the demo server get pictures of themselves and send one another files:
``python -m chinwag.cli.demo URL``. A process of its own: all of it is drawn, which takes seconds.
"""

import asyncio
import sys
from contextlib import AsyncExitStack

from chinwag.cli.demo.landscapes import DUSK, MEADOW, MIST, NIGHT, NOON, Light, landscape
from chinwag.cli.demo.recordings import page, voice
from chinwag.protocol.scalars import FileKind
from chinwag.sdk import Client
from chinwag.server.demo import PASSWORD

_LAKE = "Weekend at the lake"
_FACES = (
    ("ada", 36, MEADOW),
    ("ben", 31, DUSK),
    ("chloe", 32, MEADOW),
    ("dev", 33, NIGHT),
    ("grace", 34, NOON),
)
_ALBUM = ((3, DUSK), (4, NOON), (5, MEADOW), (6, MIST), (7, NIGHT), (8, NOON))


async def share(url: str) -> None:
    """All of it, one after the other: the order is the same each time."""
    async with AsyncExitStack() as stack:
        people: dict[str, Client] = {}
        for handle, seed, light in _FACES:
            client = await Client.sign_in(url, handle, PASSWORD, device="Phone")
            people[handle] = await stack.enter_async_context(client)
            await client.wait_online()
            await client.people.set_profile(avatar=_square(seed, light))
        ada, ben, chloe = people["ada"], people["ben"], people["chloe"]
        lake = next(it for it in ada.state.chats.values() if it.group and it.group.title == _LAKE)
        group = await ada.picture(_square(40, DUSK))
        await ada.groups.change(lake.id, avatar=group)
        await _send(chloe, lake.id, landscape(12, DUSK), "hut.jpg", "The hut, *last year*")
        for number, (seed, light) in enumerate(_ALBUM, 1):
            await _send(ben, lake.id, landscape(seed, light), f"IMG_{2040 + number}.jpg")
        await _send(chloe, lake.id, voice(1, 12), "voice.ogg", kind="voice")
        await _send(ada, lake.id, page(), "What to bring.pdf", "The list, as promised")
        direct = (await ben.open_direct(ada.user)).chat
        tall = landscape(51, MIST, 1200, 1500)
        await _send(ben, direct, tall, "jetty.jpg", "Nobody on the jetty yet. Bring the warm socks")
        await _send(ada, direct, voice(3, 47), "voice.ogg", kind="voice")
        for client in (ada, ben, chloe):
            for chat in (lake.id, direct):
                if chat in client.state.chats:
                    client.read(chat)
            client.flush_reads()


async def _send(
    client: Client,
    chat: str,
    data: bytes,
    name: str,
    caption: str = "",
    kind: FileKind | None = None,
) -> None:
    sending = await client.send_file(chat, data, kind=kind, name=name, caption=caption)
    await sending.accepted()


def _square(seed: int, light: Light) -> bytes:
    return landscape(seed, light, 640, 640)


if __name__ == "__main__":
    asyncio.run(share(sys.argv[1]))
