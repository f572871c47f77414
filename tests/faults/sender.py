"""A client in a process of its own, to be killed: sends a file, and one message behind it.
``python sender.py URL TOKEN STORE CHAT PATH``; started again it goes on with what is in the store.
"""

import asyncio
import sys

from chinwag.sdk import Client


def tell(done: int, size: int) -> None:
    """How far it has come."""
    print(done, flush=True)


async def main(url: str, token: str, store: str, chat: str, path: str) -> None:
    """Send, tell how far the file has come, and end when both are accepted."""
    async with Client(url, token=token, store=store) as client:
        file = await client.send_file(
            chat, path, caption="file", client_id="the-file", progress=tell
        )
        behind = await client.send(chat, "behind", client_id="the-text")
        await asyncio.gather(file.accepted(), behind.accepted())
    print("sent", flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
