"""An echo bot: answers each person's message with the same text and file, and marks it read."""

import asyncio
import os

from chinwag.sdk import Client, Message


async def main() -> None:
    async with Client(os.environ["CHINWAG_URL"], token=os.environ["CHINWAG_TOKEN"]) as bot:
        async for event in bot.events(kinds=Message):
            author = await bot.profile(event.sender)
            if author.kind == "person" and author.id != bot.user:  # two bots would never stop
                again = f"echo-{event.chat}-{event.seq}"  # the same answer also after a restart
                said, file = event.body.text, event.body.file
                await bot.send(event.chat, said, forward=file, client_id=again)
                bot.read(event.chat, event.seq)


asyncio.run(main())
