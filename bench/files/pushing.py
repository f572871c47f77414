"""`python -m bench.files.pushing PORT TOKEN…`: each uploads without end, until the program is told
to stop. Says when all have begun, and at the end how much went up, in MiB a second.
"""

import contextlib
import os
import signal
import sys
import threading
import time

from bench.files.plain import Owner

_SIZE = 8 << 20


def main() -> None:
    """A thread each: while it sends, it needs nothing of Python."""
    port, tokens = int(sys.argv[1]), sys.argv[2:]
    body = os.urandom(_SIZE)
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    begun = threading.Barrier(len(tokens) + 1)
    sent: list[int] = []

    def push(owner: Owner) -> None:
        path = owner.begin(_SIZE)
        begun.wait()
        while not over.is_set():
            with contextlib.suppress(OSError):
                owner.put(path, body)
                sent.append(_SIZE)
            owner.drop(path)
            path = owner.begin(_SIZE)

    for token in tokens:
        threading.Thread(target=push, args=(Owner(port, token),), daemon=True).start()
    begun.wait()
    began = time.perf_counter()
    print("begun", flush=True)
    while not over.wait(1):
        pass
    print(sum(sent) / 2**20 / (time.perf_counter() - began), flush=True)


if __name__ == "__main__":
    main()
