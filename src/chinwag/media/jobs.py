"""A job's kind decides what works on it."""

from pathlib import Path

from chinwag.media.frames import Job
from chinwag.media.made import Code, Kind, Made, Refused
from chinwag.media.pages import make_page
from chinwag.media.pictures import make_avatar, make_photo
from chinwag.media.recordings import make_recording
from chinwag.media.segments import opened
from chinwag.media.task import Task
from chinwag.media.videos import make_video

MAKERS = {
    "photo": make_photo,
    "avatar": make_avatar,
    "video": make_video,
    "voice": make_recording,
    "document": make_page,
}
TOO_MUCH: dict[Kind, Code] = {
    "photo": "picture_too_large",
    "avatar": "picture_too_large",
    "video": "not_a_video",
    "voice": "not_a_recording",
}
"""What a file is refused with that takes more memory than there is to be had."""


def make(job: Job) -> Made:
    """Raises Refused; anything else is a fault of ours or of a library."""
    with opened([Path(path) for path in job.paths]) as file:
        task = Task(file, Path(job.into), job.name, job.bounds)
        try:
            return MAKERS[job.kind](task)
        except MemoryError:
            if job.kind == "document":
                return Made(size=task.size)
            raise Refused(TOO_MUCH[job.kind], "takes too much memory") from None
