"""Documents: of a PDF the first page is shown; of others nothing, and none is ever changed."""

import pypdfium2
from PIL import Image

from chinwag.media.made import Made, Outputs, Refused
from chinwag.media.previews import MEDIUM, write_medium, write_small
from chinwag.media.task import Task, judged

MAGIC_WITHIN = 1024
"""Bytes in which a PDF says that it is one."""


def make_page(task: Task) -> Made:
    size = task.size
    if b"%PDF-" not in task.head(MAGIC_WITHIN):
        return Made(size=size)
    try:
        with judged("not_a_picture", "not a PDF that can be shown"):
            image = _first_page(task)
    except Refused:
        return Made(type="application/pdf", size=size)
    small, hash_ = write_small(task, image)
    return Made(
        type="application/pdf",
        size=size,
        width=image.width,
        height=image.height,
        placeholder=hash_,
        outputs=Outputs(None, small, write_medium(task, image)),
    )


def _first_page(task: Task) -> Image.Image:
    document = pypdfium2.PdfDocument(task.file)
    try:
        page = document[0]
        scale = MEDIUM / max(page.get_size())
        image = page.render(scale=scale, may_draw_forms=False).to_pil()
    finally:
        document.close()
    assert isinstance(image, Image.Image)
    return image.convert("RGB")
