"""The bare pipeline: what Python, picows and PostgreSQL give when there are no rules at all.

It speaks as much of the protocol as `bench.client` needs, so that the same load runs against it:
messages collect while a batch is being written; one statement numbers and stores the batch; then
the sender gets its answer, the recipient the event, and, when that is acknowledged, the sender the
tick. There is no access control, no receipt that lasts, no retry, no history, no second device.

`python -m bench.cluster.bare PORT DATABASE_URL`; the tables (`TABLES`) and chats are there. A
token is `CHAT:SIDE`.
"""

import asyncio
import sys

import asyncpg
import msgspec
import picows
import uvloop

TABLES = """
CREATE TABLE chats (id text PRIMARY KEY, last bigint NOT NULL);
CREATE TABLE messages (
    chat text NOT NULL, seq bigint NOT NULL, sender text NOT NULL, client_id text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(), body text NOT NULL, PRIMARY KEY (chat, seq));
CREATE UNIQUE INDEX ON messages (sender, client_id);
"""
_APPEND = """
WITH given AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
        WITH ORDINALITY AS given (chat, sender, client_id, body, place)),
  counted AS (SELECT chat, count(*) AS number FROM given GROUP BY chat),
  raised AS (
    UPDATE chats SET last = last + number FROM counted WHERE id = chat
        RETURNING id, last - number AS base)
INSERT INTO messages (chat, sender, client_id, body, seq)
    SELECT chat, sender, client_id, body,
           base + row_number() OVER (PARTITION BY chat ORDER BY place)
        FROM given JOIN raised ON id = chat
    RETURNING client_id, seq
"""


class Mark(msgspec.Struct):
    """An acknowledgement."""

    chat: str
    seq: int


class Do(msgspec.Struct):
    """A command."""

    type: str
    chat: str = ""
    client_id: str = ""
    body: msgspec.Raw = msgspec.Raw()
    marks: list[Mark] = msgspec.field(default_factory=list)


class Call(msgspec.Struct):
    """What a client sends."""

    do: Do
    id: int = 0


class Peer(picows.WSListener):
    """One socket: one side of one chat."""

    def __init__(self, pipeline: "Pipeline", token: str) -> None:
        self.chat, _, self.side = token.partition(":")
        self._pipeline = pipeline
        self._decode = msgspec.json.Decoder(Call).decode
        self._transport: picows.WSTransport

    def on_ws_connected(self, transport: picows.WSTransport) -> None:
        """It is there."""
        self._transport = transport
        self._pipeline.peers[(self.chat, self.side)] = self

    def tell(self, text: str) -> None:
        """Send it something."""
        self._transport.send(picows.WSMsgType.TEXT, text.encode())

    def on_ws_frame(self, transport: picows.WSTransport, frame: picows.WSFrame) -> None:
        """It sent something."""
        if frame.msg_type == picows.WSMsgType.CLOSE:
            transport.disconnect()
            return
        call = self._decode(frame.get_payload_as_memoryview())
        if call.do.type == "send":
            self._pipeline.take(self, call)
        elif call.do.type == "received":
            for mark in call.do.marks:
                self._pipeline.other(self).tell(
                    '{"push":{"type":"ticks","ticks":'
                    f'{{"chat":"{mark.chat}","delivered":{mark.seq}}}}}}}'
                )
        else:
            self.tell(f'{{"reply":{call.id},"ok":{{}}}}')


class Pipeline:
    """Batches, one after the other."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.peers: dict[tuple[str, str], Peer] = {}
        self._connection = connection
        self._waiting: list[tuple[Peer, Call]] = []
        self._some = asyncio.Event()

    def take(self, peer: Peer, call: Call) -> None:
        """A message, for the next batch."""
        self._waiting.append((peer, call))
        self._some.set()

    def other(self, peer: Peer) -> Peer:
        """Whom somebody talks to."""
        return self.peers[(peer.chat, "0" if peer.side == "1" else "1")]

    async def run(self) -> None:
        """Store and tell, for ever."""
        append = await self._connection.prepare(_APPEND)
        while True:
            await self._some.wait()
            self._some.clear()
            batch, self._waiting = self._waiting, []
            numbers = dict(
                await append.fetch(
                    [peer.chat for peer, _ in batch],
                    [peer.chat + peer.side for peer, _ in batch],
                    [call.do.client_id for _, call in batch],
                    [bytes(call.do.body).decode() for _, call in batch],
                )
            )
            for peer, call in batch:
                self._told(peer, call, numbers[call.do.client_id])

    def _told(self, peer: Peer, call: Call, seq: int) -> None:
        peer.tell(f'{{"reply":{call.id},"ok":{{"seq":{seq}}}}}')
        body = bytes(call.do.body).decode()
        self.other(peer).tell(
            f'{{"push":{{"type":"event","event":{{"chat":"{peer.chat}","seq":{seq},'
            f'"sender":"{peer.side}","body":{body}}}}}}}'
        )


async def main(port: int, database: str) -> None:
    """Serve until killed."""
    connection = await asyncpg.connect(database)
    pipeline = Pipeline(connection)

    def accept(request: picows.WSUpgradeRequest) -> Peer:
        return Peer(pipeline, request.headers["Authorization"].removeprefix("Bearer "))

    await picows.ws_create_server(accept, "127.0.0.1", port)
    await pipeline.run()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), sys.argv[2]))
