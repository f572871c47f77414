"""`Order`: what several connections commit is reported in the order of their commits.

Answers may overtake each other on their way here. But what two transactions wrote to the same chat
was kept in order by its lock, which is held from before the commit is sent until it is done: so
the order in which commits are sent is right for every chat.
"""

from collections import deque
from collections.abc import Callable


class Place:
    """A commit that has been sent."""

    __slots__ = ("_order", "finish", "left")

    def __init__(self, order: "Order") -> None:
        self._order = order
        self.left = False
        self.finish: Callable[[], None] | None = None

    def leave(self, finish: Callable[[], None] | None = None) -> None:
        """It is done. ``finish`` is called in its turn; None: nothing came of it."""
        self.left, self.finish = True, finish
        self._order.advance()


class Order:
    """The commits under way, in the order they were sent in."""

    def __init__(self) -> None:
        self._places: deque[Place] = deque()

    def enter(self) -> Place:
        """Call right before a commit is sent."""
        place = Place(self)
        self._places.append(place)
        return place

    def advance(self) -> None:
        """Finish those whose turn it is."""
        while self._places and self._places[0].left:
            finish = self._places.popleft().finish
            if finish is not None:
                finish()
