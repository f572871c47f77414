"""A bare echo server on picows: the ceiling for what goes over sockets."""

import asyncio
import sys

import picows
import uvloop


class Echo(picows.WSListener):
    """Sends back what comes."""

    def on_ws_frame(self, transport: picows.WSTransport, frame: picows.WSFrame) -> None:
        """A frame came."""
        if frame.msg_type == picows.WSMsgType.CLOSE:
            transport.disconnect()
        else:
            transport.send(frame.msg_type, frame.get_payload_as_bytes())


async def main(port: int) -> None:
    """Serve until killed."""
    await picows.ws_create_server(lambda _: Echo(), "127.0.0.1", port)
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
