"""A worker: `python -m chinwag.media`. Takes jobs from its standard input and answers each on what
was its standard output, one after another, until its input ends.
"""

import os
import queue
import sys
import threading
from typing import BinaryIO

from chinwag.media.confine import confine, confine_job
from chinwag.media.frames import (
    LENGTH,
    LIMIT,
    Answer,
    Done,
    Failure,
    Job,
    Ready,
    Refusal,
    job,
    pack,
)
from chinwag.media.jobs import make
from chinwag.media.made import Refused


def main() -> None:
    asked = sys.stdin.buffer
    answers = _own_output()
    confine()
    jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(asked, jobs), daemon=True).start()
    _say(answers, Ready())
    while True:
        answer = _do(jobs.get())
        _say(answers, answer)
        if isinstance(answer, Failure):
            return


def _own_output() -> BinaryIO:
    """The pipe to the pool, out of reach of libraries that print."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return answers


def _listen(asked: BinaryIO, jobs: "queue.SimpleQueue[Job]") -> None:
    """In a thread, so that the worker ends with its server even in the middle of a job."""
    try:
        while True:
            (length,) = LENGTH.unpack(asked.read(LENGTH.size))
            if length > LIMIT:
                break
            jobs.put(job(asked.read(length)))
    finally:
        os._exit(0)


def _do(each: Job) -> Answer:
    try:
        confine_job(each.bounds)
        return Done(make(each))
    except Refused as refused:
        return Refusal(refused.code, str(refused))
    except Exception as error:  # noqa: BLE001 (whatever it was, the pool has to hear of it)
        return Failure(type(error).__name__)


def _say(answers: BinaryIO, answer: Answer) -> None:
    answers.write(pack(answer))


main()
