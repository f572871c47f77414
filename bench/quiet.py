"""Measure without the garbage collector of the load generator in between."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager

from bench.machine import Usage


@contextmanager
def quiet() -> Iterator[Usage]:
    """The use of this process, with the collector off."""
    gc.collect()
    gc.freeze()
    gc.disable()
    usage = Usage(os.getpid())
    try:
        yield usage
    finally:
        usage.end()
        gc.enable()
        gc.unfreeze()
