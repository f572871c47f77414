"""What is told of other nodes' commits."""

import asyncio
from pathlib import Path

from chinwag.sdk import Client
from chinwag.server.delivery import parcels
from chinwag.server.delivery.parcels import Parcel, Touched
from flows.raw import Raw
from house import PASSWORD, served, until


async def test_a_notice_hands_out_what_it_tells_of_and_nothing_later(tmp_path: Path) -> None:
    async with served(tmp_path) as site:
        ann = await Client.sign_up(site.url, "ann", "Ann", PASSWORD)
        ben = await site.sign_up("ben")
        ann.start()
        chat = (await ann.open_direct(ben["user"]["id"])).chat
        seqs = [(await (await ann.send(chat, text)).accepted()).seq for text in "abcd"]
        hearing = asyncio.create_task(site.app.hearing.run())
        async with await Raw.open(site.url, ben["token"]) as raw:
            notice = Touched(chat, seqs[1], seqs[2])
            site.app.hearing.take(
                parcels.encode(Parcel(parcels.FORMAT, "another", touched=[notice]))
            )
            await until(lambda: len(raw.seqs(chat)) >= 2)
            await (await ann.send(chat, "e")).accepted()
            await until(lambda: len(raw.seqs(chat)) >= 3)
            told = raw.seqs(chat)
        hearing.cancel()
        await ann.close()
    assert told == [seqs[1], seqs[2], seqs[-1] + 1]
