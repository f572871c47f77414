"""Pictures, videos, recordings and the first pages of PDFs: made safe to show, with previews, and
without what they tell of whoever took them.

Whatever reads bytes of strangers runs in worker processes that can be killed and hold nothing
(ADR 0021); here is what asks them. Knows nothing of the server.
"""

from chinwag.media.made import (
    Bounds,
    Code,
    Killed,
    Kind,
    Made,
    Outputs,
    Overloaded,
    Refused,
)
from chinwag.media.pool import Media

__all__ = [
    "Bounds",
    "Code",
    "Killed",
    "Kind",
    "Made",
    "Media",
    "Outputs",
    "Overloaded",
    "Refused",
]
